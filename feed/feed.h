/* feed - what venues say becomes books that are proved right
 *
 * The engine: markets and tokens followed, one venue book a token, epochs and
 * sequences, the proof by the venue's hash after every frame, which books are
 * stale, frozen, void or given up, and who is owed an answer.  Pure: texts
 * and times come in, messages go to the outbox, and what should be done
 * outside (subscribe, fetch) is asked for through feed_ask. */
#ifndef FEED_FEED_H
#define FEED_FEED_H

#include "common/daemon.h"

struct feed_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "feed/conf.def"
};

enum feed_counter {
#define COUNTER(name, help) FEED_##name,
#include "feed/counters.def"
    FEED_COUNTERS
};

struct feed;
struct venue_slot;
struct signal_specs;
struct venue_cursor { char s[1024]; }; /* Where a listing goes on; "" = end. */

struct feed_options {
    const struct venue_slot *venue; /* NULL = venue_polymarket. */
    const struct signal_specs *signals; /* NULL = none; it must stay. */
    struct ms book_age_max;       /* strategy.book_age_max; half of it is
                                     the age from which prove fetches. */
    /* For recordings.  Every token seen is kept, nothing is asked for, and a
     * wrong hash blocks its token until its next book. */
    bool offline;
    /* Without a listing: two tokens of one market id, in the order they
     * appear, are told as a binary market. */
    bool assume_markets;
    /* Fees of every market, whatever its listing says; exponent 1. */
    bool assume_fee;
    struct ppm fee_rate;
};

/* Room an outbox needs for one call of anything below. */
#define FEED_OUTBOX_BYTES (4u << 20)
#define FEED_OUTBOX_COUNT 4096u

struct feed *feed_new(const struct feed_conf *c, const struct feed_options *o);
void feed_destroy(struct feed **f);
const uint64_t *feed_counters(const struct feed *f); /* FEED_COUNTERS many. */
/* Listed once, and every book asked for came or was given up. */
bool feed_is_ready(const struct feed *f);

/* --- heard on the bus ------------------------------------------------- */
void feed_on_snapshot_request(struct feed *f, const struct snapshot_request *m,
                              const struct input *in, struct outbox *out);
void feed_on_tick(struct feed *f, const struct tick *m, const struct input *in,
                  struct outbox *out);

/* --- heard from the venue --------------------------------------------- */
/* One text of the market channel, on connection (0-based). */
void feed_on_frame(struct feed *f, uint32_t connection, const char *s,
                   size_t size, const struct input *in, struct outbox *out);
/* The answer to a request for books; NULL = there was none. */
void feed_on_books(struct feed *f, const char *s, size_t size,
                   const struct input *in, struct outbox *out);
/* One page of the listing; first = a new pass begins.  next is the cursor of
 * the page after, empty when this was the last.  False = unreadable. */
MUST_CHECK bool feed_on_page(struct feed *f, const char *s, size_t size,
                             bool first, struct venue_cursor *next,
                             const struct input *in, struct outbox *out);
/* One event on its own (asked for by FEED_ASK_EVENT). */
void feed_on_event(struct feed *f, const char *s, size_t size,
                   const struct input *in, struct outbox *out);
/* The answer to FEED_ASK_MARKETS; each of those is answered once, so or with
 * feed_on_no_markets, which says nothing before the next call. */
void feed_on_markets(struct feed *f, const char *s, size_t size,
                     const struct input *in, struct outbox *out);
void feed_on_no_markets(struct feed *f);
/* The most a signal's count ever was, as far as is known; recalled: by a run
 * before, before its first page. */
uint64_t feed_highest(const struct feed *f, uint32_t signal);
void feed_recall_highest(struct feed *f, uint32_t signal, uint64_t highest);
/* The page of a signal, by its number in the options' specs; NULL = the same
 * as before. */
void feed_on_signal(struct feed *f, uint32_t signal, const char *s,
                    size_t size, const struct input *in, struct outbox *out);
void feed_on_link(struct feed *f, uint32_t connection, enum link_state state,
                  const struct input *in, struct outbox *out);
/* Anything came on the connection, be it a PONG. */
void feed_on_alive(struct feed *f, uint32_t connection,
                   const struct input *in);
/* A request to the venue failed; it is only counted. */
void feed_on_failure(struct feed *f);
/* True when more was to be said than fitted: feed_rest goes on with it at
 * once, otherwise the next call of anything here does. */
bool feed_owes(const struct feed *f);
/* Says what did not fit before; true when there is still more. */
bool feed_rest(struct feed *f, const struct input *in, struct outbox *out);

/* --- asked of the shell ------------------------------------------------ */
enum feed_ask_kind {
    FEED_ASK_CONNECT,      /* Open this connection; feed_on_link follows. */
    FEED_ASK_SEND,         /* Send text on it. */
    FEED_ASK_RECONNECT,    /* Drop it and come back. */
    FEED_ASK_BOOKS,        /* POST text to the venue's books. */
    FEED_ASK_EVENT,        /* GET one event; text is its id. */
    FEED_ASK_MARKETS,      /* GET markets; text says which (write_named). */
    FEED_ASK_DISCOVER      /* Read the listing soon. */
};
struct feed_ask {
    enum feed_ask_kind kind;
    uint32_t connection;
    const char *text;      /* Gone at the next call of anything here. */
    size_t size;
};
/* The next thing to do, in order; false when there is none now. */
bool feed_next_ask(struct feed *f, const struct input *in,
                   struct feed_ask *ask);

extern const struct conf_section feed_section;
extern const struct program feed_program;

#endif /* FEED_FEED_H */
