/* daemon - the shell every process shares: sockets, journals, time, signals
 *
 * main() is: daemon_start, make the engine, daemon_attach (recalls its facts
 * and subscribes), wire outside sockets on daemon_loop, daemon_run,
 * daemon_stop.  In the loop the shell does for everyone: receive -> unpack
 * (or count and drop) -> journal the input -> handler with its time ->
 * journal the facts, sync once if any is money -> send.
 *
 * Endpoints: ipc://<var>/run/<name>.sock.  Journals: <var>/journal/<proc>/
 * {inputs,facts}.  Run counter: <var>/run/<proc>.run.  Ready file:
 * <var>/run/<proc>.ready (pid, run), removed at the end.  A second process
 * on the same var is refused (lock on the run counter file). */
#ifndef COMMON_DAEMON_H
#define COMMON_DAEMON_H

#include "common/conf.h"
#include "common/hear.h"
#include "common/stats.h"

struct loop;
struct daemon;

/* What a process is, for the shell.  One const struct in its tables.c. */
struct program {
    enum source src;
    const char *name;                    /* "scanner" */
    const char *about;                   /* One line for --help. */
    const struct hear *hears;            /* Ends with a NULL schema. */
    const struct conf_section *section;  /* Its own. */
    const char *const *connects;         /* Names of PUBs heard: "feed.pub";
                                            ends with NULL. */
    const char *const *binds;            /* ROUTERs served: "feed.snap";
                                            ends with NULL; .pub and .log
                                            are always there. */
    const char *const *counters;         /* Names, ends with NULL. */
    bool cuts_facts;                     /* Recall needs no fact older than
                                            common.journal_keep. */
    bool gated;                          /* Every turn under gate.lock, with
                                            latch_state fed first when it
                                            changed (riskd, executor). */
    bool network, programs;              /* What daemon_wall_in leaves open:
                                            other machines, starting others. */
};

struct common_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "common/conf.def"
};
struct capital_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "common/capital.def"
};
struct strategy_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "common/strategy.def"
};
extern const struct conf_section common_section, capital_section,
    strategy_section;

/* Flags: -c FILE, -s section.key=value (repeatable), -n (check and exit),
 * -nv (print the effective configuration), -V, -h.  On bad usage or
 * configuration prints every complaint and exits 2.  Fills own with the
 * process's section. */
struct daemon *daemon_start(int argc, char **argv, const struct program *p,
                            void *own);
/* The two halves of it, for who has to fork in between: after the first there
 * is the configuration, and no descriptor, lock or thread yet. */
struct daemon *daemon_configure(int argc, char **argv,
                                const struct program *p, void *own);
void daemon_open(struct daemon *d);
/* Behind common/walls.h from now on: beneath var, and beneath also, may be
 * written (NULL or "" = nowhere else).  For main, after daemon_open and before
 * there is a thread; the process cannot be let out again. */
void daemon_wall_in(const struct daemon *d, const char *also);
const struct common_conf *daemon_common(const struct daemon *d);
const struct capital_conf *daemon_capital(const struct daemon *d);
const struct strategy_conf *daemon_strategy(const struct daemon *d);
const struct conf *daemon_conf(const struct daemon *d);
/* The file it was read from, as given; NULL: none was. */
const char *daemon_file(const struct daemon *d);
struct loop *daemon_loop(struct daemon *d);
struct stats *daemon_stats(struct daemon *d);
uint64_t daemon_run_number(const struct daemon *d);
/* Runs before this one that did not end as asked, ever; of these, ended by the
 * machine's going down; which start of it this is. */
uint64_t daemon_crashes(const struct daemon *d);
uint64_t daemon_cuts(const struct daemon *d);
uint64_t daemon_boot(const struct daemon *d);
/* Records in the facts journal. */
uint64_t daemon_facts_head(const struct daemon *d);
/* Of them the recorder has, as it said last in this run. */
uint64_t daemon_facts_recorded(const struct daemon *d);
/* The engine knows what facts up to n have made of it: later ones only are
 * recalled.  Before daemon_attach. */
void daemon_recall_after(struct daemon *d, uint64_t n);
/* Hands the engine its recalled facts, then opens the sockets. */
void daemon_attach(struct daemon *d, void *engine);
/* The engine's counters, in the order of program.counters; the pointer is
 * kept and read at each publication. */
void daemon_counters(struct daemon *d, const uint64_t *counters);
/* True once the engine can do its work; goes into heartbeats. */
void daemon_ready(struct daemon *d, bool ready);
void daemon_mode(struct daemon *d, enum mode mode);

/* What a gated engine's facts know of the latch: how many kills there were,
 * and whether the last was in force.  Before daemon_run.  A latch file that is
 * absent or knows of fewer then counts as on, and is written anew. */
void daemon_knows_latch(struct daemon *d, bool latched, uint64_t kill_gen);

/* For wiring: input from outside the bus (a venue frame, an HTTP answer).
 * begin fills in (mono, wall, own_run; src = self) and returns the outbox;
 * call the engine; end journals and sends what was said.  trace is that of
 * what is said in between when the engine does not set its own. */
struct outbox *daemon_begin(struct daemon *d, struct input *in);
void daemon_end(struct daemon *d);
/* The shell's own word to its engine: written to `inputs` like everything
 * heard, then given to whom hears.def names for it with speaker self (to
 * nobody when it names none).  Between daemon_begin and daemon_end it is part
 * of that turn, so that one answer's words are one turn; else it is one of
 * its own.  Not from on_said. */
void daemon_hear(struct daemon *d, const struct schema *sc, const void *msg);
/* Keeps the gate after the turn that is under way, until as many releases:
 * for bytes that are still on their way out.  Only from on_said. */
void daemon_gate_hold(struct daemon *d);
void daemon_gate_release(struct daemon *d);
/* The latch as it was at the last turn; under the gate: as it is. */
bool daemon_is_latched(const struct daemon *d);
/* When the turn that is under way began (for on_said), or the last one. */
struct nanos daemon_turn_began(const struct daemon *d);
/* Ends daemon_run with the code that makes supervision start it again. */
void daemon_fail(struct daemon *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Called with each entry said, after it was journalled and sent, and still
 * under the gate.  The turn is not over: call daemon_begin from a timer. */
void daemon_on_said(struct daemon *d,
                    void (*f)(void *arg, const struct said *said), void *arg);

/* Runs until SIGTERM/SIGINT or the world fails; returns the exit code. */
int daemon_run(struct daemon *d);
void daemon_stop(struct daemon **d);

#endif /* COMMON_DAEMON_H */
