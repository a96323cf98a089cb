/* ws_url - a websocket URL in its parts */
#ifndef COMMON_WS_URL_H
#define COMMON_WS_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/why.h"

struct ws_url {
    bool tls;
    char host[128];  /* Without the brackets of an IPv6 address. */
    char named[144]; /* As the Host header says it. */
    char path[256];  /* With its slash and query. */
    uint16_t port;
};

/* ws://host[:port][/path] or wss://...; false with the reason. */
bool ws_url_parse(const char *url, struct ws_url *out, struct why *why);

#endif /* COMMON_WS_URL_H */
