/* desk - the private side of the exchange: people, orders, trades, settling
 *
 * Pure, over the core: who trades with which wallet and key, what became of
 * each order, and the way of each trade from matched to confirmed, or back.
 * What a trade brought is bound until it is mined, so a trade that fails can
 * always be taken back to the micro.                                       */
#ifndef SIMEX_DESK_H
#define SIMEX_DESK_H

#include "tests/simex/simex.h"
#include "tests/simex/typed.h"

#include "common/why.h"

#define DESK_NONE UINT32_MAX
#define DESK_PEOPLE_CAP (WHO_COUNT - WHO_USER)
#define DESK_KEYS_CAP 64
#define DESK_ORDERS_CAP 16384 /* Kept; the oldest that ended makes room. */
#define DESK_TRADES_CAP 16384
#define DESK_LIVE_CAP 4096     /* Resting or delayed at a time. */
#define DESK_SCRATCH 262144
#define ORDER_TRADES 64    /* Of one order; more are not listed with it. */

struct desk_terms {
    uint64_t chain;
    int64_t allowance;     /* Dollars (micros) exchanges may take; 0 = any. */
    int64_t welcome;       /* Dollars (micros) a new address begins with; 0 =
                              it has no wallet here. */
    int64_t window_ms;     /* A request's timestamp may be off by so much. */
    int64_t mined_ms, confirmed_ms; /* After the step before. */
    int64_t beat_ms;       /* Without a heartbeat all orders are cancelled. */
    int64_t delay_ms;      /* Of takers, in markets that have one. */
    int64_t early_ms;      /* A GTD order ends so long before it says. */
    uint32_t orders_rate, orders_burst;   /* A second; 0 = no limit. */
    uint32_t cancels_rate, cancels_burst;
};

struct limit { int64_t tokens, at_ms; }; /* Thousandths of an order. */

/* Whoever signs: an address with keys and wallets. */
struct person {
    struct address address;
    struct limit orders, cancels;
    char beat_id[UUID_TEXT_CAP];
    int64_t beat_ms;       /* Last heartbeat, 0 = they are not in use. */
    uint32_t beats;
};

/* A wallet and its account; type as in an order's signatureType. */
struct wallet { struct address address; uint32_t person, who; uint8_t type; };

struct api_key {
    uint32_t person;
    int64_t nonce;
    bool deleted;
    char id[UUID_TEXT_CAP], secret[48], passphrase[65];
};

enum desk_life { DESK_GTC, DESK_GTD, DESK_FOK, DESK_FAK };
enum desk_state {
    DESK_DELAYED, DESK_LIVE,                      /* Not ended. */
    DESK_MATCHED, DESK_CANCELED, DESK_UNMATCHED, DESK_INVALID
};

struct desk_order {
    bool used;
    struct hash id;
    uint32_t key, wallet, market, token;
    bool buy, post_only, foreign;
    enum desk_life life;
    enum desk_state state;
    int64_t price, size, budget;  /* Micros; budget: match.h. */
    int64_t filled, cost;
    int64_t expires_s;            /* 0 = never. */
    int64_t created_ms, due_ms;   /* due: of a delayed one. */
    uint64_t resting;
    const char *reason;           /* Why it was cancelled, or NULL. */
    uint32_t live_at;             /* Place among the live. */
    uint32_t trades[ORDER_TRADES], trades_count;
};

enum trade_step {
    STEP_MATCHED, STEP_MINED, STEP_CONFIRMED, STEP_RETRYING, STEP_FAILED
};
enum trade_fate { FATE_GOOD, FATE_RETRY, FATE_FAIL, FATE_STUCK };

/* Whose order it was; order DESK_NONE = the crowd's. */
struct desk_party { uint32_t order, wallet, key; struct hash id; };

struct desk_fill { struct desk_party maker; struct match_trade t; };

