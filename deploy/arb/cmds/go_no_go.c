/* go_no_go - arb go-no-go: may the next stage begin */
/*
 * Everything a stage asks, judged from riskd's journal at its last record, so
 * that the same journal gives the same sign-off byte for byte.  A criterion
 * that fails, or that nothing is known about, is a NO: a person who wants to
 * go on nevertheless has to change the rules, and that shows in their hash.
 */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/judge.h"
#include "riskd/riskd.h"

#include "common/must.h"
#include "common/version.h"
#include "proto/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct paper {
    const struct judge *judge;
    const struct riskd_criterion *c;
    uint32_t count, passed;
    unsigned stage;
    char at[32], until[32], began[32];
    char config[20], rules[HASH_TEXT_CAP], data[HASH_TEXT_CAP];
};

static bool
is_go(const struct paper *p)
{
    return p->count > 0 && p->passed == p->count;
}

static void
write_time(int64_t ns, char out[32])
{
    time_t s = (time_t)(ns / 1000000000);
    struct tm tm;
    gmtime_r(&s, &tm);
    (void)strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
write_note(const struct riskd_criterion *c, FILE *f)
{
    char text[6 * sizeof c->note.s + 3];
    size_t size = json_quote(c->note.s, strlen(c->note.s), text, sizeof text);
    if (c->note.s[0] != '\0' && size > 0)
        fprintf(f, ",\"note\":%.*s", (int)size, text);
    fputc('}', f);
}

static void
write_json(const struct paper *p, FILE *f)
{
    char limit[MICROS_TEXT_CAP], value[MICROS_TEXT_CAP];
    fprintf(f, "{\"stage\":%u,\"verdict\":\"%s\",\"at\":\"%s\",\"expires\":"
               "\"%s\",\"window_from\":\"%s\",\"configuration\":\"%s\","
               "\"rules\":\"%s\",\"build\":\"%s\",\"data\":\"%s\","
               "\"records\":%" PRIu64 ",\"passed\":%u,\"criteria\":[",
            p->stage, is_go(p) ? "GO" : "NO-GO", p->at, p->until, p->began,
            p->config, p->rules, dutchbook_version, p->data,
            p->judge->records, p->passed);
    for (uint32_t i = 0; i < p->count; i++) {
        const struct riskd_criterion *c = &p->c[i];
        fprintf(f, "%s\n{\"rule\":\"%s\",\"gate\":\"%s\",\"metric\":\"%s\","
                   "\"op\":\"%s\",\"threshold\":\"%s\",\"value\":\"%s\","
                   "\"sample\":%" PRIu64 ",\"least\":%" PRIu64
                   ",\"verdict\":\"%s\"",
                i > 0 ? "," : "", c->rule, c->phases.s, c->metric, c->op,
                judge_number(c, false, limit), judge_number(c, true, value),
                c->sample, c->least, c->verdict);
        write_note(c, f);
    }
    fputs("\n]}\n", f);
}

static bool
is_first_note(const struct paper *p, uint32_t i)
{
    while (i > 0 && p->c[i - 1].note.s[0] == '\0')
        i--;
    return i == 0;
}

static void
write_markdown(const struct paper *p, FILE *f)
{
    char limit[MICROS_TEXT_CAP], value[MICROS_TEXT_CAP];
    fprintf(f, "# Stage %u: %s\n\n%u of %u criteria pass.\n\n",
            p->stage, is_go(p) ? "GO" : "NO-GO", p->passed, p->count);
    fprintf(f, "| what | |\n|---|---|\n| judged at | %s |\n| valid until | %s "
               "|\n| phase since | %s |\n| configuration | %s |\n| rules | %s "
               "|\n| build | %s |\n| data | %s |\n| records | %" PRIu64
               " |\n\n", p->at, p->until, p->began, p->config, p->rules,
            dutchbook_version, p->data, p->judge->records);
    fputs("| rule | gate | metric | asked | value | sample | verdict |\n"
          "|---|---|---|---|---|---|---|\n", f);
    for (uint32_t i = 0; i < p->count; i++) {
        const struct riskd_criterion *c = &p->c[i];
        fprintf(f, "| %s | %s | %s | %s %s | %s | %" PRIu64 " | %s |\n",
                c->rule, c->phases.s, c->metric, c->op,
                judge_number(c, false, limit), judge_number(c, true, value),
                c->sample, c->verdict);
    }
    for (uint32_t i = 0; i < p->count; i++)
        if (p->c[i].note.s[0] != '\0')
            fprintf(f, "%s- %s, %s: %s\n", is_first_note(p, i) ? "\n" : "",
                    p->c[i].rule, p->c[i].verdict, p->c[i].note.s);
}

static bool
write_file(const struct paper *p, const char *dir, const char *ending,
           void (*f)(const struct paper *p, FILE *f), struct why *why)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/stage%u_signoff.%s", dir, p->stage,
                   ending);
    FILE *out = fopen(path, "we");
    if (out == NULL)
        return why_set(why, "%s: cannot be written", path);
    f(p, out);
    bool ok = fflush(out) == 0 && !ferror(out);
    ok = fclose(out) == 0 && ok;
    return ok || why_set(why, "%s: cannot be written", path);
}

