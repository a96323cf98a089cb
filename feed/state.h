/* state - what the files of the engine share; nobody outside sees it */
#ifndef FEED_STATE_H
#define FEED_STATE_H

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"
#include "common/outbox.h"
#include "feed/moved.h"
#include "feed/signals_file.h"
#include "feed/venue.h"

enum {
    FRAME_DELTAS = 1024,    /* Told one by one; else as whole books. */
    TOKEN_DELTAS = 64,      /* Of one token in one frame, likewise. */
    FRAME_TOKENS = 2048,    /* Touched by one frame. */
    ANSWERS = 64,           /* Snapshot requests under way. */
    CONNECTIONS = 512,
    /* Of an outbox, what one call may fill; the rest waits its turn. */
    TURN_BYTES = 2 << 20,
    TURN_COUNT = 2048
};
#define NO_MARKET UINT32_MAX
#define NO_ANSWER UINT32_MAX
#define NO_CONNECTION UINT32_MAX

enum token_state {
    TOKEN_IDLE,      /* Not subscribed: closed, or not listed yet. */
    TOKEN_WAITING,   /* For a book. */
    TOKEN_LIVE,
    TOKEN_DOUBTED,   /* Its hash was wrong; the rest may still come. */
    TOKEN_EXCLUDED
};

enum token_want { WANT_NOTHING, WANT_SUBSCRIBE, WANT_AGAIN, WANT_NO_MORE };

struct token {
    struct hash id;
    char text[TOKEN_TEXT_CAP];
    struct vbook book;
    bool has_book;           /* Anything was ever applied. */
    uint32_t market;         /* NO_MARKET: seen in a recording only. */
    enum token_state state;
    enum reason why;         /* It is not live. */
    bool stale;              /* Its connection is silent. */
    uint64_t epoch, seq;     /* Of what was told last. */
    struct nanos received;   /* Wall: its last frame or equal REST book. */
    struct nanos last_frame; /* Mono: something was applied. */
    struct sha1 hash;
    bool proved;
    unsigned bad_snapshots;
    uint32_t connection;
    enum token_want want;
    unsigned attempts;       /* To get a book. */
    struct nanos live_at;    /* Mono: since when it is right. */
    struct moved moved;      /* Its middle. */
    struct nanos due;        /* Mono: doubted: ask for it; waiting: again. */
    bool asked;              /* Waiting: it was asked for. */
    /* A REST book ahead of the channel: its time; mono: seen, judged. */
    struct nanos rest_time, rest_seen, rest_due;
    struct nanos fetched;    /* Venue: of the REST book it began with. */
    unsigned rest_waits;     /* Times the judgement was put off. */
    bool rest_ahead, rest_asked;
    bool tell;               /* Its book or status is owed: tell_books. */
    bool seen;               /* In any frame. */
    uint64_t frame;          /* Number of the frame that touched it. */
    uint32_t frame_deltas;
    bool frame_whole;
    uint64_t set;            /* Number of the set that changed it last, */
    uint32_t set_last;       /* and which of its changes that was. */
};

struct followed {
    struct market m;
    bool used, tell, resolved, final, tell_resolution, hash_neg_risk;
    char min_text[VBOOK_SIZE_TEXT], tick_text[VBOOK_PRICE_TEXT];
    struct price payout_yes;
    struct nanos resolved_at, closed_since; /* closed_since: wall. */
    uint32_t event;
    uint32_t token[2];       /* Yes, no. */
};

struct listed_event {
    struct text id;
    bool used;
    uint32_t markets;        /* Followed ones. */
    uint64_t pass;           /* Of the listing it was last seen in. */
    uint64_t unsettled;      /* The pass at which some of it was. */
    bool missing;            /* Owed a question of its own. */
    unsigned unanswered;     /* Such questions since it was seen. */
};

struct connection {
    bool opened, up, down_told;
    enum link_state state;
    struct nanos since;      /* Wall: of that state. */
    struct nanos alive;      /* Mono. */
    struct nanos last_book;  /* Mono: anything was applied. */
    struct nanos time;       /* The venue's newest that it brought. */
    struct nanos renewed;    /* Mono: last asked to reconnect. */
    bool renew, silent, initial;
    bool was_up;             /* At least once. */
    bool trying;             /* To be again, and in sync; */
    struct nanos tried;      /* mono: since then. */
    uint32_t tokens, wants;
    uint32_t *token;
};

/* A token of a request for certain markets, while it is not told of. */
enum named {
    NAMED_CLOSED,            /* To be asked for among the closed ones, */
    NAMED_OPEN,              /* then among the others. */
    NAMED_FOUND,
    NAMED_OVER               /* Told, or counted as missing. */
};

