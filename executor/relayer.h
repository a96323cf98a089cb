/* relayer - how Polymarket's relayer is asked to make a deposit wallet act, as
 * pure functions: typed questions become a method, a path and a body, texts
 * become typed answers
 *
 * chain.md 3.4.  It is somebody else's, and what it says proves nothing on the
 * chain: it only tells where to look.  What it did not clearly refuse may have
 * been taken. */
#ifndef EXECUTOR_RELAYER_H
#define EXECUTOR_RELAYER_H

#include "common/hmac.h"
#include "executor/encode/order.h"
#include "executor/encode/relay.h"

/* Why a deposit wallet does nothing without one. */
#define RELAYER_MISSING                                                       \
    "a deposit wallet obeys only Polymarket's relayer, and "                  \
    "executor.relayer_file, its key, is empty"

enum relayer_method {
    RELAYER_nonce,   /* The next one of the wallet. */
    RELAYER_submit,  /* A batch that was signed. */
    RELAYER_look,    /* What became of the one of that id. */
    RELAYER_recent   /* Whether it knows of one with that signature. */
};

struct relayer_question {
    uint64_t id;
    enum relayer_method method;
    const struct wallet *wallet;
    const struct relay_batch *batch;         /* submit. */
    uint8_t signature[RELAY_SIGNATURE_SIZE]; /* submit, recent. */
    struct text place;                       /* look: its id there. */
};

/* The call in hex, and the rest. */
#define RELAYER_BODY_CAP (2 * RELAY_DATA_CAP + 1024)
#define RELAYER_PATH_CAP 160
struct relayer_words {
    const char *method;          /* "GET" */
    char path[RELAYER_PATH_CAP]; /* Without the query; */
    char query[RELAYER_PATH_CAP]; /* "?...", or "". */
    char body[RELAYER_BODY_CAP]; /* "" = none. */
    size_t size;
};

enum relayer_end {
    RELAYER_END_said,
    RELAYER_END_nothing,  /* look, recent: it knows of none. */
    RELAYER_END_busy,     /* Not now; submit: not taken. */
    RELAYER_END_used,     /* submit: its nonce is behind the wallet's. */
    RELAYER_END_refused,  /* It will not; submit: not taken; words. */
    RELAYER_END_lost      /* No answer, or none that makes sense; words. */
};

enum relayer_state {
    RELAYER_STATE_new, RELAYER_STATE_executed, RELAYER_STATE_mined,
    RELAYER_STATE_confirmed, RELAYER_STATE_invalid, RELAYER_STATE_failed,
    RELAYER_STATE_other   /* A word nobody knows: as if it were new. */
};

struct relayer_answer {
    uint64_t id;
    enum relayer_end end;
    uint64_t nonce;
    struct text place;    /* submit, recent: its id there. */
    enum relayer_state state;
    struct hash tx;       /* Zero: none yet. */
    struct why words;     /* Of a batch that failed, too. */
};

void relayer_write(const struct relayer_question *q, struct relayer_words *out);
/* status is that of HTTP, 0 = no answer.  Any bytes are taken. */
void relayer_read(const struct relayer_question *q, int status,
                  const char *body, size_t size, struct relayer_answer *out);

/* Who asks: a relayer key, or a builder's. */
struct relayer_login {
    struct text key;          /* RELAYER_API_KEY, */
    struct text builder_key;  /* or POLY_BUILDER_API_KEY, */
    char secret[180];         /* and what goes with it. */
    char passphrase[129];
};
/* Of a file with lines `key: ...`, or `builder_key: ...`, `secret: ...`,
 * `passphrase: ...`; only 0600.  Wipe it after use. */
MUST_CHECK bool relayer_login_read(const char *path,
                                   struct relayer_login *out,
                                   struct why *why);

enum { RELAYER_HEADERS = 4 };
struct relayer_headers {
    struct { const char *name, *value; } at[RELAYER_HEADERS];
    size_t count;
    char timestamp[24], signature[64];
};
/* For that request; secret is made of login->secret, NULL for a relayer
 * key. */
void relayer_headers(const struct relayer_login *login, struct hmac *secret,
                     const struct wallet *w, uint64_t timestamp,
                     const struct relayer_words *q,
                     struct relayer_headers *out);

#endif /* EXECUTOR_RELAYER_H */
