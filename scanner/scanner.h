/* scanner - finds what pays: events looked at when one of their books moves
 *
 * The engine: the universe, a book per token kept whole by the Clone pattern,
 * the strategies asked once per frame about what it touched, and the
 * opportunities open.  Pure; see common/hear.h for the handlers. */
#ifndef SCANNER_SCANNER_H
#define SCANNER_SCANNER_H

#include "common/daemon.h"
#include "common/ties.h"
#include "common/universe.h"

struct scanner_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "scanner/conf.def"
};

enum scanner_counter {
#define COUNTER(name, help) SCANNER_##name,
#include "scanner/counters.def"
    SCANNER_COUNTERS
};

struct scanner_options {
    const struct scanner_conf *own;
    const struct strategy_conf *strategy;
    struct ppm cash_rate;          /* capital.cash_rate_year */
    struct ms heartbeat_miss;      /* common.heartbeat_miss */
    struct ms tell_again;          /* What is open is told at least so often,
                                      so that its last word is among the
                                      facts that are kept; 0 = never. */
};

/* The relations of these settings, the caller's to destroy: NULL where
 * strategy E is off.  False when they have mistakes, with the first of
 * them. */
MUST_CHECK bool scanner_ties(const struct scanner_conf *own,
                             const struct strategy_conf *strategy,
                             struct ties **out, struct why *why);

/* Tells the engine what the file holds, now, so that the inputs of each run
 * begin with its relations, and at every SIGHUP; one with a mistake changes
 * nothing then.  NULL where strategy E is off. */
struct scanner_tying;
struct scanner_tying *scanner_ties_again(struct daemon *d,
                                         const struct scanner_conf *own,
                                         const struct strategy_conf *strategy);
void scanner_ties_forget(struct scanner_tying **w);

struct scanner;
struct book;

/* Room an outbox needs for one call of anything below. */
#define SCANNER_OUTBOX_BYTES (2u << 20)
#define SCANNER_OUTBOX_COUNT 256u

/* The options are copied.  All memory is taken here. */
struct scanner *scanner_new(const struct scanner_options *o);
void scanner_destroy(struct scanner **x);
const uint64_t *scanner_counters(const struct scanner *x);
/* The feed is heard and its universe known. */
bool scanner_is_ready(const struct scanner *x);
const struct universe *scanner_universe(const struct scanner *x);
/* By token index of the universe. */
const struct book *scanner_book(const struct scanner *x, uint32_t token);
uint32_t scanner_open_count(const struct scanner *x);
/* For running without ticks: says what did not fit into earlier calls; true
 * while there is still more. */
bool scanner_rest(struct scanner *x, const struct input *in,
                  struct outbox *out);
/* Closes what is open, as much as fits; true while there is still more. */
bool scanner_close_all(struct scanner *x, enum reason why,
                       const struct input *in, struct outbox *out);

#define HEARS(msg, who)                                              \
    void scanner_on_##msg(struct scanner *x, const struct msg *m,    \
                          const struct input *in, struct outbox *out);
#define RECALLS(msg)                                                 \
    void scanner_recall_##msg(struct scanner *x, const struct msg *m, \
                              const struct input *in);
#include "scanner/hears.def"

extern const struct program scanner_program;
extern const struct conf_section scanner_section;

#endif /* SCANNER_SCANNER_H */
