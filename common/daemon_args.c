/* daemon_args - flags and configuration of a process */

/* The same flags for all of them.  Every complaint is printed, not only the
 * first: an operator mends a file once. */

#include "common/daemon_own.h"
#include "common/home.h"
#include "common/must.h"
#include "common/supervised.h"
#include "common/version.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRINT_CAP = 1 << 18, SECTIONS_CAP = 12 };

static const struct conf_section foreign[] = {
    { "feed", "", NULL, 0 },     { "scanner", "", NULL, 0 },
    { "riskd", "", NULL, 0 },    { "executor", "", NULL, 0 },
    { "recorder", "", NULL, 0 }, { "herald", "", NULL, 0 },
    { "simex", "", NULL, 0 },
};

struct args {
    const char *file;
    const char *overrides[OVERRIDES_CAP];
    size_t overrides_count;
    bool check, print;
};

static void
print_help(FILE *to, const struct program *p)
{
    fprintf(to,
            "%s - %s\n\n"
            "usage: %s [-c FILE] [-s SECTION.KEY=VALUE]... [-n[v]]\n"
            "  -c FILE   read this configuration (else every default)\n"
            "  -s K=V    override one setting; may be given again\n"
            "  -n        check the configuration and exit\n"
            "  -nv       print the effective configuration and exit\n"
            "  -V        print the version and exit\n"
            "  -h        this\n",
            p->name, p->about, p->name);
}

static _Noreturn void
bad_usage(const struct program *p, const char *what)
{
    fprintf(stderr, "%s: %s\n", p->name, what);
    print_help(stderr, p);
    supervised_exit(EXIT_OPERATOR);
}

static void
parse(struct args *a, int argc, char **argv, const struct program *p)
{
    static const struct option words[] = {
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:s:nvVh", words, NULL)) != -1) {
        if (c == 'c')
            a->file = optarg;
        else if (c == 's' && a->overrides_count < OVERRIDES_CAP)
            a->overrides[a->overrides_count++] = optarg;
        else if (c == 's')
            bad_usage(p, "too many -s");
        else if (c == 'n')
            a->check = true;
        else if (c == 'v')
            a->print = true;
        else if (c == 'V') {
            printf("%s %s schema %016llx\n", p->name, dutchbook_version,
                   (unsigned long long)schema_fingerprint());
            exit(0);
        } else if (c == 'h') {
            print_help(stdout, p);
            exit(0);
        } else
            bad_usage(p, "a flag that does not exist, or lacks its value");
    }
    if (optind < argc)
        bad_usage(p, "an argument without a flag");
    if (a->print && !a->check)
        bad_usage(p, "-v goes with -n");
}

static struct conf *
read_conf(const struct args *a, const struct program *p)
{
    const struct conf_section *sections[SECTIONS_CAP] = {
        &common_section, &capital_section, &strategy_section, p->section,
    };
    size_t count = 4;
    struct complaints bad = { 0 };

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (strcmp(foreign[i].name, p->section->name) != 0)
            sections[count++] = &foreign[i];
    struct conf *conf = conf_read(a->file, a->overrides, a->overrides_count,
                                  sections, count, &bad);
    if (!conf) {
        size_t size = strlen(bad.text);
        fputs(bad.text, stderr);
        if (size > 0 && bad.text[size - 1] != '\n')
            fputc('\n', stderr);
        fprintf(stderr, "%s: %u complaint%s about the configuration\n",
                p->name, bad.count, bad.count == 1 ? "" : "s");
        supervised_exit(EXIT_OPERATOR);
    }
    return conf;
}

static enum log_level
level_of(const struct program *p, const char *word)
{
    static const char *const words[] = { "debug", "info", "warn", "error" };

    for (int i = 0; i < 4; i++)
        if (strcmp(word, words[i]) == 0)
            return (enum log_level)i;
    fprintf(stderr, "%s: common.log_level: expected debug, info, warn or "
            "error, got '%s'\n", p->name, word);
    supervised_exit(EXIT_OPERATOR);
}

static _Noreturn void
print_conf(struct daemon *d)
{
    char *text = malloc(PRINT_CAP);

    must(text);
    size_t size = conf_print(d->conf, false, text, PRINT_CAP);
    must(size > 0);
    fwrite(text, 1, size, stdout);
    free(text);
    conf_destroy(&d->conf);
    exit(0);
}

void
daemon_args(struct daemon *d, int argc, char **argv, void *own)
{
    struct args a = { 0 };

    parse(&a, argc, argv, d->program);
    d->conf = read_conf(&a, d->program);
    d->file = a.file;
    conf_fill(d->conf, &common_section, &d->common);
    conf_fill(d->conf, &capital_section, &d->capital);
    conf_fill(d->conf, &strategy_section, &d->strategy);
    conf_fill(d->conf, d->program->section, own);
    enum log_level least = level_of(d->program, d->common.log_level.s);
    if (a.print)
        print_conf(d);
    struct why why;
    if (!home_path(&d->common.var, "common.var", &why)) {
        fprintf(stderr, "%s: %s\n", d->program->name, why.s);
        supervised_exit(EXIT_OPERATOR);
    }
    if (a.check) {
        conf_destroy(&d->conf);
        exit(0);
    }
    log_open(d->program->name, least);
}
