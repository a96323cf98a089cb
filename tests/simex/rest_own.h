/* rest_own - what rest.c and rest_gamma.c share; nobody else includes it */
#ifndef SIMEX_REST_OWN_H
#define SIMEX_REST_OWN_H

#include "tests/simex/rest.h"

struct rest_call {
    const struct rest_request *request;
    const char *argument;  /* What follows the route's path, decoded. */
    uint32_t page;
};

/* Writes {"error":..} and returns the status. */
int rest_error(struct quill *q, int status, const char *text);

int rest_events(struct face *f, const struct rest_call *c, struct quill *q);
int rest_markets(struct face *f, const struct rest_call *c, struct quill *q);
/* The older call: an array, by offset, and without a word only what is not
 * closed. */
int rest_markets_array(struct face *f, const struct rest_call *c,
                       struct quill *q);
int rest_event_id(struct face *f, const struct rest_call *c, struct quill *q);
int rest_market_id(struct face *f, const struct rest_call *c,
                   struct quill *q);
int rest_event_slug(struct face *f, const struct rest_call *c,
                    struct quill *q);
int rest_market_slug(struct face *f, const struct rest_call *c,
                     struct quill *q);

#endif /* SIMEX_REST_OWN_H */
