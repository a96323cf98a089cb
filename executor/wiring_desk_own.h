/* wiring_desk_own - the insides of the desk, for its own files */
#ifndef EXECUTOR_WIRING_DESK_OWN_H
#define EXECUTOR_WIRING_DESK_OWN_H

#include "common/backoff.h"
#include "common/http.h"
#include "common/log.h"
#include "executor/wiring_desk.h"

enum {
    CALLS_CAP = 256,
    LANES_MOST = 16,
    URL_CAP = 768,
    ANSWER_MOST = 4 << 20,
    SAMPLES_MOST = 256,
    WORDS_A_TURN = 32,       /* Of one answer; the rest is the next turn. */
};

/* A call of the engine, until its venue_done. */
struct call {
    struct desk *desk;
    struct venue_call m;
    bool used, over;         /* over: nothing left, and nothing will. */
    enum reason why;         /* Then: why. */
    struct text words;
    struct nanos at, sent;   /* Mono: of its last hop; wall. */
    uint32_t heard;          /* Words of its answer. */
};

/* One connection that orders leave by. */
struct lane {
    struct desk *desk;
    struct http *http;
    struct call *call;       /* Under way. */
    bool held, warming;
    struct nanos next;       /* Mono: when it is warmed. */
    struct nanos asked;      /* Wall: the warm-up under way. */
};

enum login { LOGIN_none, LOGIN_asked, LOGIN_done };

struct desk {
    struct desk_options o;
    struct talk_account account;
    struct talk_memory memory;
    struct talk_request request; /* Being written. */
    char headers[3][64];
    struct http *pool, *cancels;
    struct lane lanes[LANES_MOST];
    struct ws_context *sockets;
    struct ws *user;
    struct loop_timer *tick;
    struct loop_timer *soon;     /* Calls that are over. */
    struct call calls[CALLS_CAP];
    uint32_t in_turn;            /* Words said in the turn under way. */

    enum login login;
    struct nanos login_next, login_tried;
    uint32_t login_failures;
    bool login_derives;          /* POST was refused: GET. */
    bool clock_known, clock_good;
    struct ms clock_offset;      /* Venue's less ours; */
    struct ms clock_told;        /* as the engine was told. */
    bool user_up;                /* Connected, subscribed and answered. */
    bool told_up;                /* What the engine knows. */
    struct log_limit bad_said, no_said;
    void (*refreshed)(void *arg); /* Of the last desk_refresh. */
    void *refreshed_arg;
    struct hash refresh_token;
    uint32_t refresh_asks;
    struct loop_timer *refresh_timer;

    uint32_t samples_count;
    struct desk_sample samples[SAMPLES_MOST];
};

/* wiring_desk.c */
void desk_tell_state(struct desk *k);
/* The time since then, which becomes now. */
void desk_sample(struct desk *k, enum desk_hop hop, struct nanos *since);
struct talk_sink desk_sink(struct desk *k);
/* Writes rest_url, path and query. */
void desk_url(const struct desk *k, const char *path, const char *query,
              char url[URL_CAP]);

/* wiring_calls.c: a call's request and its answer */
void desk_answer(struct call *c, const struct http_answer *a);
/* The call ends without a byte of it having left. */
void desk_call_over(struct call *c, enum reason why, const char *words);
/* k->request as HTTP takes it, signed where it must be; false: *no says why. */
struct desk_ask {
    struct http_header headers[5];
    char url[URL_CAP];
    struct http_request q;
};
MUST_CHECK bool desk_ask(struct desk *k, struct desk_ask *a,
                         enum signer_no *no);

/* wiring_place.c: orders, each by a lane, under the gate */
void desk_place(struct call *c);

/* wiring_login.c: the API key */
void desk_login_tick(struct desk *k, struct nanos mono);
void desk_login_begin(struct desk *k);
/* The venue says 401 to it. */
void desk_login_refused(struct desk *k);

/* wiring_warm.c: open lanes, and the venue's clock */
void desk_warm_tick(struct desk *k, struct nanos mono);

/* wiring_user.c: the user stream */
void desk_user_open(struct desk *k);
void desk_user_close(struct desk *k);

#endif /* EXECUTOR_WIRING_DESK_OWN_H */
