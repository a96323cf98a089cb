/* riskd - says yes or no, and keeps the books: the engine
 *
 * Pure: (state, message, time) -> messages.  Every change of its state that
 * matters is a fact (grant, release, ledger_entry, risk_event, command), and
 * a new engine fed those facts is the same engine: riskd_digest is equal. */
#ifndef RISKD_RISKD_H
#define RISKD_RISKD_H

#include "common/conf.h"
#include "common/outbox.h"

struct program;

struct riskd_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "riskd/conf.def"
};

enum {
#define COUNTER(name, help) RISKD_##name,
#include "riskd/counters.def"
    RISKD_counters_
};

/* For main and for `arb check-config`. */
extern const struct conf_section riskd_section;
extern const struct program riskd_program;

struct common_conf;
struct capital_conf;
struct strategy_conf;
struct riskd;

/* The configurations are copied.  Takes all memory it will ever need. */
struct riskd *riskd_new(const struct riskd_conf *conf,
                        const struct common_conf *common,
                        const struct capital_conf *capital,
                        const struct strategy_conf *strategy);
void riskd_destroy(struct riskd **x);
/* What live grants are marked with (common/mac_key.h); without it they bear
 * no mark, and no signer signs them. */
struct mac_key;
void riskd_mac_key(struct riskd *x, const struct mac_key *key);

/* What runs: the digest of its whole configuration and its build.  Without
 * it no stage can be entered by a sign-off. */
void riskd_identity(struct riskd *x, uint64_t config, const char *build);

/* The rules in force from now on; copied.  Before the facts are recalled the
 * first time; later, those that ask the same go on where they were.  False
 * with the id of a rule that is latched and would be lost: nothing changed. */
struct rule_set;
MUST_CHECK bool riskd_rules(struct riskd *x, const struct rule_set *set,
                            struct nanos wall, char id[16]);

/* What is heard (hears.def).  Any field may be wrong; nothing here fails. */
void riskd_on_tick(struct riskd *x, const struct tick *m,
                   const struct input *in, struct outbox *out);
void riskd_on_latch_state(struct riskd *x, const struct latch_state *m,
                          const struct input *in, struct outbox *out);
void riskd_on_lease_request(struct riskd *x, const struct lease_request *m,
                            const struct input *in, struct outbox *out);
void riskd_on_authorize(struct riskd *x, const struct authorize *m,
                        const struct input *in, struct outbox *out);
void riskd_on_list_open(struct riskd *x, const struct list_open *m,
                        const struct input *in, struct outbox *out);
void riskd_on_release(struct riskd *x, const struct release *m,
                      const struct input *in, struct outbox *out);
void riskd_on_settle(struct riskd *x, const struct settle *m,
                     const struct input *in, struct outbox *out);
void riskd_on_order(struct riskd *x, const struct order *m,
                    const struct input *in, struct outbox *out);
void riskd_on_fill(struct riskd *x, const struct fill *m,
                   const struct input *in, struct outbox *out);
void riskd_on_execution(struct riskd *x, const struct execution *m,
                        const struct input *in, struct outbox *out);
void riskd_on_command(struct riskd *x, const struct command *m,
                      const struct input *in, struct outbox *out);

void riskd_on_venue_balance(struct riskd *x, const struct venue_balance *m,
                            const struct input *in, struct outbox *out);
void riskd_on_heartbeat(struct riskd *x, const struct heartbeat *m,
                        const struct input *in, struct outbox *out);
void riskd_on_venue_status(struct riskd *x, const struct venue_status *m,
                           const struct input *in, struct outbox *out);
void riskd_on_rule_row(struct riskd *x, const struct rule_row *m,
                       const struct input *in, struct outbox *out);
void riskd_on_rules_read(struct riskd *x, const struct rules_read *m,
                         const struct input *in, struct outbox *out);
void riskd_on_host_state(struct riskd *x, const struct host_state *m,
                         const struct input *in, struct outbox *out);
void riskd_on_opportunity(struct riskd *x, const struct opportunity *m,
                          const struct input *in, struct outbox *out);
void riskd_on_gap(struct riskd *x, const struct gap *m,
                  const struct input *in, struct outbox *out);
void riskd_on_market(struct riskd *x, const struct market *m,
                     const struct input *in, struct outbox *out);
void riskd_on_resolution(struct riskd *x, const struct resolution *m,
                         const struct input *in, struct outbox *out);
void riskd_on_signal(struct riskd *x, const struct signal *m,
                     const struct input *in, struct outbox *out);
