/* relations - arb relations: markets whose outcomes depend on each other */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/relate/approve.h"
#include "deploy/arb/relate/candidates.h"
#include "deploy/arb/relate/endpoint.h"
#include "deploy/arb/relate/texts.h"

#include "common/clock.h"
#include "common/home.h"
#include "common/must.h"
#include "scanner/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct options {
    const char *conf_file, *rows, *markets, *gamma, *file;
    const char *alike, *endpoint, *model, *cache, *ca, *seconds;
    const char *id, *kind, *texts, *source, *cutoff, *voided, *by;
    bool json, check;
    struct conf *conf;
};

static int
fail(const struct why *why)
{
    fprintf(stderr, "arb relations: %s\n", why->s);
    return EXIT_WORLD;
}

static int
misused(const struct why *why)
{
    (void)fail(why);
    return EXIT_USAGE;
}

/* --- candidates, judge, score -------------------------------------------- */

static int
candidates(const struct options *a)
{
    char database[512];
    int64_t most, least;
    struct why why;

    if (!args_count("relations", "-n", a->rows, 1, 100000, &most))
        return EXIT_USAGE;
    cmd_database(a->conf, database, sizeof database);
    if (a->alike != NULL &&
        (!micros_parse(a->alike, strlen(a->alike), &least) ||
         least < MICROS / 5 || least > MICROS)) {
        (void)why_set(&why, "--alike: expected 0.2 to 1, got '%s'", a->alike);
        return misused(&why);
    }
    if (a->alike != NULL)
        return relations_alike(database, a->alike, (uint32_t)most, a->json);
    return relations_candidates(database, (uint32_t)most, a->json);
}

static int
judge(const struct options *a)
{
    (void)a;
    return lines_answer(relations_judge, NULL);
}

static int
score(const struct options *a)
{
    (void)a;
    return relations_score();
}

static int
ask(const struct options *a)
{
    struct endpoint e = { .file = a->endpoint, .model = a->model,
                          .cache = a->cache, .ca = a->ca };
    int64_t seconds;
    struct why why;

    if (a->endpoint == NULL || a->model == NULL) {
        (void)why_set(&why, "ask needs --endpoint FILE and --model NAME");
        return misused(&why);
    }
    if (!args_count("relations", "--seconds", a->seconds, 1, 600, &seconds))
        return EXIT_USAGE;
    e.seconds = (long)seconds;
    return relations_ask(&e);
}

/* --- review, approve, list ----------------------------------------------- */

/* Of the settings, or the one named. */
static bool
path_of(const struct options *a, struct path *file, struct why *why)
{
    struct scanner_conf own;

    conf_fill(a->conf, &scanner_section, &own);
    *file = own.relations;
    if (a->file != NULL && snprintf(file->s, sizeof file->s, "%s", a->file) >=
                               (int)sizeof file->s)
        return why_set(why, "--file: the name is too long");
    return a->file != NULL || home_path(file, "scanner.relations", why);
}

static void
print_hashes(const struct texts *t)
{
    char hex[HASH_TEXT_CAP];

    for (uint32_t i = 0; i < t->count; i++)
        printf("%s%s", i > 0 ? "," : "", hash_format(&t->at[i].hash, hex));
}

static int
review(const struct options *a)
{
    struct text markets[TIE_MARKETS];
    struct texts t = { .json = NULL };
    uint32_t count;
    struct why why;
    int code = EXIT_OK;

    if (a->markets == NULL) {
        (void)why_set(&why, "review needs --markets A,B");
        return misused(&why);
    }
    if (!texts_markets(a->markets, markets, &count, &why))
        return misused(&why);
    if (texts_read(&t, a->conf, a->gamma, markets, count, &why)) {
        texts_show(&t, markets);
        printf("\nWho has read both, and finds that one of\n"
               "  equivalent   all yes or all no\n"
               "  implies      yes of the first makes the second yes\n"
               "  exclusive    at most one is yes\n"
               "  exhaustive   at least one is yes\n"
               "  nested       intervals, the narrowest first\n"
               "must hold whatever happens, the void rules included, says so "
               "with\n\narb relations approve --id NAME --kind KIND "
               "--by WHO \\\n    --source 'WHOSE WORD DECIDES' "
               "--cutoff 'UNTIL WHEN' --void 'WHAT THEN' \\\n"
               "    --markets %s \\\n    --texts ", a->markets);
        print_hashes(&t);
        printf("\n");
    } else {
        code = fail(&why);
    }
    texts_forget(&t);
    return code;
}

