/* account - arb account: what a run did, and whether every check holds */
#include "deploy/arb/account.h"
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "executor/executor.h"

#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_CAP = 16384, PATIENCE_MS = 45000 };

#define COUNT_MAX INT64_C(9999999999999) /* Milliseconds until 2286. */

struct options {
    const char *file, *seconds, *planted, *mischief, *until, *write;
    int64_t seconds_count, until_ms;
    bool json;
    struct executor_conf own;
    struct strategy_conf strategy;
};

static bool
gather(struct tally *a, const struct options *o, const char *var,
       const char *database, struct why *why)
{
    struct pg *pg = pg_open(database, why);
    if (pg == NULL)
        return false;
    bool ok = account_settle(pg, var, (struct ms){ PATIENCE_MS }, why) &&
              account_read(a, pg, why) && account_journals(a, pg, var, why) &&
              (o->planted == NULL ||
               account_planted(a, pg, o->planted, o->mischief,
                               o->until_ms, why)) &&
              (strcmp(a->mode.s, "live") != 0 ||
               account_venue(a, pg, &o->own, var, why));
    pg_close(&pg);
    if (ok)
        account_judge(a);
    return ok;
}

static bool
write_file(const char *path, const char *text, size_t size)
{
    FILE *f = fopen(path, "we");
    if (f == NULL)
        return false;
    bool ok = fwrite(text, 1, size, f) == size;
    return fclose(f) == 0 && ok;
}

static int
show(const struct tally *a, const struct options *o, const char *var)
{
    static char json[JSON_CAP];
    size_t size = account_json(a, json, sizeof json);
    must(size > 0);
    if (o->json)
        fputs(json, stdout);
    else
        account_text(a, var);
    if (o->write != NULL && !write_file(o->write, json, size)) {
        fprintf(stderr, "arb account: %s: cannot be written\n", o->write);
        return EXIT_WORLD;
    }
    return a->ok ? EXIT_OK : EXIT_WORLD;
}

static int
run(int argc, char **argv)
{
    struct options o = { .seconds = "0", .until = "9999999999999" };
    const struct arg table[] = {
        { "-c", NULL, &o.file },
        { "--seconds", NULL, &o.seconds },
        { "--planted", NULL, &o.planted },
        { "--mischief", NULL, &o.mischief },
        { "--until", NULL, &o.until },
        { "--write", NULL, &o.write },
        { "--json", &o.json, NULL },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, NULL) ||
        !args_count("account", "--seconds", o.seconds, 0, COUNT_MAX,
                    &o.seconds_count) ||
        !args_count("account", "--until", o.until, 0, COUNT_MAX,
                    &o.until_ms))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(o.file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    char database[512];
    cmd_database(conf, database, sizeof database);
    conf_fill(conf, &executor_section, &o.own);
    conf_fill(conf, &strategy_section, &o.strategy);
    conf_destroy(&conf);
    struct tally *a = calloc(1, sizeof *a);
    must(a != NULL);
    a->seconds = o.seconds_count;
#define STRATEGY(letter, file, trade)                                        \
    a->planted.off[STRATEGY_##letter] = !o.strategy.letter;
#include "common/strategies.def"
    text_set(&a->mode, enum_word(&mode_words, common.mode));
    struct why why;
    int code = EXIT_WORLD;
    if (gather(a, &o, common.var.s, database, &why))
        code = show(a, &o, common.var.s);
    else
        fprintf(stderr, "arb account: nothing to count: %s\n", why.s);
    free(a);
    return code;
}

const struct cmd cmd_account = {
    .name = "account",
    .about = "what a run did: counts, P&L, latency, and every check of it",
    .help =
        "usage: arb account [-c FILE] [--json] [--write FILE]\n"
        "                   [--seconds N] [--planted FILE [--mischief "
        "FILE]\n                   [--until MS]]\n\n"
        "Of a pipeline at rest, as `make demo` leaves it.  Waits until\n"
        "PostgreSQL has every fact of the journals, then counts and checks:\n"
        "the ledger sums to 0, rows equal what the journals say,\n"
        "nothing is orphaned, something was FILLED; in live mode cash and\n"
        "shares are what the venue says, to the micro.\n"
        "  --planted FILE   situations the simulated exchange planted\n"
        "  --mischief FILE  and the mischief it did\n"
        "  --until MS       when feed was stopped, ms since the epoch\n"
        "  --seconds N      only shown\n"
        "Exit codes: 0 every check holds, 1 not, 2 bad usage.\n",
    .run = run,
};
