/* main - runs worlds
 *
 *     world seeds FIRST COUNT [SECONDS [TWICE]]   each as long; the first
 *                                        TWICE again, the same to the byte
 *     world one SEED MS CUT_MS WITHOUT FROM_MS NIGHT AIM   one, told from then
 *                                        on
 *     world file NAME                    those of a file of seeds that failed
 *     world soak MINUTES FIRST HOURS NIGHT   until one of them is over,
 *                                        simulated hours or real minutes;
 *                                        with a night of so many hours each
 *     world records SEED SECONDS EVERY   one without any weather; then again
 *                                        for every so many-th of what can
 *                                        happen at each record (aim.c)
 *     world planted SEEDS [NAME]         each planted bug, until it is found
 */
#include "tests/world/planted.h"
#include "tests/world/trial.h"

#include "common/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SECONDS = 40, FILE_MOST = 256 };

static uint64_t
number(int argc, char **argv, int i, uint64_t otherwise)
{
    return i < argc ? strtoull(argv[i], NULL, 10) : otherwise;
}

static struct world_terms
terms_of(uint64_t seed, int64_t ms)
{
    return (struct world_terms){ .seed = seed, .ms = ms, .cut_ms = ms,
                                 .story_ms = INT64_MAX };
}

/* False when it failed, which is explained. */
static bool
run(const struct world_terms *t, bool twice)
{
    struct trial one, two;
    trial_run(t, false, &one);
    if (one.failed) {
        trial_explain(t, &one);
        return false;
    }
    if (!twice)
        return true;
    trial_run(t, true, &two);
    if (hash_equal(&one.digest, &two.digest))
        return true;
    fprintf(stderr, "world %" PRIu64 ": a second run is another\n", t->seed);
    return false;
}

static int
run_seeds(int argc, char **argv)
{
    uint64_t first = number(argc, argv, 2, 1), count = number(argc, argv, 3, 1);
    uint64_t twice = number(argc, argv, 5, 0);
    int64_t ms = (int64_t)number(argc, argv, 4, SECONDS) * 1000;
    for (uint64_t i = 0; i < count; i++) {
        struct world_terms t = terms_of(first + i, ms);
        if (!run(&t, i < twice))
            return 1;
    }
    return 0;
}

static int
run_one(int argc, char **argv)
{
    struct world_terms t = terms_of(number(argc, argv, 2, 1),
                                    (int64_t)number(argc, argv, 3, 40000));
    struct trial trial;
    t.cut_ms = (int64_t)number(argc, argv, 4, 0);
    t.cut_ms = t.cut_ms == 0 || t.cut_ms > t.ms ? t.ms : t.cut_ms;
    t.without = (uint32_t)number(argc, argv, 5, 0);
    if (argc > 6 && argv[6][0] != '\0')
        t.story_ms = (int64_t)number(argc, argv, 6, 0);
    t.night_s = (int64_t)number(argc, argv, 7, 0) * 3600;
    if (argc > 8 && !aim_read(&t.aim, argv[8])) {
        fprintf(stderr, "world: AIM: riskd:still:17, not %s\n", argv[8]);
        return 2;
    }
    trial_run(&t, false, &trial);
    if (trial.failed && t.story_ms == INT64_MAX)
        trial_explain(&t, &trial);
    return trial.failed;
}

/* Lines "SEED MS CUT_MS WITHOUT what it was"; # and empty ones are skipped. */
static uint32_t
read_file(const char *name, struct world_terms all[FILE_MOST])
{
    char line[256];
    uint32_t count = 0;
    FILE *f = fopen(name, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL &&
           count < FILE_MOST) {
        char *at = line;
        if (line[0] == '#' || line[0] == '\n')
            continue;
        struct world_terms *t = &all[count++];
        *t = terms_of(strtoull(at, &at, 10), 0);
        t->ms = strtoll(at, &at, 10);
        t->cut_ms = strtoll(at, &at, 10);
        t->without = (uint32_t)strtoul(at, &at, 10);
    }
    if (f != NULL)
        fclose(f);
    return count;
}

static int
run_file(int argc, char **argv)
{
    struct world_terms all[FILE_MOST];
    uint32_t count = argc > 2 ? read_file(argv[2], all) : 0;
    for (uint32_t i = 0; i < count; i++)
        if (!run(&all[i], false))
            return 1;
    return count == 0 ? 2 : 0;
}