struct desk_trade {
    bool used, told, held, undone;
    struct uuid id;
    struct desk_party taker;
    uint32_t group;
    int64_t qty, fee;
    struct desk_fill fills[MATCH_GROUP];
    uint32_t fills_count;
    enum trade_step state;
    enum trade_fate fate;
    int64_t matched_ms, changed_ms, next_ms;
    char tx[67];                  /* "" until it is mined. */
};

enum desk_what { DESK_PLACEMENT, DESK_UPDATE, DESK_CANCELLATION, DESK_TRADE };

/* Something a person is told on the user channel. */
struct desk_event { enum desk_what what; uint32_t person, order, trade; };
typedef void desk_fn(void *arg, const struct desk_event *e);

/* Mischief: counts of what is next, and times until which. */
struct desk_faults {
    uint32_t cut_before, cut_after, cut_cancel, fail_after, refuse, keep;
    uint32_t soft, torn, no_id, wrong_id, new_word, race, skim;
    int64_t lag_from, lag_until;
    char refuse_word[96];
    uint32_t fail, retry, stuck;
    int64_t stuck_ms;
    int64_t cancel_only, post_only, disabled, no_allowance, clock_until;
    int64_t clock_ms;
};

struct desk {
    struct simex *x;
    struct desk_terms terms;
    struct desk_faults faults;
    desk_fn *tell;
    void *tell_arg;
    struct person people[DESK_PEOPLE_CAP];
    struct wallet wallets[DESK_PEOPLE_CAP];
    struct api_key keys[DESK_KEYS_CAP];
    uint32_t people_count, wallets_count, keys_count;
    struct desk_order *orders;
    struct desk_trade *trades;
    uint32_t *live, live_count;
    uint32_t next_order, next_trade, first_open; /* Trades: ever growing. */
    int64_t *unseen;              /* [wallet][slot]: came on chain, and the
                                     exchange has not looked since. */
    struct map *ids, *resting;    /* Order id, resting id -> slot. */
    uint32_t taking;              /* Order that is being matched. */
    bool cancelling;
    char *scratch;                /* The front's, DESK_SCRATCH bytes, */
    uint32_t *those;              /* and DESK_LIVE_CAP orders. */
};

/* An order as it was asked for, all of it already checked to be sensible. */
struct desk_ask {
    struct hash id;
    uint32_t key, wallet, market, token;
    bool buy, post_only, defer;
    enum desk_life life;
    int64_t price, size, budget, expires_s;
};

/* Texts are the venue's, "" = taken; status goes with the text. */
struct desk_reply {
    char error[192];
    int status;
    uint32_t order;
};

struct desk *desk_new(struct simex *x, const struct desk_terms *t);
void desk_destroy(struct desk **d);
void desk_listen(struct desk *d, desk_fn *tell, void *arg);
/* After each simex_tick: what is due is matched, settled, expired. */
void desk_tick(struct desk *d);
/* The exchange's clock as it shows itself. */
int64_t desk_clock_ms(const struct desk *d);

/* --- desk_people.c --- */
/* Who has this address; made when there is room.  DESK_NONE when not. */
uint32_t desk_person(struct desk *d, const struct address *a);
/* A wallet of a person, with cash.  DESK_NONE when there is no room or the
 * wallet is another's. */
uint32_t desk_open_wallet(struct desk *d, uint32_t person,
                          const struct address *wallet, uint8_t type,
                          int64_t cash);
uint32_t desk_wallet(const struct desk *d, const struct address *a);
/* Of a person and signature type. */
uint32_t desk_wallet_of(const struct desk *d, uint32_t person, uint8_t type);
/* "ADDRESS=DOLLARS", or "TYPE:ADDRESS=DOLLARS" for a wallet contract of the
 * last person there is. */
