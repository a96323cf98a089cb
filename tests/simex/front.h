/* front - the private REST: who asks is checked, then what is asked is done
 *
 * Pure: request with its headers in, status and body out. */
#ifndef SIMEX_FRONT_H
#define SIMEX_FRONT_H

#include "tests/simex/desk.h"
#include "tests/simex/rest.h"

enum front_header {
    FRONT_ADDRESS, FRONT_SIGNATURE, FRONT_TIMESTAMP, FRONT_NONCE,
    FRONT_API_KEY, FRONT_PASSPHRASE,
    FRONT_RELAYER_KEY, FRONT_RELAYER_ADDRESS, /* The relayer's. */
    FRONT_HEADERS
};
/* "poly_address:" and so on, as a server finds them. */
extern const char *const front_header_names[FRONT_HEADERS];

struct front_request {
    struct rest_request rest;
    bool del;                            /* DELETE; then rest.post is not. */
    const char *headers[FRONT_HEADERS];  /* NULL = not sent. */
};

struct front_answer {
    int status;
    int64_t delay_ms;       /* To be said so much later. */
    bool cut;               /* The connection is closed without a word. */
    bool html;              /* Not the exchange's, but somebody's before it. */
    int64_t remaining;      /* Of the limit, -1 = not said. */
    int64_t reset_s;        /* When it is whole again, unix. */
};

/* Whether a path is answered here. */
bool front_knows(const struct front_request *r);
/* Writes the body to q. */
void front_answer(struct desk *d, struct face *f,
                  const struct front_request *r, struct quill *q,
                  struct front_answer *a);
/* The key of the first frame of the user channel; DESK_NONE = refused. */
uint32_t front_key(const struct desk *d, const char *id, const char *secret,
                   const char *passphrase);

#endif /* SIMEX_FRONT_H */