struct answer {
    bool used, prove;
    struct to to;
    enum asked what;
    struct tokens tokens;
    uint32_t at;             /* Next market, resolution or token. */
    uint32_t stage;
    uint64_t sent, missing;
    struct nanos deadline;   /* Mono, of the proof or the lookup. */
    enum named named[tokens_cap];
};

/* Markets asked of the venue for one answer; one request at a time. */
struct lookup {
    bool under_way;
    uint32_t answer;         /* Whose; NO_ANSWER = that one has ended. */
    enum named kind;
    uint32_t count, found_count;
    struct hash tokens[VENUE_NAMED];
    struct followed found[VENUE_NAMED]; /* Only what is told of them. */
};

/* A change that is told when its frame is over. */
struct frame_delta {
    uint32_t token;
    enum side side;
    struct price price;
    struct qty size;
};

struct ring {                /* Indices owed something, in order. */
    uint32_t *at;
    uint32_t head, count, cap;
};

struct feed {
    struct feed_conf conf;
    struct feed_options opt;
    const struct venue_slot *venue;
    struct venue_room *room;
    struct level_room *levels;
    struct digest *sha1;
    uint64_t counters[FEED_COUNTERS];
    uint64_t epoch, rev, pass;
    uint64_t reconnects, resyncs;    /* As venue_status tells. */
    bool listed;             /* A whole pass was read. */

    struct token *token;
    uint32_t tokens, tokens_cap;
    uint32_t *free_tokens, free_tokens_count;
    uint32_t subscribed;
    struct map *by_token;
    struct followed *market;
    uint32_t markets, markets_cap;   /* markets: highest ever used + 1. */
    uint32_t *free_markets, free_markets_count, markets_used;
    struct map *by_market;
    struct listed_event *event;
    uint32_t events, events_cap;
    struct map *by_event;
    struct map *pairs;               /* Market id -> first token, offline. */
    uint32_t *seen, seen_count;      /* Tokens in order of appearance. */

    struct connection *conn;
    uint32_t *conn_tokens;           /* Of all of them. */
    uint32_t conns;
    struct ring tell_markets, tell_books;
    uint32_t missing_events, wants;
    uint32_t missed_at;              /* Where the next pass looks on. */
    bool discover, ready;
    struct nanos next_due;           /* Mono: least due of any token. */
    struct nanos watched;            /* Mono: last sampling. */
    struct nanos ticked;             /* Mono: last tick. */
    bool slept;                      /* Long before this one. */
    bool owes;                       /* More than fitted was to be said. */
    uint32_t watch_at;
    uint32_t prove_count, watch_count;
    struct hash prove[VENUE_TOKENS], watch[VENUE_TOKENS];
    char *text;                      /* VENUE_TEXT_CAP, of an ask. */
    struct answer answer[ANSWERS];
    uint32_t answers;
    struct lookup lookup;
    struct signal signal[SIGNALS_CAP]; /* As last told; ends 0 = never. */
    uint32_t signal_at;              /* Whose page is being read. */

    /* Of the call being handled. */
    const struct input *in;
    struct input *in_offline;        /* Recordings: its times are set. */
    struct outbox *out;
    size_t said_bytes, said_count;
    bool time_told;                  /* The recording told a time. */
    uint64_t frame, set;
    uint32_t set_token[VENUE_CHANGES];
    uint32_t frame_tokens, frame_deltas;
    uint32_t frame_token[FRAME_TOKENS];
    struct frame_delta frame_delta[FRAME_DELTAS];
    struct book_snapshot snapshot;   /* Being made. */
};

/* call.c: around everything that is handled. */
void feed_begin(struct feed *f, const struct input *in, struct outbox *out);
bool feed_end(struct feed *f); /* True when something is still owed. */
static inline void
feed_count(struct feed *f, enum feed_counter what, uint64_t n)
{
    f->counters[what] += n;
}

/* universe.c: what is followed. */
struct token *feed_token(struct feed *f, const struct hash *id); /* or NULL */
uint32_t feed_token_index(const struct feed *f, const struct token *t);
struct token *feed_token_add(struct feed *f, const struct hash *id);
struct followed *feed_market_add(struct feed *f, const struct venue_market *v);
void feed_listed(void *self, const struct venue_event *e);
struct followed *feed_market(struct feed *f, const struct text *id);
struct followed *feed_market_of(struct feed *f, const struct token *t);
void feed_resolve(struct feed *f, struct followed *m, struct price payout_yes,
                  bool final, struct nanos at);
/* What it pays only the listing says. */
void feed_resolved_somehow(struct feed *f, const char *market);
/* Its tokens are subscribed to while it is open. */
void feed_follow_market(struct feed *f, struct followed *m);
/* Two tokens of one market id in a recording become a market. */
void feed_pair(struct feed *f, struct token *t, const char *market);
/* The fees of the options, where those stand in for what is listed. */
void feed_assume_fee(const struct feed *f, struct market *m);

