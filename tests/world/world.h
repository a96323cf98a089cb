/* world - the five engines, the signer and simex in one process, one seed
 *
 * Virtual time, a bus that delays, loses and repeats, engines that crash with
 * whatever was not yet synced lost, a kill switch pulled at any moment.  The
 * same seed gives the same world, to the byte. */
#ifndef TESTS_WORLD_WORLD_H
#define TESTS_WORLD_WORLD_H

#include "common/daemon.h"
#include "common/streams.h"
#include "tests/simex/chance.h"
#include "tests/world/operator.h"

/* How bad this world is; all drawn from the seed. */
struct weather {
    bool clear;             /* Nothing goes wrong: all of the below is 0. */
    int64_t capital_usd;    /* Little of it makes limits bind. */
    int64_t rest_ms;        /* Of an event after a group. */
    uint32_t lose_ppm;      /* PUB messages lost; rare ones tenfold. */
    uint32_t lose_ask_ppm;  /* Requests and replies lost (a reconnect). */
    uint32_t repeat_ppm;    /* Those that come a second time, later. */
    uint32_t deaf_ppm;      /* A subscriber hears nothing for a while. */
    uint32_t lose_text_ppm; /* Texts of the venue lost. */
    uint32_t spoil_ppm;     /* Every 10 ms: a wrong hash or a gap. */
    uint32_t raid_ppm;      /* Of our orders: others trade there first. */
    uint32_t end_ppm;       /* Of our orders: their event ends soon after. */
    uint32_t drop_ppm;      /* Every 10 ms: a connection to it is cut. */
    uint32_t crash_ppm;     /* Crash of a process, per handled input; with
                               money in it twentyfold. */
    uint32_t again_ppm;     /* Every step: riskd is asked for the like. */
    uint32_t full_ppm;      /* A disk that takes nothing more, for a while. */
    bool live;              /* Orders go to simex's private side. */
    bool rests;             /* What a held group misses rests there. */
    bool waits;             /* Paper waits for trades of others, who come. */
    bool jumps;             /* Its wall clock does. */
    bool hostile;           /* Others use the account; ids are falsified. */
    bool strict;            /* riskd's breakers as they come. */
    bool bold;              /* No limit but the cash there is. */
    uint32_t pause_ppm;     /* Every step: a process stands still, or books
                               are not to be had. */
    bool pairs;             /* Pairs are planted again and again. */
    bool commands;          /* An operator is there: operator.c. */
    uint32_t lose_call_ppm; /* Requests to it, and answers. */
    uint32_t venue_ppm;     /* Every 10 ms: the venue has a mood. */
    int64_t delay_us_max;   /* Of a message. */
    int64_t down_ms_max;    /* Of a crashed process. */
};

/* One fact in a node's log. */
struct fact {
    uint16_t type;
    struct nanos mono, wall;
    uint32_t offset, size;  /* Of the packed message in the log's bytes. */
    bool more;              /* The batch goes on. */
};

struct log {
    struct fact *at;
    uint64_t count, cap;
    uint64_t synced;        /* Facts that outlive any crash. */
    uint64_t turn;          /* Where those of this turn begin. */
    uint8_t *bytes;
    uint64_t used, room;
};

/* What went wrong, for the table of what was covered. */
enum hit {
#define HIT(name, rows, words) HIT_##name,
#include "tests/world/hits.def"
    HITS
};
extern const char *const hit_words[HITS], *const hit_rows[HITS];

struct world;

struct node {
    enum source src;
    const struct hear *hears;
    void *engine;           /* NULL while it is down. */
    struct outbox *out;
    struct log log;
    uint64_t run, seq, self_seq;
    uint64_t tseq[TYPE_end_];
    struct streams streams; /* What it heard of the others' PUBs. */
    uint64_t heard_run[SOURCE_arb + 1];
    int64_t up_at;          /* When it comes back. */
    int64_t started, stopped;
    int64_t next_tick, next_beat;
    int64_t still_until;    /* Not scheduled till then. */
    int64_t doomed_at;      /* Dies then; 0 = lives. */
    bool latch_told;
    struct latch_state latch; /* As last told. */
    uint8_t *image;         /* riskd's snapshot, NULL = none yet, */
    size_t image_size;
    uint64_t image_at;      /* of so many facts, all on disk. */
    void (*make)(struct world *w, struct node *n);
    void (*unmake)(struct node *n);
};

#define NODES SOURCE_arb /* By enum source; 0 is unused. */

struct packet {
    int64_t due;
    uint64_t order;
    enum source from, to;
    uint64_t from_run, to_run;  /* to_run 0: whichever is up (PUB). */
    uint16_t type;
    uint64_t seq, tseq, req, trace;
    int64_t said;
    uint32_t size;
    uint8_t *body;
};