static bool
read_hashes(const char *list, struct approval *a, struct why *why)
{
    uint32_t count = 0;

    for (const char *s = list; s != NULL; s = strchr(s, ',')) {
        size_t size;

        s += *s == ',';
        size = strcspn(s, ",");
        if (count == a->count || !hash_parse(s, size, &a->texts[count++]))
            return why_set(why, "--texts: expected the hashes that review "
                                "showed, one a market");
    }
    return count == a->count ||
           why_set(why, "--texts: expected the hashes that review showed, "
                        "one a market");
}

/* What the venue shows now is what was read. */
static bool
are_as_read(const struct options *k, const struct approval *a, struct why *why)
{
    struct texts t = { .json = NULL };
    bool ok = texts_read(&t, k->conf, k->gamma, a->markets, a->count, why);

    for (uint32_t i = 0; ok && i < a->count; i++)
        if (!hash_equal(&t.at[i].hash, &a->texts[i]))
            ok = why_set(why, "%s: its text is not the one whose hash you "
                              "give: review again", a->markets[i].s);
    texts_forget(&t);
    return ok;
}

static void
write_now(char out[32])
{
    time_t s = (time_t)(clock_wall().ns / 1000000000);
    struct tm tm;

    must(gmtime_r(&s, &tm) != NULL);
    must(strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0);
}

static int
approve_one(const struct options *k)
{
    char now[32];
    struct approval a = { .id = k->id, .kind = k->kind, .source = k->source,
                          .cutoff = k->cutoff, .voided = k->voided,
                          .by = k->by, .when = now };
    struct path file;
    struct why why;

    if (!k->id || !k->kind || !k->source || !k->cutoff || !k->voided ||
        !k->by || !k->markets || !k->texts) {
        (void)why_set(&why, "approve needs --id, --kind, --markets, --texts, "
                            "--source, --cutoff, --void and --by");
        return misused(&why);
    }
    if (!texts_markets(k->markets, a.markets, &a.count, &why) ||
        !read_hashes(k->texts, &a, &why))
        return misused(&why);
    write_now(now);
    if (!path_of(k, &file, &why) || !are_as_read(k, &a, &why) ||
        !approve(file.s, &a, &why))
        return fail(&why);
    printf("%s: %s stands in it; the scanner takes it up at SIGHUP: "
           "deploy/control.sh signal HUP dutchbook:scanner\n", file.s, a.id);
    return EXIT_OK;
}

/* Its texts now, as far as the venue shows them. */
static const char *
state_of(const struct options *k, const struct tie *tie)
{
    struct texts t = { .json = NULL };
    struct why why;
    const char *state = "holds";

    if (!texts_read(&t, k->conf, k->gamma, tie->market, tie->count, &why))
        state = "not known";
    for (uint32_t i = 0; t.json != NULL && i < tie->count; i++)
        if (!hash_equal(&t.at[i].hash, &tie->text[i]) &&
            strcmp(state, "holds") == 0)
            state = "SUSPENDED: a text changed";
    texts_forget(&t);
    return state;
}

static int
list(const struct options *k)
{
    struct complaints *bad = calloc(1, sizeof *bad);
    struct path file;
    struct why why;
    struct ties *t;

    must(bad != NULL);
    if (!path_of(k, &file, &why)) {
        free(bad);
        return fail(&why);
    }
    t = ties_read(file.s, bad);
    fputs(bad->text, stderr);
    free(bad);
    if (t == NULL)
        return EXIT_WORLD;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct tie *tie = &t->at[i];

        printf("%s  %s  by %s, %s%s%s\n", tie->id.s, tie_words[tie->kind],
               tie->by.s, tie->when.s, k->check ? "  " : "",
               k->check ? state_of(k, tie) : "");
        for (uint32_t m = 0; m < tie->count; m++)
            printf("    %s\n", tie->market[m].s);
        printf("    decided by %s; until %s; void: %s\n", tie->source.s,
               tie->cutoff.s, tie->voided.s);
    }
    printf("%u relations of %u components\n", t->count, t->components);
    ties_destroy(&t);
    return EXIT_OK;
}