static void
fill(struct paper *p, const struct judge *judge, struct riskd_criterion *c,
     uint32_t count, unsigned stage)
{
    *p = (struct paper){ .judge = judge, .c = c, .count = count,
                         .stage = stage };
    for (uint32_t i = 0; i < count; i++)
        p->passed += c[i].pass;
    struct nanos began = riskd_phase_began(judge->x);
    write_time(judge->at.ns, p->at);
    write_time(judge->at.ns + SIGNOFF_VALID_S * 1000000000LL, p->until);
    write_time(began.ns, p->began);
    (void)snprintf(p->config, sizeof p->config, "%016" PRIx64, judge->config);
    (void)hash_format(&judge->rules, p->rules);
    (void)hash_format(&judge->data, p->data);
}

static int
decide(const struct judge *judge, unsigned stage, const char *dir, bool json,
       struct why *why)
{
    struct paper paper;
    struct riskd_criterion *c = calloc(CRITERIA_CAP, sizeof *c);
    must(c);
    fill(&paper, judge, c, judge_stage(judge, stage, c), stage);
    bool ok = dir == NULL ||
              (write_file(&paper, dir, "json", write_json, why) &&
               write_file(&paper, dir, "md", write_markdown, why));
    if (json)
        write_json(&paper, stdout);
    else
        write_markdown(&paper, stdout);
    bool go = is_go(&paper);
    free(c);
    return ok && go ? EXIT_OK : EXIT_WORLD;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *folder = NULL, *stage = NULL, *dir = NULL;
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },        { "--rules", NULL, &folder },
        { "--stage", NULL, &stage },  { "--write", NULL, &dir },
        { "--json", &json, NULL },    { NULL, NULL, NULL },
    };
    struct judge judge;
    struct why why = { "" };
    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    if (stage == NULL || strlen(stage) != 1 || stage[0] < '1' ||
        stage[0] > '3') {
        fprintf(stderr, "arb go-no-go: --stage: expected 1, 2 or 3\n");
        return EXIT_USAGE;
    }
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    int code = EXIT_WORLD;
    if (judge_open(&judge, conf, folder, UINT64_MAX, &why))
        code = decide(&judge, (unsigned)(stage[0] - '0'), dir, json, &why);
    if (why.s[0] != '\0')
        fprintf(stderr, "arb go-no-go: %s\n", why.s);
    judge_close(&judge);
    conf_destroy(&conf);
    return code;
}

const struct cmd cmd_go_no_go = {
    .name = "go-no-go",
    .about = "may the next stage begin: every criterion, and a sign-off",
    .help = "usage: arb go-no-go --stage N [-c FILE] [--rules DIR]\n"
            "                    [--write DIR] [--json]\n\n"
            "Judges the exit of stage N-1, the entry of stage N and the\n"
            "sign-off by the rules and riskd's journal: value, sample and\n"
            "verdict (pass, fail, not enough data, no data) of each.  -c is\n"
            "the configuration of stage N: `arb stage enter N` wants its\n"
            "sign-off to be of what runs then.\n"
            "  --write DIR   stageN_signoff.md and .json there\n"
            "Exit codes: 0 GO, 1 NO-GO or unreadable, 2 usage.\n",
    .run = run,
};
