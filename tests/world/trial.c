/* trial - a world in a process of its own, and what became of it
 *
 * A failure ends its process, so each world has one; what it found is left in
 * memory that both see.  A failure is then made small: the shortest storm it
 * happens in, without whatever it does not need, and its last second told. */
#include "tests/world/trial.h"

#include "common/must.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STORY_MS = 700, TRIES = 12 };

static struct trial *shared;
static bool silent;
static const struct world *running;

static const char *const without_names[WITHOUTS] = {
#define F(name, field) #name,
    WEATHERS(F)
#undef F
    "kills", "pauses", "commands", "rules",
};

static void
note(const struct world *w, const char *words)
{
    shared->failed = true;
    shared->at_ms = (w->now - w->start) / 1000000;
    shared->inputs = w->inputs;
    memcpy(shared->hits, w->hits, sizeof shared->hits);
    snprintf(shared->words, sizeof shared->words, "%s", words);
    if (silent)
        _exit(1);
}

/* One of the program's own checks says where it failed, not when. */
static void
on_abort(int number)
{
    (void)number;
    shared->at_ms = (running->now - running->start) / 1000000;
    shared->inputs = running->inputs;
}

static void
run_here(const struct world_terms *t)
{
    struct world *w = world_new(t);
    running = w;
    world_failed = note;
    signal(SIGABRT, on_abort);
    world_run(w);
    if (!silent)
        checks_report(w);
    fflush(stdout);
    shared->at_ms = (w->now - w->start) / 1000000;
    shared->idle_ms = w->idle_ms;
    shared->idle_inputs = w->idle_inputs;
    shared->inputs = w->inputs;
    memcpy(shared->hits, w->hits, sizeof shared->hits);
    memcpy(shared->turns, w->turns, sizeof shared->turns);
    shared->digest = world_digest(w);
    world_destroy(&w);
}

void
trial_run(const struct world_terms *t, bool quiet, struct trial *out)
{
    int status = 0;
    if (shared == NULL)
        shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared != MAP_FAILED);
    memset(shared, 0, sizeof *shared);
    silent = quiet;
    fflush(stdout);
    pid_t pid = fork();
    must(pid >= 0);
    if (pid == 0) {
        if (quiet && freopen("/dev/null", "w", stderr) == NULL)
            _exit(2);
        run_here(t);
        exit(0); /* With its leaks looked for, and its lines counted. */
    }
    must(waitpid(pid, &status, 0) == pid);
    *out = *shared;
    if (status != 0 && !out->failed) {
        out->failed = true;
        snprintf(out->words, sizeof out->words, "a check of the program's own "
                 "(status %d)", status);
    }
}

/* The shortest storm that still fails: what fails within it needs no more,
 * what fails after it is tried with ever less. */
static void
shorten(struct world_terms *t, struct trial *failed)
{
    int64_t works = 0;
    if (failed->at_ms < t->cut_ms)
        t->cut_ms = failed->at_ms + 1;
    for (int i = 0; i < TRIES && t->cut_ms - works > t->cut_ms / 20 + 1; i++) {
        struct world_terms less = *t;
        struct trial trial;
        less.cut_ms = works + (t->cut_ms - works) / 2;
        trial_run(&less, true, &trial);
        if (trial.failed) {
            *t = less;
            *failed = trial;
        } else {
            works = less.cut_ms;
        }
    }
}

static void
leave_out(struct world_terms *t, struct trial *failed)
{
    for (uint32_t i = 0; i < WITHOUTS; i++) {
        struct world_terms less = *t;
        struct trial trial;
        less.without |= 1u << i;
        trial_run(&less, true, &trial);
        if (trial.failed && strcmp(trial.words, failed->words) == 0) {
            *t = less;
            *failed = trial;
        }
    }
}

void
trial_explain(const struct world_terms *terms, const struct trial *was)
{
    struct world_terms t = *terms;
    struct trial failed = *was, again;
    fprintf(stderr, "\nmaking it small ...\n");
    shorten(&t, &failed);
    leave_out(&t, &failed);
    shorten(&t, &failed);
    t.story_ms = failed.at_ms > STORY_MS ? failed.at_ms - STORY_MS : 0;
    fprintf(stderr, "the last %d ms of it:\n", STORY_MS);
    trial_run(&t, false, &again);
    fprintf(stderr, "world %" PRIu64 " fails at %.3f s: %s\n", t.seed,
            (double)failed.at_ms / 1e3, failed.words);
    fprintf(stderr, "in a storm of %.3f s; it needs:",
            (double)t.cut_ms / 1e3);
    for (uint32_t i = 0; i < WITHOUTS; i++)
        if (!(t.without >> i & 1))
            fprintf(stderr, " %s", without_names[i]);
    fprintf(stderr, "\nagain with: make world SEED=%" PRIu64 " SECONDS=%" PRId64
            " CUT=%" PRId64 " WITHOUT=%u NIGHT=%" PRId64, t.seed,
            t.ms / 1000, t.cut_ms, t.without, t.night_s / 3600);
    if (t.aim.how != AIM_NONE)
        fprintf(stderr, " AIM=%s:%s:%" PRIu64,
                enum_word(&source_words, t.aim.who), aim_words[t.aim.how],
                t.aim.n);
    fprintf(stderr, "\n");
}

void
trial_add(uint64_t sum[HITS], const struct trial *t)
{
    for (int i = 0; i < HITS; i++)
        sum[i] += t->hits[i];
}

void
trial_table(const uint64_t sum[HITS])
{
    uint64_t all = 0;
    printf("       times  rows of faults.txt\n");
    for (int i = 0; i < HITS; i++) {
        printf("%12" PRIu64 "  %-12s  %s%s\n", sum[i], hit_rows[i],
               hit_words[i], sum[i] == 0 ? "   <- NEVER" : "");
        all += sum[i];
    }
    printf("%12" PRIu64 "  faults in all\n", all);
}