enum { SETTLED = 16 };
struct net {
    struct settle settled[SETTLED]; /* The last ones the executor said. */
    uint32_t settled_next;
    struct packet *heap;
    uint32_t count, cap;
    uint64_t order;
    int64_t link_due[NODES][NODES];
    int64_t deaf_until[NODES][NODES];
};

/* When the kill switch is pulled, and whether it is cleared again. */
enum kill_when {
    KILL_NEVER, KILL_ANYTIME,
    KILL_IN_PHASE,          /* As a group is in this state. */
    KILL_AFTER,             /* Right after this was written down. */
    KILL_WHILE_DOWN         /* As this process is dead. */
};
struct kill {
    enum kill_when when;
    enum group_state phase;
    uint16_t type;
    enum source down;
    int64_t from, at, clear_at; /* at, clear_at: INT64_MAX = not (yet). */
    bool clears;
    int64_t blink_until;    /* Cleared before that; 0 = as drawn. */
    int64_t gone_at;        /* The latch's file vanishes; INT64_MAX = no. */
    bool all_die;           /* And nobody is left to remember. */
    bool pulls;             /* What riskd noted, for the latch: */
    uint64_t clears_gen;    /* pulled, cleared of that; 0 = not. */
};

/* What can be left out of a world, to see what a failure needs: its name, and
 * the field of its weather. */
#define WEATHERS(F)                                                         \
    F(crashes, crash_ppm) F(lost_news, lose_ppm) F(lost_asks, lose_ask_ppm) \
    F(repeats, repeat_ppm) F(deafness, deaf_ppm) F(lost_texts, lose_text_ppm) \
    F(spoils, spoil_ppm) F(raids, raid_ppm) F(ends, end_ppm)                \
    F(cuts, drop_ppm) F(full_disks, full_ppm) F(jumps, jumps)               \
    F(asked_again, again_ppm)                                               \
    F(lost_calls, lose_call_ppm) F(moods, venue_ppm) F(strangers, hostile)
enum without {
#define F(name, field) WITHOUT_##name,
    WEATHERS(F)
#undef F
    WITHOUT_kills, WITHOUT_pauses, WITHOUT_commands,
    WITHOUT_rules, WITHOUTS
};

/* What happens to a process as it writes its n-th turn of facts: aim.c. */
enum aim_how { AIM_NONE, AIM_UNSYNCED, AIM_UNSENT, AIM_SENT, AIM_STILL,
               AIM_ALONE, AIMS };
extern const char *const aim_words[AIMS];
struct aim {
    enum source who;
    enum aim_how how;
    uint64_t n;
};

struct world_terms {
    uint64_t seed;
    int64_t ms;             /* Length of the storm that all is drawn for, */
    int64_t cut_ms;         /* and of the part of it that happens. */
    uint32_t without;       /* Bits of what is left out. */
    int64_t story_ms;       /* When telling it begins; INT64_MAX = never. */
    int64_t night_s;        /* How long it then goes on with nothing to do. */
    struct aim aim;
};

struct world {
    uint64_t seed;
    int64_t ms;             /* How long the storm is drawn for, */
    struct world_terms terms;
    struct chance chance;
    struct chance more;     /* Of pause.c: the rest stays what it was. */
    struct weather weather;
    struct net net;
    int64_t now;            /* ns; wall = now, mono = now - start. */
    int64_t start;
    int64_t story_from;     /* When telling it begins. */
    bool calm;              /* No more losses, crashes, kills. */
    bool frozen;            /* And the market stands still; */
    bool night;             /* for hours. */
    struct kill kill;
    struct operator operator;
    struct rule_set *rules; /* NULL = none. */
    int64_t host_at;        /* riskd is told of the machine then. */
    bool latched;
    uint64_t kill_gen;
    bool latch_gone;        /* The file; what holds is above. */
    bool latch_old;         /* Somebody knows better, and writes it anew. */
    struct node nodes[NODES];
    struct node zombie;     /* An older executor: zombie.c. */
    struct authorize *asked; /* The last the executor asked of riskd. */
    uint64_t asked_run;
    uint64_t leased;        /* The newest run of it that riskd leased to. */
    int64_t lease_said, lease_until; /* The newest it heard, at most. */
    uint64_t turns[NODES];  /* Of facts, in the storm. */
    int64_t alone_until;    /* Whom the aim is at hears nobody. */
    bool kill_asked;        /* By somebody's alarm. */
    bool was_cleared;       /* From then on there is a probation. */
    int64_t skew;           /* Our wall clock is ahead by so much, ns. */
    int64_t jump_at, full_until;
    int64_t no_books_until; /* When asked for; those that are told go on. */
    uint64_t hits[HITS];
    struct clob *venue;    /* NULL where nothing is live. */
    uint64_t committed[NODES]; /* The database: rows of each owner. */
    struct place *place; /* The exchange, as feed sees it. */
    struct checks *checks;
    uint64_t inputs, crashes, lost, repeated;
    int64_t idle_ms;        /* Of its time, */
    uint64_t idle_inputs;   /* and what was heard in it. */
    struct digest *sha;     /* Over every fact and packet. */
    void *msg;              /* Room for any message. */
    uint8_t *packed;
};

