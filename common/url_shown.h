/* url_shown - as much of a URL as may be told: a path or a query may be a key
 */
#ifndef COMMON_URL_SHOWN_H
#define COMMON_URL_SHOWN_H

#define URL_SHOWN_CAP 101
/* "https://node.example:8545": scheme and host, cut where they are long; "?"
 * for what is no URL.  Returns out. */
char *url_shown(const char *url, char out[URL_SHOWN_CAP]);

#endif /* COMMON_URL_SHOWN_H */
