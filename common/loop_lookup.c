/* loop_lookup - the addresses of a host, found off the loop */

/* A lookup that was cancelled lives on until libuv's thread has come back,
 * so its owner may go at any time. */

#include "common/loop_lookup.h"

#include "common/loop.h"
#include "common/must.h"

#include <uv.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loop_lookup {
    uv_getaddrinfo_t uv;      /* First: libuv hands this back. */
    struct loop_timer *timer; /* Of an answer that needs no server. */
    struct addresses found;
    lookup_fn *f;
    void *arg;
    bool asking, dropped;
};

bool
address_is_loopback(const char *address)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, address, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool
is_number(const char *host)
{
    struct in6_addr any;

    return inet_pton(AF_INET, host, &any) == 1 ||
           inet_pton(AF_INET6, host, &any) == 1;
}

static void
answer_known(void *arg)
{
    struct loop_lookup *k = arg;

    loop_timer_cancel(&k->timer);
    k->f(k->arg, &k->found, NULL);
}

/* IPv4 first: a host without IPv6 fails on the other kind at once, but some
 * networks swallow it. */
static void
gather(const struct addrinfo *all, int family, struct addresses *out)
{
    for (const struct addrinfo *a = all; a; a = a->ai_next) {
        if (a->ai_family != family ||
            out->count == sizeof out->at / sizeof out->at[0])
            continue;
        char *s = out->at[out->count];
        int r = family == AF_INET
                    ? uv_ip4_name(
                          (const struct sockaddr_in *)(const void *)a->ai_addr,
                          s, ADDRESS_CAP)
                    : uv_ip6_name(
                          (const struct sockaddr_in6 *)(const void *)a->ai_addr,
                          s, ADDRESS_CAP);
        if (r == 0)
            out->count++;
    }
}

static void
answered(uv_getaddrinfo_t *uv, int status, struct addrinfo *all)
{
    struct loop_lookup *k = (struct loop_lookup *)uv;

    k->asking = false;
    if (k->dropped) {
        uv_freeaddrinfo(all);
        free(k);
        return;
    }
    if (status == 0) {
        gather(all, AF_INET, &k->found);
        gather(all, AF_INET6, &k->found);
    }
    uv_freeaddrinfo(all);
    k->f(k->arg, &k->found,
         status != 0           ? uv_strerror(status)
         : k->found.count == 0 ? "no address"
                               : NULL);
}

struct loop_lookup *
loop_lookup(struct loop *l, const char *host, lookup_fn *f, void *arg)
{
    struct loop_lookup *k = calloc(1, sizeof *k);
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };

    must(k && strlen(host) > 0);
    k->f = f;
    k->arg = arg;
    bool here = strcmp(host, "localhost") == 0;
    if (here || is_number(host)) {
        snprintf(k->found.at[0], ADDRESS_CAP, "%s", here ? "127.0.0.1" : host);
        k->found.count = 1;
        k->timer =
            loop_timer(l, (struct ms){ 0 }, (struct ms){ 0 }, answer_known, k);
        return k;
    }
    k->asking = true;
    int r =
        uv_getaddrinfo(loop_native(l), &k->uv, answered, host, NULL, &hints);
    must(r == 0);
    return k;
}

void
loop_lookup_cancel(struct loop_lookup **lookup)
{
    struct loop_lookup *k = *lookup;

    *lookup = NULL;
    if (!k)
        return;
    loop_timer_cancel(&k->timer);
    if (!k->asking) {
        free(k);
        return;
    }
    k->dropped = true;
    uv_cancel((uv_req_t *)&k->uv); /* If it has not begun. */
}