struct world *world_new(const struct world_terms *t);
void world_destroy(struct world **w);
/* Runs its time, then calms down and runs until quiet; then restarts every
 * process and runs until quiet again. */
void world_run(struct world *w);
/* Of all that happened; once. */
struct hash world_digest(struct world *w);
/* Our wall clock, and that of a fact as time really passed. */
int64_t world_wall(const struct world *w);
int64_t world_time_of(const struct world *w, const struct fact *f);
void world_hit(struct world *w, enum hit h);
void world_step_node(struct world *w, struct node *n);
/* True by so many chances in a million; never when calm. */
bool world_roll(struct world *w, uint32_t ppm);

/* --- kill.c --- */
void kill_plan(struct world *w);
void kill_heard(struct world *w, uint16_t type, const void *msg);
void kill_step(struct world *w);
/* Somebody says that everything must stop. */
void kill_ask(struct world *w);
/* The latch as this process knows it after a look at the file. */
struct latch_state kill_look(struct world *w, const struct node *n);
const char *kill_name(const struct world *w);

/* --- disk.c --- */
void log_append(struct log *l, uint16_t type, struct nanos mono,
                struct nanos wall, const void *body, size_t size, bool more);
/* What of it is left. */
void log_crash(struct world *w, struct log *l);

/* --- node.c --- */
void node_start(struct world *w, struct node *n);
void node_crash(struct world *w, struct node *n);
/* Stopped in good order, all facts synced; comes back at the next step. */
void node_restart(struct world *w, struct node *n);
/* Gives a message to the node as the shell would, and sends what it says. */
void node_hear(struct world *w, struct node *n, const struct packet *p);
void node_tell(struct world *w, struct node *n, const struct schema *sc,
               const void *msg);
/* For the market place and the recorder: an input from outside the bus. */
struct outbox *node_begin(struct world *w, struct node *n, struct input *in);
void node_end(struct world *w, struct node *n);
/* One word of its own shell, in the turn that was begun. */
void node_word(struct world *w, struct node *n, const struct schema *sc,
               const void *msg);
void node_beat(struct world *w, struct node *n);
/* A new engine in place of the one it has, made of its log. */
void node_recall(struct world *w, struct node *n);
/* Unpacks a fact of its log into w->msg. */
void node_read(struct world *w, const struct node *n, uint64_t i);

/* What it said, to the others. */
void node_send(struct world *w, struct node *n, const struct said *s);

/* riskd heard of shares: what once ended such shares is said again. */
void net_settle_again(struct world *w, const struct fill *m);

/* --- pause.c --- */
void pause_step(struct world *w);
/* The executor asked for a grant. */
void pause_asked(struct world *w);
/* What it said was lost. */
void pause_lost(struct world *w, struct node *n, uint16_t type);
bool stands_still(const struct world *w, const struct node *n);

/* The executor hears of a lease: checks.c. */
void checks_leased(struct world *w, const struct packet *p,
                   const struct lease *m);

/* --- aim.c --- */
/* "riskd:still:17"; "" = none. */
bool aim_read(struct aim *a, const char *text);
/* A turn of facts was written: what happens to its process now, */
enum aim_how aim_at(struct world *w, struct node *n);
/* and for how long. */
void aim_after(struct world *w, struct node *n, enum aim_how how);
bool aim_cuts(const struct world *w, const struct packet *p);

/* --- zombie.c --- */
/* True when this process only seems to be dead. */
bool zombie_rises(struct world *w, struct node *n);
/* It is that one's zombie, of that run. */
bool zombie_is(const struct world *w, enum source src, uint64_t run);
bool zombie_is_awake(const struct world *w);
void zombie_step(struct world *w);
void zombie_hear(struct world *w, const struct packet *p);
/* What it said in a turn. */
void zombie_turn(struct world *w);

/* --- net.c --- */
/* It comes later. */
void net_defer(struct net *n, const struct packet *p, int64_t due);
/* Sends it, or false: it gets lost.  tseq 0: asked or answered, not
 * published. */
bool net_post(struct world *w, const struct packet *p, const void *body);
/* When the next packet is due, INT64_MAX when there is none. */
int64_t net_next(const struct net *n);
/* Takes the first packet; its body is the caller's to free. */
struct packet net_take(struct net *n);