static const struct {
    const char *name;
    int (*run)(const struct options *a);
    bool bare;                     /* Needs no configuration. */
} actions[] = {
    { "candidates", candidates, false }, { "judge", judge, true },
    { "score", score, true },            { "ask", ask, true },
    { "review", review, false },
    { "approve", approve_one, false },   { "list", list, false },
};

static int
run(int argc, char **argv)
{
    struct options a = { .rows = "50", .seconds = "60" };
    const char *what = "";
    const struct arg table[] = {
        { "-c", NULL, &a.conf_file },    { "-n", NULL, &a.rows },
        { "--json", &a.json, NULL },     { "--check", &a.check, NULL },
        { "--alike", NULL, &a.alike },
        { "--endpoint", NULL, &a.endpoint }, { "--model", NULL, &a.model },
        { "--cache", NULL, &a.cache },   { "--ca", NULL, &a.ca },
        { "--seconds", NULL, &a.seconds },
        { "--markets", NULL, &a.markets }, { "--gamma", NULL, &a.gamma },
        { "--file", NULL, &a.file },     { "--id", NULL, &a.id },
        { "--kind", NULL, &a.kind },     { "--texts", NULL, &a.texts },
        { "--source", NULL, &a.source }, { "--cutoff", NULL, &a.cutoff },
        { "--void", NULL, &a.voided },   { "--by", NULL, &a.by },
        { NULL, NULL, NULL },
    };
    int code;

    if (!args_read(argc, argv, table, &what))
        return EXIT_USAGE;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, what) != 0)
            continue;
        if (!actions[i].bare && !(a.conf = cmd_conf(a.conf_file, NULL, 0)))
            return EXIT_USAGE;
        code = actions[i].run(&a);
        if (a.conf != NULL)
            conf_destroy(&a.conf);
        return code;
    }
    fprintf(stderr, "arb relations: expected candidates, judge, score, ask, "
                    "review, approve or list; see --help\n");
    return EXIT_USAGE;
}

const struct cmd cmd_relations = {
    .name = "relations",
    .about = "markets whose outcomes depend on each other: found, approved",
    .help =
        "usage: arb relations candidates [-n ROWS] [-c FILE] [--json]\n"
        "           [--alike LEAST]\n"
        "       arb relations judge <PAIRS\n"
        "       arb relations score <PAIRS\n"
        "       arb relations ask --endpoint FILE --model NAME [--cache FILE]\n"
        "           [--seconds N] [--ca FILE] <PAIRS\n"
        "       arb relations review --markets A,B[,C...] [--gamma FILE]\n"
        "       arb relations approve --id NAME --kind KIND --markets A,B\n"
        "           --texts HASH,HASH --source S --cutoff S --void S --by WHO\n"
        "           [--gamma FILE] [--file YAML]\n"
        "       arb relations list [--check] [--gamma FILE] [--file YAML]\n\n"
        "candidates: pairs of open markets of the database that are related\n"
        "by the numbers, deadlines or names in their titles: equivalent,\n"
        "implies, implied (the second implies the first), exclusive (at most\n"
        "one is yes).\n"
        "--alike: pairs whose titles are so much alike (0.2 to 1, pg_trgm),\n"
        "the most alike first, with what their words show, or none.\n"
        "judge: one JSON object a line with the titles a and b; answers\n"
        "  {\"relation\":\"implies\",\"why\":\"...\"}\n"
        "score: the same lines, each with \"truth\", one of those words,\n"
        "implication (either way) or none; answers precision and recall.\n"
        "ask: the same lines, judged by a language model that speaks OpenAI's\n"
        "chat completions; FILE (0600) has lines url: and secret: (its key).\n"
        "What it said before comes from the cache.\n"
        "A candidate is no relation: titles leave out what the rules say.\n"
        "review: the texts side by side, from the venue (or a file of its\n"
        "listing), and their hashes.\n"
        "approve: writes the relation into scanner.relations, with who, when\n"
        "and the hashes, if the texts still have them.  Strategy E trades on\n"
        "what stands there and on nothing else, and on a relation only while\n"
        "every text of it is the one that was read.\n"
        "list: what stands there; --check asks the venue for the texts.\n"
        "Exit codes: 0 done, 1 no answer or refused, 2 bad usage.\n",
    .run = run,
};
