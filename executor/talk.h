/* talk - how a live venue is talked to, as pure functions: typed words become
 * texts, texts become typed words
 *
 * The shell sends what is written here and hands over what came back; the
 * engine hears only the words (proto/messages/shell.def).  A talk opens no
 * connection, reads no clock, signs nothing and decides nothing but what an
 * answer proves.  Everything it hands over is checked; the venue's own words
 * are cut to what a text holds. */
#ifndef EXECUTOR_TALK_H
#define EXECUTOR_TALK_H

#include "executor/identity.h"

#define TALK_ORDERS 15u           /* Most orders of one place. */
#define TALK_PATH_CAP 192u
#define TALK_QUERY_CAP 384u
#define TALK_BODY_CAP 32768u      /* 15 orders of signature type 3. */
#define TALK_TEXT_CAP 1024u       /* First text of the user stream. */

/* Whose account it is.  Secret and passphrase go into the first text of the
 * user stream only; requests are signed by the shell. */
struct talk_account {
    struct order_identity id;
    struct text key, secret, passphrase;
    bool heartbeat_ids;           /* POST /v1/heartbeats and its ids; else
                                     POST /heartbeats without a body. */
};

/* What the venue said that must be said back; the shell keeps one for each
 * account, zero filled at first. */
struct talk_memory {
    struct text heartbeat;
};

/* One order to be placed. */
struct talk_order {
    const struct intent *intent;
    const struct order_signature *signature;
};

struct talk_request {
    const char *method;           /* "GET", "POST", "DELETE" */
    bool secured;                 /* Needs the account's headers, made of
                                     method, path (without query), body. */
    size_t body_size;             /* 0 = none. */
    char path[TALK_PATH_CAP];     /* "/order" */
    char query[TALK_QUERY_CAP];   /* "" or "?id=..." */
    char body[TALK_BODY_CAP];     /* NUL terminated. */
};

/* What came back of a request. */
struct talk_answer {
    bool left;                    /* A byte of it may have left. */
    int status;                   /* HTTP, 0 = no answer. */
    const char *body;             /* May be NULL. */
    size_t size;
    int64_t retry_after_s;        /* Of its headers, 0 = none. */
};

/* The words, one after the other; each is gone when the call returns. */
struct talk_sink {
    void *self;
    void (*order)(void *self, const struct venue_order *m);
    void (*trade)(void *self, const struct venue_trade *m);
    void (*balance)(void *self, const struct venue_balance *m);
    /* Something in the text made no sense; what, for the log. */
    void (*bad)(void *self, const char *what);
};

/* What a call takes of the venue's token buckets.  Reads have one of their
 * own; only cancels may use the reserve of the bucket of cancels. */
struct talk_cost {
    uint32_t orders, cancels, reads;
};

/* The slot. */
struct talk_venue {
    const char *name;
    /* Where the user stream is, below its base, and what keeps it alive. */
    const char *user_path;
    const char *ping, *pong;
    struct ms ping_every, pong_within;

    /* Orders are those of a place, in the order of call->orders.  False: this
     * is nothing one asks over HTTP (split, merge, redeem), an id is missing,
     * or it does not fit. */
    bool (*write_request)(const struct venue_call *call,
                          const struct talk_order *orders, uint32_t count,
                          const struct talk_account *account,
                          const struct talk_memory *memory,
                          struct talk_request *out);
    /* Says every word of the answer to the sink, then fills in done (all but
     * sent and answered, which the shell knows).  What is not proven is
     * unknown.  A place says one word about each of its orders, whatever
     * happened; a look_order that found none has found = 0. */
    void (*read_answer)(const struct venue_call *call,
                        const struct talk_account *account,
                        const struct talk_answer *answer,
                        struct talk_memory *memory,
                        const struct talk_sink *sink,
                        struct venue_done *done);
    /* After tokens moved on chain: makes the venue look at them anew; the
     * answer says nothing.  Zero token = collateral. */
    bool (*write_refresh)(const struct hash *token,
                          const struct talk_account *account,
                          struct talk_request *out);

    /* The user stream.  Bytes written, 0 = does not fit. */
    size_t (*write_subscribe)(const struct talk_account *account, char *out,
                              size_t cap);
    /* False: unreadable as a whole (also said to sink->bad). */
    bool (*read_frame)(const char *s, size_t size,
                       const struct talk_account *account,
                       const struct talk_sink *sink);

    struct talk_cost (*cost)(enum venue_op op, uint32_t orders);
};

#define TALK(name) extern const struct talk_venue talk_##name;
#include "executor/talks.def"

#endif /* EXECUTOR_TALK_H */
