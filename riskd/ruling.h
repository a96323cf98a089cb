/* ruling - the rules within riskd: what they see, what they do to it
 *
 * Nothing in here acts on its own: riskd's state, leases and checks ask what
 * the rules allow. */
#ifndef RISKD_RULING_H
#define RISKD_RULING_H

#include "riskd/metric.h"
#include "riskd/riskd.h"

struct ruling;
struct question;
struct finding;

/* In riskd_new and riskd_destroy.  There are no rules until riskd_rules. */
struct ruling *ruling_new(const struct riskd_conf *conf);
void ruling_destroy(struct ruling **r);
/* Monotonic, of the last round; 0 = none in this run. */
struct nanos ruling_asked(const struct ruling *r);
/* NULL: none were given. */
const struct rules *ruling_rules(const struct ruling *r);

/* Says it, and counts it, unless it was counted. */
void riskd_count(struct riskd *x, const struct occurrence *s,
                 struct outbox *out);
/* What happened, counted once (occurrences are facts; counting.c). */
void riskd_count_order(struct riskd *x, const struct order *m,
                       const struct input *in, struct outbox *out);
/* Orders that ended otherwise than booked: are they by now, or too late. */
void riskd_watch_ends(struct riskd *x, const struct input *in,
                      struct outbox *out);
/* The kill switch is everybody's: in both books. */
void riskd_count_kills(struct riskd *x, uint64_t generation, uint64_t times,
                       const struct input *in, struct outbox *out);
void riskd_write_found(struct riskd *x, const struct input *in,
                       struct outbox *out);
/* Whether riskd itself knows of the drill that is told. */
bool riskd_drill_fits(const struct riskd *x, const struct command *m);
void riskd_count_measured(struct riskd *x, const struct command *m,
                         const struct input *in, struct outbox *out);
void riskd_count_fill(struct riskd *x, const struct fill *m,
                      const struct input *in, struct outbox *out);
void riskd_count_execution(struct riskd *x, const struct execution *m,
                           const struct input *in, struct outbox *out);
/* Every rules_every: the alarms are asked, and what they do is said. */
void riskd_rule_on_tick(struct riskd *x, const struct input *in,
                        struct outbox *out);
/* Of the rules in force, zeros without any. */
struct hash riskd_rules_digest(const struct riskd *x);
/* Alarms that cannot be computed. */
uint32_t riskd_rules_blind(const struct riskd *x);
/* What the rules allow now. */
void riskd_rule_effects(const struct riskd *x, struct nanos wall,
                        struct rule_effects *out);
/* What limits and alarms have against this authorization, into a->ruled; a
 * limit that kills is said at once. */
void riskd_rule_on_question(struct riskd *x, struct question *a,
                            const struct input *in, struct outbox *out);
/* A person has looked: what was latched is let go (a resume). */
void riskd_recall_resume(struct riskd *x);
void riskd_rule_release(struct riskd *x, const struct input *in,
                        struct outbox *out);
/* NULL: none were given. */
const struct rule_set *riskd_rule_set(const struct riskd *x);
/* The n-th that is latched and whose rule is gone or changed; NULL = no more.
 * There are rules. */
const struct rule *riskd_rule_left(const struct riskd *x, uint32_t n);
/* The metrics of the books in force, and the view they are answered with. */
const struct metrics *riskd_metrics(const struct riskd *x);
/* Of the markets of a request. */
void riskd_look_at_markets(const struct question *a, struct metric_order *o);
void riskd_metric_view(const struct riskd *x, struct nanos wall,
                       struct metric_view *out);
/* Once a round: the oldest group of which some shares came, and not all. */
void riskd_look_at_partial(struct riskd *x);
struct digest;
struct image;
void ruling_image(struct ruling *r, struct image *i);
void ruling_digest(const struct ruling *r, struct digest *d);

#endif /* RISKD_RULING_H */
