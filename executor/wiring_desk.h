/* wiring_desk - where the engine's calls leave for a live venue and what the
 * venue says comes back
 *
 * It knows HTTP, the user stream, the API key and the clock; what is said in
 * them is the talk's (talk.h), what is signed the signer's.  Everything it
 * tells is one of the words of proto/messages/shell.def, and venue_status of
 * connection 0: up means logged in, clocks agree, the user stream is heard. */
#ifndef EXECUTOR_WIRING_DESK_H
#define EXECUTOR_WIRING_DESK_H

#include "executor/signer_ask.h"
#include "executor/talk.h"

struct loop;
struct desk;

struct desk_options {
    struct loop *loop;
    const struct talk_venue *talk;
    struct signer_line *signer;
    const char *var;             /* keys/api.json is below it. */
    const char *rest_url;        /* "https://clob.polymarket.com" */
    const char *user_url;        /* Base of the user stream. */
    const char *ca_file;         /* NULL = the system's. */
    struct ms connect, total;    /* HTTP timeouts. */
    struct ms out;               /* For the bytes of an order to leave. */
    struct ms warm;              /* Idle connections are used so often. */
    struct ms clock_off;         /* Most that clocks may differ. */
    struct ms relogin;           /* Refused: not before so long. */
    uint32_t lanes;              /* Orders on their way at once. */
    bool heartbeat_ids;
    uint64_t seed;               /* Of the reconnections' jitter. */

    void *arg;                   /* Of all below. */
    /* NULL when the engine has no such order, or no such grant in use. */
    const struct intent *(*intent)(void *arg, const struct hash *order);
    const struct grant *(*grant)(void *arg, const struct uuid *auth);
    /* Words between begin and end are one turn. */
    void (*begin)(void *arg);
    void (*hear)(void *arg, const struct schema *sc, const void *m);
    void (*end)(void *arg);
    /* The gate, beyond the turn that is under way. */
    void (*hold)(void *arg);
    void (*release)(void *arg);
    /* When the turn that made a call began. */
    struct nanos (*began)(void *arg);
    /* Why nothing may be placed at this moment, in the turn. */
    enum reason (*refuses)(void *arg);
};

struct desk *desk_new(const struct desk_options *o);
void desk_destroy(struct desk **k);
/* One word of the engine, in the turn that said it, under the gate.  Nothing
 * is heard from inside; a venue_done follows every call. */
void desk_call(struct desk *k, const struct venue_call *m);
/* True when orders could leave; else words say why not. */
bool desk_is_ready(const struct desk *k, const char **words);

/* What it measured since the last call: the way of a place from the engine's
 * decision to its answer, one part after the other. */
enum desk_hop {
    DESK_HOP_disk,    /* Decided, until the intents are on disk. */
    DESK_HOP_sign,    /* Until all signatures are there. */
    DESK_HOP_write,   /* Until the last byte of the request left. */
    DESK_HOP_answer,  /* Until its answer was read. */
    DESK_HOPS
};
extern const char *const desk_hop_names[DESK_HOPS];
struct desk_sample {
    enum desk_hop hop;
    struct nanos took;
};
uint32_t desk_samples(struct desk *k, struct desk_sample *out, uint32_t cap);

#endif /* EXECUTOR_WIRING_DESK_H */
