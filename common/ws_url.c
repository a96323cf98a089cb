/* ws_url - a websocket URL in its parts */

/* Strict: no user, no fragment, no spaces, a port that is one. */

#include "common/ws_url.h"

#include "common/url_shown.h"

#include <stdio.h>
#include <string.h>

/* A port of 1..65535 in plain digits, ending at end. */
static bool
parse_port(const char *s, const char *end, uint16_t *port)
{
    unsigned n = 0;

    if (s == end || end - s > 5 || *s == '0')
        return false;
    for (; s < end; s++) {
        if (*s < '0' || *s > '9')
            return false;
        n = n * 10 + (unsigned)(*s - '0');
    }
    *port = (uint16_t)n;
    return n <= UINT16_MAX;
}

static bool
is_printable(const char *s)
{
    for (; *s; s++)
        if (*s <= ' ' || *s > '~')
            return false;
    return true;
}

/* host:port between from and end. */
static bool
parse_authority(const char *from, const char *end, struct ws_url *out)
{
    const char *host_end, *host = from;

    if (*from == '[') {
        host++;
        host_end = memchr(from, ']', (size_t)(end - from));
        from = host_end ? host_end + 1 : NULL;
    } else {
        host_end = memchr(from, ':', (size_t)(end - from));
        if (!host_end)
            host_end = end;
        from = host_end;
    }
    if (!from || host == host_end ||
        (size_t)(host_end - host) >= sizeof out->host)
        return false;
    memcpy(out->host, host, (size_t)(host_end - host));
    if (from == end)
        return true;
    return *from == ':' && parse_port(from + 1, end, &out->port);
}

bool
ws_url_parse(const char *url, struct ws_url *out, struct why *why)
{
    const char *from = NULL;
    char shown[URL_SHOWN_CAP];

    (void)url_shown(url, shown);
    memset(out, 0, sizeof *out);
    if (strncmp(url, "ws://", 5) == 0)
        from = url + 5;
    if (strncmp(url, "wss://", 6) == 0)
        from = url + 6;
    if (!from || !is_printable(url))
        return why_set(why, "%s: expected ws:// or wss://", shown);
    out->tls = from == url + 6;
    out->port = out->tls ? 443 : 80;
    const char *end = from + strcspn(from, "/?#");
    if (!parse_authority(from, end, out) ||
        memchr(from, '@', (size_t)(end - from)))
        return why_set(why, "%s: expected host or host:port", shown);
    int n = snprintf(out->path, sizeof out->path, "%s%s",
                     *end == '/' ? "" : "/", end);
    if (n < 0 || (size_t)n >= sizeof out->path || strchr(out->path, '#'))
        return why_set(why, "%s: expected a shorter path", shown);
    bool usual = out->port == (out->tls ? 443 : 80);
    snprintf(out->named, sizeof out->named, usual ? "%s" : "%s:%u", out->host,
             (unsigned)out->port);
    return true;
}
