/* url_shown - as much of a URL as may be told */

/* Nodes of a chain are rented by URLs that end in the customer's key, and what
 * is before an @ is a password.  Letters that no host has end it. */

#include "common/url_shown.h"

#include <stdio.h>
#include <string.h>

#define HOST                                                                  \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_"

char *
url_shown(const char *url, char out[URL_SHOWN_CAP])
{
    const char *host = strstr(url, "://");

    (void)snprintf(out, URL_SHOWN_CAP, "?");
    if (!host || host - url > 8 ||
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
            (size_t)(host - url))
        return out;
    host += 3;
    size_t all = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', all);
    const char *from = at ? at + 1 : host;
    size_t size = strspn(from, HOST);
    if (size > all - (size_t)(from - host))
        size = all - (size_t)(from - host);
    (void)snprintf(out, URL_SHOWN_CAP, "%.*s://%.*s", (int)(host - 3 - url),
                   url, (int)size, from);
    return out;
}