static int
soak(int argc, char **argv)
{
    struct timespec now, began;
    uint64_t minutes = number(argc, argv, 2, 30);
    uint64_t hours = number(argc, argv, 4, UINT32_MAX);
    uint64_t seed = number(argc, argv, 3, 1000), worlds = 0, inputs = 0;
    uint64_t idle_inputs = 0;
    uint64_t sum[HITS] = { 0 };
    int64_t ms = 0, idle_ms = 0;
    int64_t night_s = (int64_t)number(argc, argv, 5, 0) * 3600;
    int failed = 0;
    clock_gettime(CLOCK_MONOTONIC, &began);
    do {
        struct world_terms t = terms_of(seed++, SECONDS * 1000);
        struct trial trial;
        t.night_s = night_s;
        trial_run(&t, true, &trial);
        if (trial.failed)
            printf("world %" PRIu64 " at %.3f s: %s\n", t.seed,
                   (double)trial.at_ms / 1e3, trial.words);
        if (trial.failed && failed++ == 0)
            trial_explain(&t, &trial);
        fflush(stdout);
        worlds++;
        ms += trial.at_ms;
        idle_ms += trial.idle_ms;
        idle_inputs += trial.idle_inputs;
        inputs += trial.inputs;
        trial_add(sum, &trial);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((uint64_t)(now.tv_sec - began.tv_sec) < minutes * 60 &&
             (uint64_t)ms < hours * 3600000);
    trial_table(sum);
    printf("%" PRIu64 " worlds, %.1f simulated hours (%.1f of them idle), %"
           PRIu64 " inputs (%" PRIu64 " of them idle), %d failed\n", worlds,
           (double)ms / 3.6e6, (double)idle_ms / 3.6e6, inputs, idle_inputs,
           failed);
    return failed > 0;
}

/* All that can happen to it at its records, or every so many-th of it. */
static bool
aim_all(const struct world_terms *calm, enum source who, uint64_t every)
{
    struct world_terms t = *calm;
    struct trial trial;
    uint64_t tries = 0, runs = 0;
    trial_run(calm, true, &trial);
    if (trial.failed || trial.turns[who] == 0) {
        fprintf(stderr, "world: nothing to aim at: %s\n", trial.words);
        return false;
    }
    uint64_t turns = trial.turns[who];
    t.aim.who = who;
    for (t.aim.n = 1; t.aim.n <= turns; t.aim.n++)
        for (int how = AIM_NONE + 1; how < AIMS; how++) {
            if (tries++ % every != 0)
                continue;
            t.aim.how = (enum aim_how)how;
            trial_run(&t, true, &trial);
            runs++;
            if (trial.failed) {
                trial_explain(&t, &trial);
                return false;
            }
        }
    printf("world %" PRIu64 ": %s at %" PRIu64 " turns of its log: %" PRIu64
           " worlds, of %" PRIu64 "\n", t.seed,
           enum_word(&source_words, who), turns, runs, tries);
    return true;
}

static int
run_records(int argc, char **argv)
{
    int64_t ms = (int64_t)number(argc, argv, 3, 10) * 1000;
    uint64_t every = number(argc, argv, 4, 1);
    struct world_terms t = terms_of(number(argc, argv, 2, 5), ms);
    t.without = (1u << WITHOUTS) - 1;
    every = every == 0 ? 1 : every;
    return !aim_all(&t, SOURCE_riskd, every) ||
           !aim_all(&t, SOURCE_executor, every);
}

static bool
find(uint32_t bug, uint64_t seeds)
{
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct world_terms t = terms_of(seed, SECONDS * 1000);
        struct trial trial;
        trial_run(&t, true, &trial);
        if (!trial.failed)
            continue;
        printf("%-20s seed %3" PRIu64 " at %7.3f s, %6" PRIu64
               " inputs: %.110s\n", planted_name(bug), seed,
               (double)trial.at_ms / 1e3, trial.inputs, trial.words);
        return true;
    }
    printf("%-20s NOT FOUND in %" PRIu64 " seeds: %s\n", planted_name(bug),
           seeds, planted_words(bug));
    return false;
}

static int
look_for_planted(int argc, char **argv)
{
    uint64_t seeds = number(argc, argv, 2, 40);
    uint32_t found = 0, count = 0;
    if (!planted_choose(planted_name(1))) {
        fprintf(stderr, "world: no bugs in this build\n");
        return 2;
    }
    for (uint32_t bug = 1; bug < planted_count(); bug++) {
        if (argc > 3 && strcmp(argv[3], planted_name(bug)) != 0)
            continue;
        (void)planted_choose(planted_name(bug));
        count++;
        found += find(bug, seeds);
        fflush(stdout);
    }
    printf("%u of %u found\n", found, count);
    return found != count;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } all[] = {
        { "seeds", run_seeds }, { "one", run_one }, { "file", run_file },
        { "soak", soak }, { "records", run_records },
        { "planted", look_for_planted },
    };
    log_open("world", LOG_ERROR);
    for (size_t i = 0; argc > 1 && i < sizeof all / sizeof all[0]; i++)
        if (strcmp(argv[1], all[i].name) == 0)
            return all[i].run(argc, argv);
    fprintf(stderr, "world: seeds, one, file, soak, records or planted\n");
    return 2;
}