void riskd_on_book_snapshot(struct riskd *x, const struct book_snapshot *m,
                            const struct input *in, struct outbox *out);
void riskd_on_snapshot_end(struct riskd *x, const struct snapshot_end *m,
                           const struct input *in, struct outbox *out);

/* Its own facts, handed back at the start in the order written. */
void riskd_recall_grant(struct riskd *x, const struct grant *m,
                        const struct input *in);
void riskd_recall_release(struct riskd *x, const struct release *m,
                          const struct input *in);
void riskd_recall_ledger_entry(struct riskd *x, const struct ledger_entry *m,
                               const struct input *in);
void riskd_recall_risk_state(struct riskd *x, const struct risk_state *m,
                             const struct input *in);
void riskd_recall_risk_event(struct riskd *x, const struct risk_event *m,
                             const struct input *in);
void riskd_recall_command(struct riskd *x, const struct command *m,
                          const struct input *in);
void riskd_recall_alert(struct riskd *x, const struct alert *m,
                        const struct input *in);
void riskd_recall_audit(struct riskd *x, const struct audit *m,
                        const struct input *in);
void riskd_recall_mark(struct riskd *x, const struct mark *m,
                       const struct input *in);
void riskd_recall_occurrence(struct riskd *x, const struct occurrence *m,
                         const struct input *in);
void riskd_recall_rule_change(struct riskd *x, const struct rule_change *m,
                              const struct input *in);

/* What its facts have made of it, as bytes: how many (out NULL: how many it
 * would be; 0 = no room).  Loaded into a new engine of the same program,
 * configuration and rules it is what those facts would make it; false: x is
 * good for nothing any more. */
size_t riskd_save(const struct riskd *x, uint8_t *out, size_t cap);
MUST_CHECK bool riskd_load(struct riskd *x, const uint8_t *in, size_t size);

/* For `arb`: the rules of a folder, the caller's to free; NULL when there is
 * any complaint. */
struct rule_set *riskd_read_rules(const char *folder, struct hash *digest,
                                  struct complaints *bad);
/* What rules say of x as it is recalled, at a time: those of these phases,
 * "exit:P0,enter:P1,signoff"; at most cap.  A gate's rates are of the whole
 * phase. */
struct riskd_criterion {
    char rule[16];
    const char *metric, *about, *op;
    int64_t threshold, value; /* Millionths of the metric's unit. */
    bool is_flag, known, pass;
    uint64_t sample, least;
    const char *verdict;
    enum severity severity;
    enum action action;
    struct text phases;
    struct title source;
    struct title note;        /* Who said it is met, why it cannot be known. */
};
MUST_CHECK bool riskd_gates(const char *words, uint32_t *phases);
uint32_t riskd_criteria(const struct riskd *x, uint32_t phases,
                        struct nanos wall, struct riskd_criterion *out,
                        uint32_t cap);
struct nanos riskd_phase_began(const struct riskd *x); /* 0 = none has. */

/* A GO of `arb go-no-go`, as the reason of `stage` "enter" says it to riskd. */
struct riskd_signoff {
    uint64_t config;
    struct hash rules;
    const char *build;
    struct nanos at;          /* Of the last record judged. */
};
void riskd_signoff_text(const struct riskd_signoff *s, struct text *out);
/* The last time a rule took a stage back; false = never. */
struct riskd_rollback {
    struct nanos at;
    uint64_t from, to;
    struct text cause;        /* Rule, metric, value, limit. */
};
bool riskd_rolled_back(const struct riskd *x, struct riskd_rollback *out);

/* RISKD_counters_ of them, in the order of counters.def. */
/* As its facts have it: how many kills there were; true when the last of them
 * is in force. */
bool riskd_last_kill(const struct riskd *x, uint64_t *kill_gen);
const uint64_t *riskd_counters(const struct riskd *x);
/* The state as it would be published at wall. */
void riskd_state(const struct riskd *x, struct nanos wall, struct nanos mono,
                 struct risk_state *out);
/* SHA-256 over everything that outlives a restart: books, reservations,
 * references, day, breakers, kills announced, command nonces.  Not in it:
 * the lease, remembered denials, latency and the latch itself. */
struct hash riskd_digest(const struct riskd *x);
/* What chains an audit row to the one before. */
struct hash riskd_audit_chain(const struct audit *row);
/* The id a fill is booked under: the first 16 bytes of SHA-256(fill_id). */
struct uuid riskd_fill_ref(const struct text *fill_id);

#endif /* RISKD_RISKD_H */
