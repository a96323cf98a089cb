/* loop_lookup - the addresses of a host, found off the loop */
#ifndef COMMON_LOOP_LOOKUP_H
#define COMMON_LOOP_LOOKUP_H

#include <stdbool.h>

struct loop;
struct loop_lookup;

#define ADDRESS_CAP 48
struct addresses {
    unsigned count;
    char at[8][ADDRESS_CAP]; /* As numbers. */
};
/* Is this number an address of this machine only? */
bool address_is_loopback(const char *address);

/* Finds the addresses of host and calls f once from the loop; failed says
 * why there are none.  libwebsockets 4.1.6 would block the loop for as long
 * as a name server is silent, so names are resolved in libuv's threads;
 * numbers and "localhost" need no server. */
typedef void lookup_fn(void *arg, const struct addresses *found,
                       const char *failed);
struct loop_lookup *loop_lookup(struct loop *l, const char *host, lookup_fn *f,
                                void *arg);
/* Frees it, before or after f was called, also from inside f; before means
 * that f is not called any more. */
void loop_lookup_cancel(struct loop_lookup **k);

#endif /* COMMON_LOOP_LOOKUP_H */
