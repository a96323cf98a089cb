/* core - one engine outside its process: made, recalled, given what it heard
 *
 * The same engine as in production, made of the same settings, with the same
 * inputs in the same order: so it says the same. */
#ifndef DEPLOY_ARB_REPLAY_CORE_H
#define DEPLOY_ARB_REPLAY_CORE_H

#include "common/conf.h"
#include "common/daemon.h"
#include "common/journal.h"
#include "common/settings.h"

enum { CORES = 3 };
extern const enum source core_sources[CORES]; /* scanner, riskd, executor */
const char *core_name(enum source src);

struct core {
    enum source src;
    void *engine;                    /* NULL = there is none. */
    struct outbox *out;
    void *msg;                       /* Room for any message. */
    const struct hear *hears[TYPE_end_], *recalls[TYPE_end_];
    /* What a sign-off for riskd has to be of; config 0 = of the settings it
     * is made of, and of this build. */
    struct settings_by by;
    const char *rules;               /* Its folder of rules; NULL: as set. */
    struct hash rules_hash;          /* Of those it has. */
};

/* Without an engine yet. */
void core_begin(struct core *c, enum source src);
void core_end(struct core *c);
/* A new engine in place of the one there is.  False, with words or complaints
 * printed: the settings or the rules are no good. */
MUST_CHECK bool core_make(struct core *c, const struct conf *conf,
                          struct why *why);
/* A fact of its own, as its shell hands it back at the start of run. */
MUST_CHECK bool core_recall(struct core *c, const struct record *r,
                            uint64_t run, struct why *why);
/* Gives it the packed message; what it says is in out, after what was there.
 * Old: fields may be missing.  False: not for it, or not readable. */
MUST_CHECK bool core_hear(struct core *c, uint16_t type, const uint8_t *body,
                          size_t size, const struct input *in);

/* One record of `inputs`: who said what to it, and when. */
struct heard {
    struct envelope e;
    struct input in;
    bool first;                      /* The first of its run. */
};
MUST_CHECK bool heard_of(struct heard *h, enum source self,
                         const struct record *r, struct why *why);

/* <var>/journal/<process>[/inputs|/facts]; kind may be "". */
void core_journal(const char *var, enum source src, const char *kind,
                  char *out, size_t cap);
/* Its settings in that run, with changes; those of file when none were kept.
 * By (may be NULL): whose they were; config 0 = not known.  NULL after
 * complaints were printed: also of live ones, which nothing here can play. */
struct conf *core_settings(const char *var, enum source src, uint64_t run,
                           const char *file, const char *const *sets,
                           size_t sets_count, struct settings_by *by);

#endif /* DEPLOY_ARB_REPLAY_CORE_H */
