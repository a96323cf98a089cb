/* replay - arb replay: what was recorded, once more */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/replay/onbus.h"
#include "deploy/arb/replay/sweep.h"
#include "deploy/arb/replay/verify.h"

#include "common/daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS_MAX = 32 };

/* Takes every --set out of the arguments; false: there are too many. */
static bool
take_sets(int *argc, char **argv, const char *sets[SETS_MAX], size_t *count)
{
    int kept = 0;

    *count = 0;
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--set") != 0 || i + 1 == *argc)
            argv[kept++] = argv[i];
        else if (*count == SETS_MAX)
            return false;
        else
            sets[(*count)++] = argv[++i];
    }
    *argc = kept;
    return true;
}

struct flags {
    const char *file, *var, *latency, *speed, *from, *to, *recording;
    bool json, verify, bus;
};

static int
run_on_bus(const struct flags *f)
{
    int64_t speed = 0, from, to = 0;

    if ((strcmp(f->speed, "max") != 0
         && !args_count("replay", "--speed", f->speed, 1, 1000, &speed))
        || !args_count("replay", "--from", f->from, 0, 100000000, &from)
        || (f->to && !args_count("replay", "--to", f->to, 1, 100000000, &to)))
        return EXIT_USAGE;
    return onbus(&(struct onbus_options){
        .recording = f->recording, .file = f->file, .var = f->var,
        .speed = (uint64_t)speed, .from = { from * 1000000000 },
        .to = { to * 1000000000 } });
}

static int
run(int argc, char **argv)
{
    struct flags f = { .latency = "200", .speed = "1", .from = "0" };
    const char *sets[SETS_MAX];
    const struct arg table[] = {
        { "-c", NULL, &f.file },           { "--var", NULL, &f.var },
        { "--json", &f.json, NULL },       { "--verify", &f.verify, NULL },
        { "--latency", NULL, &f.latency }, { "--bus", &f.bus, NULL },
        { "--speed", NULL, &f.speed },     { "--from", NULL, &f.from },
        { "--to", NULL, &f.to },
        { "--recording", NULL, &f.recording },
        { NULL, NULL, NULL },
    };
    int64_t us;
    size_t count;

    if (!take_sets(&argc, argv, sets, &count)) {
        fprintf(stderr, "arb replay: more than %d --set\n", SETS_MAX);
        return EXIT_USAGE;
    }
    if (!args_read(argc, argv, table, NULL)
        || !args_count("replay", "--latency", f.latency, 1, 10000000, &us))
        return EXIT_USAGE;
    if (f.bus)
        return run_on_bus(&f);
    struct conf *conf = cmd_conf(f.file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    const char *var = f.var ? f.var : common.var.s;
    conf_destroy(&conf);
    return f.verify ? verify(&(struct verify_options){ var, f.file, sets,
                                                       count, f.json })
                    : sweep(&(struct sweep_options){
                          var, f.file, sets, count, { us * 1000 }, f.json });
}

const struct cmd cmd_replay = {
    .name = "replay",
    .about = "the recorded market once more, under these settings or others",
    .help =
        "usage: arb replay [--set SECTION.KEY=VALUE[,VALUE...]]... "
        "[--latency US]\n"
        "       arb replay --verify [--set SECTION.KEY=VALUE]...\n"
        "         both: [-c FILE] [--var DIR] [--json]\n"
        "       arb replay --bus [--recording DIR] [--speed N|max] "
        "[--from S] [--to S]\n"
        "         [-c FILE] [--var DIR]\n"
        "\n"
        "Plays the market that scanner's journal recorded through scanner,\n"
        "riskd and executor in one process, on paper, from the capital of\n"
        "the settings; every word between them takes --latency (200 us).\n"
        "One line a combination of values: opportunities, executions, share\n"
        "filled, P&L and the worst fall of equity.\n"
        "With --verify each engine hears again what it heard, and must say\n"
        "what it said: the first message that differs is named.\n"
        "With --bus the recording of DIR is published in place of feed,\n"
        "which must not run, from second S to S of it, N times as fast; the\n"
        "other processes trade on it in their own time.\n"
        "The settings are those each run began with; -c names the folder,\n"
        "and the settings where none were kept.  Live is refused.\n"
        "Exit codes: 0 done, 1 it differs or cannot be read, 2 bad usage.\n",
    .run = run,
};