bool desk_open_text(struct desk *d, const char *text, struct why *why);
/* Makes a key; DESK_NONE when that nonce has one or there is no room. */
uint32_t desk_make_key(struct desk *d, uint32_t person, int64_t nonce);
uint32_t desk_find_key(const struct desk *d, uint32_t person, int64_t nonce);
uint32_t desk_key(const struct desk *d, const char *id);
/* Takes n from a bucket, whole or not at all; left: orders that remain. */
bool desk_take(struct desk *d, struct limit *b, uint32_t rate,
               uint32_t burst, uint32_t n, int64_t *left);
/* True when the id was the expected one (or "", which begins anew); the next
 * one to send is then in beat_id, else the expected one. */
bool desk_beat(struct desk *d, uint32_t person, const char *id);

/* --- desk_order.c --- */
void desk_place(struct desk *d, const struct desk_ask *a,
                struct desk_reply *r);
uint32_t desk_find_order(const struct desk *d, const struct hash *id);
/* False when it is not live or cannot be cancelled now. */
bool desk_cancel(struct desk *d, uint32_t order, const char *reason);
void desk_cancel_all(struct desk *d, uint32_t person, const char *reason);
bool desk_is_live(const struct desk_order *o);
/* It no longer rests: says so. */
void desk_lost(struct desk *d, uint32_t order, const char *reason);
void desk_end_matched(struct desk *d, uint32_t order);
void desk_run(struct desk *d); /* Matches the delayed, ends the expired. */
/* Whether a query may know what happened then. */
bool desk_shows(const struct desk *d, int64_t happened_ms);
/* What nobody asked for: an order of somebody else's tool on a person's
 * account.  False when there is no market or money for it. */
bool desk_plant_foreign(struct desk *d, uint32_t person);

/* --- desk_crowd.c --- */
/* The crowd takes all of a resting order, now; or of all of a person's. */
void desk_race(struct desk *d, uint32_t order);
void desk_meet(struct desk *d, uint32_t person);
/* It was faster than this order to buy: two thirds of what that wants are left,
 * more only a tick worse; of the event's other legs there is plenty. */
void desk_skim(struct desk *d, const struct desk_ask *a);

/* --- desk_trade.c --- */
void desk_traded(struct desk *d, const struct match_trade *t);
void desk_settle_event(struct desk *d, uint32_t event);
void desk_tell_trades(struct desk *d);
void desk_settle(struct desk *d);
/* Money, or shares of a token, that are matched but not yet mined. */
int64_t desk_pending_cash(const struct desk *d, uint32_t who);
int64_t desk_pending_shares(const struct desk *d, uint32_t who,
                            uint32_t market, uint32_t token);
struct desk_trade *desk_trade_at(const struct desk *d, uint32_t number);
/* Part of a person in a trade: DESK_NONE none, 0 taker, 1 + n: n-th fill. */
uint32_t desk_part(const struct desk *d, const struct desk_trade *t,
                   uint32_t person);

/* --- desk_chain.c: what a wallet does on chain --- */
bool desk_split(struct desk *d, const struct address *wallet,
                uint32_t market, int64_t qty);
bool desk_merge(struct desk *d, const struct address *wallet,
                uint32_t market, int64_t qty);
/* What was paid, 0 = nothing to redeem. */
int64_t desk_redeem(struct desk *d, const struct address *wallet,
                    uint32_t market);
/* Dollars (slot 0) or shares (1 + 2 * market + token) came on chain, or, less
 * than 0, went.  What came can be traded once it was looked at. */
void desk_came(struct desk *d, uint32_t wallet, uint32_t slot,
               int64_t amount);
void desk_look(struct desk *d, uint32_t wallet, uint32_t slot);
int64_t desk_unseen(const struct desk *d, uint32_t wallet, uint32_t slot);
/* As the chain shows them: without what is matched but not mined. */
int64_t desk_cash(const struct desk *d, uint32_t who);
int64_t desk_shares(const struct desk *d, uint32_t who, uint32_t market,
                    uint32_t token);

#endif /* SIMEX_DESK_H */
