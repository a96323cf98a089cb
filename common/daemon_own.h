/* daemon_own - the insides of the shell, for its own files */
#ifndef COMMON_DAEMON_OWN_H
#define COMMON_DAEMON_OWN_H

#include "common/bus.h"
#include "common/ctl_keys.h"
#include "common/daemon.h"
#include "common/journal.h"
#include "common/latch.h"
#include "common/log.h"
#include "common/logserve.h"
#include "common/run_file.h"

enum {
    EXIT_WORLD = 1,      /* Try again later. */
    EXIT_OPERATOR = 2,   /* Somebody must change something first. */
    OVERRIDES_CAP = 64,
    DAEMON_PATH_CAP = 400
};

/* What the shell counts itself, behind the program's own counters. */
enum {
#define COUNTER(name, help) SHELL_##name,
#include "common/counters.def"
    SHELL_count_
};

/* What the latch file looked like when it was last read; before, what the
 * engine's facts know of it. */
struct latch_seen {
    bool told;           /* The engine knows. */
    uint64_t inode, size;
    int64_t changed_ns;
    bool latched;        /* What it said. */
    uint64_t kill_gen;
};

/* A journal being synced on another thread. */
struct errand {
    struct journal *journal;
    int fd;
    bool out;
};

/* A complete segment being packed on another thread. */
struct packing {
    struct daemon *daemon;
    char dir[DAEMON_PATH_CAP + 16];
    uint64_t first;                   /* 0 = none is. */
    struct why why;
};

struct daemon {
    const struct program *program;
    struct conf *conf;
    const char *file;                 /* It was read from, NULL = none. */
    struct common_conf common;
    struct capital_conf capital;
    struct strategy_conf strategy;
    uint64_t schema, digest;          /* Of messages, of configuration. */
    struct run_file run;
    char journal_dir[DAEMON_PATH_CAP];
    struct loop *loop;
    struct bus *bus;
    struct stats *stats;
    const char **names;               /* Of all counters. */
    unsigned own_counters;            /* The program's among them. */
    const uint64_t *engine_counters;
    uint64_t known;                   /* Facts the engine needs not recall. */
    struct journal *inputs, *facts;   /* NULL: this process has none. */
    struct errand errands[2];         /* For inputs and facts. */
    struct packing packing[2];        /* The same. */
    struct logserve *logs;
    struct ctl_list *ctl;             /* Of who binds risk.ctl. */
    struct gate *gate;
    struct latch_seen latch;
    bool latch_old;                   /* And to be written anew. */
    struct outbox *out;
    void *engine;
    const struct hear *hears[TYPE_end_];
    void *msg;                        /* Unpacked; room for any. */
    uint8_t *packed, *wrapped;        /* A message, an envelope. */
    struct histogram *hops[source_end_];
    unsigned line_risk, line_snap, line_ctl, line_log[source_end_];
    bool ready, in_turn, said_out, tick_due, silent[source_end_];
    unsigned held;                    /* daemon_gate_hold without release. */
    enum mode mode;
    uint64_t ticks, self_seq;
    struct nanos turn_began;          /* Mono. */
    int code;                         /* To exit with. */
    struct nanos started;
    void (*on_said)(void *arg, const struct said *said);
    void *on_said_arg;
    struct log_limit bad_said, unheard_said;
};

/* daemon_args.c: reads flags and files; exits for -h -V -n and on mistakes. */
void daemon_args(struct daemon *d, int argc, char **argv, void *own);
/* daemon_park.c: counts this start; does not return when there were too many
 * of late, but stays, and does nothing, until it is asked to stop. */
void daemon_park(struct daemon *d);
/* daemon_open.c: the sockets links.def and the program ask for. */
bool daemon_open_bus(struct daemon *d, struct why *why);
/* daemon_turn.c */
void daemon_turn(void *daemon);
void daemon_turn_begin(struct daemon *d);
void daemon_turn_end(struct daemon *d);
void daemon_recall(struct daemon *d);
/* daemon_send.c: what the outbox holds, onto disk and away. */
void daemon_write_facts(struct daemon *d);
void daemon_send(struct daemon *d);
/* daemon_settings.c: the configuration of this run, for who replays it. */
void daemon_keep_settings(const struct daemon *d);
/* daemon_cut.c: throws away what nobody needs any more. */
struct ms daemon_cut_every(const struct daemon *d);
void daemon_cut(void *daemon);
/* daemon_beat.c: heartbeats, counters, latencies. */
void daemon_beat(void *daemon);
void daemon_publish_stats(void *daemon);
_Noreturn void daemon_die(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* In a run that only a person can put right: it ended, and is no crash. */
_Noreturn void daemon_refuse(const struct daemon *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif /* COMMON_DAEMON_OWN_H */
