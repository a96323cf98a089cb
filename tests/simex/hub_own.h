/* hub_own - what hub.c and hub_acts.c share; nobody else includes it */
#ifndef SIMEX_HUB_OWN_H
#define SIMEX_HUB_OWN_H

#include "tests/simex/hub.h"

#define FREEZES 16
#define HELD_ROOM 4096

/* What a connection knows of a token. */
enum {
    KNOWS = 1,        /* Subscribed. */
    BEHIND = 2,       /* One change was not told: its next hash cannot fit. */
    BROKEN = 4,       /* Was told a hash that cannot fit: tell no more. */
    MISSED = 8,       /* Changed while frozen or silent: owed a book. */
};

struct conn {
    bool open, custom;
    bool user;                  /* Of the user channel; then: */
    uint32_t key;               /* DESK_NONE until it has said who it is. */
    uint64_t order;             /* Of opening. */
    uint32_t subscribed;        /* User: 0 = hears of every market. */
    uint8_t *knows;             /* [token] */
    char held[HELD_ROOM];       /* A frame that waits to change places. */
    size_t held_size;
    uint32_t held_market;
};

/* A user's event that is to be told again. */
struct echo { uint32_t conn; uint64_t order; int64_t due_ms; size_t size;
              char *text; };
#define ECHOES 32

/* Mischief of the user channel. */
struct user_acts {
    int64_t frozen_until, late_until, late_ms, again_ms;
    int64_t twice, again;
};

struct freeze { uint32_t event, token; int64_t until_ms; };

struct hub {
    struct simex *x;
    struct face *face;
    struct desk *desk;          /* NULL = no private side. */
    struct chain *chain;        /* NULL = no chain. */
    struct user_acts acts;
    struct echo echoes[ECHOES];
    int64_t edge_until;
    struct hub_out out;
    struct mischief mischief;
    struct conn conns[HUB_CONNS];
    uint64_t opened, frames, mismatches;
    uint64_t placed;            /* Requests that place orders, answered or
                                   not, whatever is in them. */
    int64_t now_ms;
    struct freeze freezes[FREEZES];
    uint32_t freezes_count;
    int64_t silent_until, late_until, late_ms;
    int64_t status_until, status, slow_until, slow_ms;
    bool silent, duplicate, reorder;
    char *room;                 /* One frame at a time is written here. */
    uint32_t *tokens;           /* Scratch list. */
};

void hub_acts(struct hub *h);              /* Does what is due. */
/* An act of the private side. */
void hub_do_private(struct hub *h, const struct act *a);
bool hub_is_private(enum act_kind kind);
/* One of the chain; false when it must wait. */
bool hub_do_chain(struct hub *h, const struct act *a);
void hub_echo(struct hub *h);              /* Tells again what is due. */
void hub_user_hear(struct hub *h, uint32_t conn, const char *s, size_t size);
void hub_user_event(void *arg, const struct desk_event *e);
bool hub_is_quiet(const struct hub *h, uint32_t token);
/* Sends whole books of what was missed and is no longer quiet. */
void hub_catch_up(struct hub *h);
/* The first `count` of h->tokens; what they were behind is forgotten. */
void hub_send_books(struct hub *h, uint32_t conn, uint32_t count);
void hub_log_planted(struct hub *h, const struct situation *s);
/* market: the one it was done to, or MAP_NONE. */
void hub_log_act(struct hub *h, const struct act *a, uint32_t market);
void hub_log_mismatch(struct hub *h, uint32_t conn, uint32_t token,
                      bool spoiled);
/* Lets nothing be planted near acts that would hide it. */
void hub_storms(struct hub *h);

#endif /* SIMEX_HUB_OWN_H */