/* passes.c: what the listing did not show, and what may go. */
void feed_pass_begin(struct feed *f);
void feed_pass_end(struct feed *f);
void feed_retire(struct feed *f);
void feed_miss(struct feed *f, struct listed_event *e); /* Ask for it. */

/* frame.c: what a text changes.  sink is for the venue's readers. */
struct venue_sink feed_sink(struct feed *f);
void feed_frame_begin(struct feed *f);
void feed_frame_end(struct feed *f);
void feed_touch(struct feed *f, struct token *t);
/* Something about the token could not be read or believed; t may be NULL. */
void feed_doubt(struct feed *f, enum feed_counter what, struct token *t);

/* proof.c: books and their hash. */
bool feed_book_apply(struct feed *f, struct token *t,
                     const struct venue_book *b);
/* After the book was changed (by set) or, without it, replaced. */
void feed_judge(struct feed *f, struct token *t, const struct sha1 *hash,
                const struct venue_changes *set);
void feed_take_stamp(struct vbook *b, const struct venue_stamp *at);
struct price feed_tick_of(const char *text); /* 0 = unknown. */
bool feed_on_grid(const struct vlevel *levels, uint32_t count,
                  struct price tick);
/* Clocks differ; a time further ahead would make all that follows old. */
bool feed_is_ahead(const struct feed *f, struct nanos time);
/* Its book was proved longer ago, or the clock was set back since. */
bool feed_is_older(const struct feed *f, const struct token *t, int64_t ns);

/* tell.c: what is said. */
bool feed_token_usable(const struct token *t);
bool feed_has_room(const struct feed *f, size_t bytes, size_t count);
bool feed_may_say(const struct feed *f); /* One small message. */
void feed_said(struct feed *f, size_t bytes);
/* These say it now, or when there is room. */
void feed_tell_market(struct feed *f, uint32_t market);
void feed_tell_book(struct feed *f, struct token *t); /* Or its status. */
void feed_tell_rest(struct feed *f);
/* These say it now; to NULL = to all. */
size_t feed_book_bytes(const struct token *t);
void feed_say_book(struct feed *f, const struct token *t, bool more,
                   const struct to *to);
void feed_say_status(struct feed *f, const struct token *t,
                     const struct to *to);
void feed_say_delta(struct feed *f, struct token *t,
                    const struct frame_delta *d, bool more);
void feed_say_market(struct feed *f, const struct followed *m,
                     const struct to *to);
void feed_say_resolution(struct feed *f, const struct followed *m,
                         const struct to *to);
void feed_say_link(struct feed *f, uint32_t connection, const struct to *to);

/* sync.c: which books are wanted. */
void feed_follow(struct feed *f, struct token *t);   /* Subscribe. */
void feed_unfollow(struct feed *f, struct token *t);
void feed_live(struct feed *f, struct token *t);     /* It is right again. */
void feed_void(struct feed *f, struct token *t, enum reason why,
               struct nanos due);                    /* It must be rebuilt. */
void feed_exclude(struct feed *f, struct token *t);
void feed_sync_tick(struct feed *f);
void feed_new_epoch(struct feed *f, struct token *t);
void feed_want(struct feed *f, struct token *t, enum token_want want);
void feed_sent(struct feed *f, struct token *t);     /* It was asked for. */
void feed_left(struct feed *f, struct token *t);     /* Unsubscribed. */
void feed_due(struct feed *f, struct nanos due);     /* Look again then. */

/* link.c: connections. */
void feed_link_tick(struct feed *f);
void feed_silent(struct feed *f, uint32_t connection, bool silent);

/* watch.c: REST books beside the channel's. */
void feed_ask_proof(struct feed *f, struct token *t);
void feed_watch_token(struct feed *f, struct token *t); /* rest_due came. */
void feed_rest_book(struct feed *f, const struct venue_book *b);
void feed_watch_tick(struct feed *f);

/* answer.c */
bool feed_answers(struct feed *f); /* True when one wants for room. */

/* lookup.c: requests for certain markets. */
/* Something of it must be waited for, and nothing can be told yet. */
bool feed_named_waits(struct feed *f, const struct answer *a);
/* False when there is no room for the rest, or it waits. */
bool feed_named_answer(struct feed *f, struct answer *a);
void feed_named_end(struct feed *f, const struct answer *a);
bool feed_named_ask(struct feed *f, struct feed_ask *ask);
void feed_named_market(void *self, const struct venue_market *v);

/* counts.c */
void feed_signal(void *self, const struct venue_signal *s);

void ring_push(struct ring *r, uint32_t value);
uint32_t ring_pop(struct ring *r);

#endif /* FEED_STATE_H */