/* Asks riskd once more for the like, as a confused executor might. */
void net_ask_again(struct world *w);

/* --- story.c --- */
void story_tell(const struct world *w, enum source who, const char *does,
                const struct schema *sc, const void *msg);

/* The same of what is no message. */
void world_note(const struct world *w, const char *does, const char *words);

/* --- engines.c --- */
void engines_plan(struct world *w);

/* --- place.c, place_feed.c, place_books.c, place_ends.c --- */
struct place *place_new(struct world *w);
void place_destroy(struct place **v);
void place_step(struct world *w);      /* The market moves; texts arrive. */
void place_feed_asks(struct world *w); /* What feed wants from outside. */
void place_feed_down(struct world *w);
/* The executor means to send it; somebody may be faster. */
void place_intent(struct world *w, const struct intent *m);
/* What a share of the token is paid, micros; -1 when not resolved, or not
 * known. */
int64_t place_payout(const struct world *w, const struct hash *token);
bool place_is_no(const struct world *w, const struct hash *token);
/* Feed did not hear of it, as it was down. */
bool place_was_missed(const struct world *w, const struct hash *token);
/* A text about a book of this event did not reach feed, and nobody can know
 * yet. */
bool place_is_astray(const struct world *w, const char *event);
/* Its announced end is past: a result of it is proposed, which the listing
 * tells; and feed has read that, and all have heard of it. */
bool place_is_over(const struct world *w, uint32_t event, bool *told);
/* The event of a token. */
const char *place_event(const struct world *w, const struct hash *token);
bool place_is_pair(const struct world *w, const struct hash *a,
                   const struct hash *b);
/* The first market of which a token's book is not usable at the scanner or
 * not the venue's own, to the last level, and why; NULL when there is none. */
const char *place_odd_book(const struct world *w, const char **why);

/* --- venue.c and its files: the live venue, and the shell before it --- */
struct simex;
struct pen;
struct clob *venue_new(struct world *w, struct simex *x);
void venue_destroy(struct clob **v);
const struct pen *venue_pen(const struct clob *v);
void venue_step(struct world *w);
/* The engine wants something of it. */
void venue_call(struct world *w, const struct venue_call *m);
/* Time passes there even when the market stands still. */
void venue_tick(struct world *w, int64_t now_ms);

/* --- checks_live.c: the venue's books against ours --- */
struct executor_alarm;
void live_traded_there(struct world *w, uint32_t trade);
void live_signed(struct world *w, const struct intent *m);
/* An order's bytes leave; something was placed there. */
void live_leaves(struct world *w, const struct hash *order);
/* The venue's looks may have shown what was, not what is. */
bool live_lags(const struct world *w);
void live_arrived(struct world *w);
void live_beats(struct world *w);
void live_alarm(struct world *w, const struct executor_alarm *a);
void live_step(struct world *w);
const char *live_unquiet(struct world *w);
void live_quiet(struct world *w);

/* --- owners.c: what the recorder's shell does --- */
void owners_answer(struct world *w, const struct packet *p);
void owners_write(struct world *w);

/* --- checks*.c: see checks.h --- */
struct checks *checks_new(void);
void checks_destroy(struct checks **c);
/* Fact i of its log was written; dies with the seed when it must not have
 * been. */
void checks_fact(struct world *w, struct node *n, uint64_t i,
                 const void *msg);
void checks_batch(struct world *w, struct node *n);
/* Something is about to leave a process. */
void checks_send(struct world *w, struct node *n, const struct said *s);
/* It was lost on its way to somebody. */
void checks_lost(struct world *w, const struct node *n, enum source to,
                 const struct said *s);
/* Time passes: nobody is late. */
void orders_step(struct world *w);
/* Facts of a crashed node from here on never were. */
void checks_rebuild(struct world *w, struct node *n);
/* A process that is about to stop, alive, against its own log. */
void checks_recall(struct world *w, struct node *n);
/* NULL when nothing is open, reserved, unsettled or unrecorded. */
const char *checks_unquiet(struct world *w);
/* All is quiet: everything agrees. */
void checks_quiet(struct world *w);
void checks_report(const struct world *w);
/* Called once, before the end, when a check fails. */
extern void (*world_failed)(const struct world *w, const char *words);
_Noreturn void world_fail(const struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct situation;
void found_planted(struct world *w, const struct situation *s,
                   const char *event);
/* A scanner that does not hear feed has nothing open. */
void found_step(struct world *w);
/* Others took part of what was planted there. */
void found_raided(struct world *w, const char *event);

#endif /* TESTS_WORLD_WORLD_H */
