/* rest - what a GET or POST is answered with: Gamma and the public CLOB
 *
 * Pure: request text in, status and body out.  Paths are told apart, so one
 * port serves both hosts of the venue. */
#ifndef SIMEX_REST_H
#define SIMEX_REST_H

#include "tests/simex/face.h"

struct rest_request {
    bool post;
    const char *path;   /* "/book" */
    const char *query;  /* "token_id=..", still percent-encoded, or "". */
    const char *body;
    size_t body_size;
};

/* Writes the body to q and returns the HTTP status.  page: most events or
 * markets of one listing page, whatever is asked. */
int rest_answer(struct face *f, const struct rest_request *r, uint32_t page,
                struct quill *q);
/* Whether the CLOB has a book of this token; MAP_NONE has none. */
bool rest_has_book(const struct face *f, uint32_t token);
/* nth value of a key in a query, decoded; false when there is none or it is
 * malformed or too long. */
bool rest_query(const char *query, const char *key, uint32_t nth, char *out,
                size_t cap);

#endif /* SIMEX_REST_H */
