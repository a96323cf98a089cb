/* main - simex: the simulated exchange as a program
 *
 * Not one of the five: it is on no bus and keeps no journal.  It stands where
 * the venue stands, behind REST and websockets, and the pipeline speaks to it
 * exactly as to Polymarket. */
#include "tests/simex/wiring.h"

#include "common/daemon.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/supervised.h"
#include "common/version.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OVERRIDES 64
#define PRINT_BYTES 65536
enum { EXIT_ASKED, EXIT_WORLD, EXIT_OPERATOR };

struct args {
    const char *file;
    const char *overrides[OVERRIDES];
    size_t overrides_count;
    bool check, print;
};

static const struct conf_section others[] = {
    { "feed", "", NULL, 0 },     { "scanner", "", NULL, 0 },
    { "riskd", "", NULL, 0 },    { "executor", "", NULL, 0 },
    { "recorder", "", NULL, 0 }, { "herald", "", NULL, 0 },
};
#define OTHERS (sizeof others / sizeof others[0])

static _Noreturn void
print_usage(FILE *to, int code)
{
    fputs("simex - the simulated exchange\n\n"
          "usage: simex [-c FILE] [-s SECTION.KEY=VALUE]... [-n[v]]\n"
          "  -c FILE   read this configuration (else every default)\n"
          "  -s K=V    override one setting; may be given again\n"
          "  -n        check the configuration and exit\n"
          "  -nv       print the effective configuration and exit\n"
          "  -V        print the version and exit\n"
          "  -h        this\n", to);
    exit(code);
}

static void
parse(struct args *a, int argc, char **argv)
{
    int c;
    while ((c = getopt(argc, argv, "c:s:nvVh")) != -1) {
        if (c == 'c')
            a->file = optarg;
        else if (c == 's' && a->overrides_count < OVERRIDES)
            a->overrides[a->overrides_count++] = optarg;
        else if (c == 'n')
            a->check = true;
        else if (c == 'v')
            a->print = true;
        else if (c == 'V') {
            printf("simex %s\n", dutchbook_version);
            exit(EXIT_ASKED);
        } else
            print_usage(c == 'h' ? stdout : stderr,
                        c == 'h' ? EXIT_ASKED : EXIT_OPERATOR);
    }
    if (optind < argc || (a->print && !a->check))
        print_usage(stderr, EXIT_OPERATOR);
}

static struct conf *
read_conf(const struct args *a)
{
    const struct conf_section *sections[4 + OTHERS] = {
        &common_section, &capital_section, &strategy_section, &simex_section,
    };
    struct complaints bad = { 0 };
    for (size_t i = 0; i < OTHERS; i++)
        sections[4 + i] = &others[i];
    struct conf *conf = conf_read(a->file, a->overrides, a->overrides_count,
                                  sections, 4 + OTHERS, &bad);
    if (!conf) {
        fprintf(stderr, "%s\n", bad.text);
        exit(EXIT_OPERATOR);
    }
    if (a->check) {
        static char text[PRINT_BYTES];
        if (a->print && conf_print(conf, false, text, sizeof text) > 0)
            fputs(text, stdout);
        conf_destroy(&conf);
        exit(EXIT_ASKED);
    }
    return conf;
}

static void
stop(void *arg)
{
    loop_stop(arg);
}

int
main(int argc, char **argv)
{
    struct args args = { 0 };
    struct simex_conf own;
    struct common_conf common;
    struct why why = { "" };
    supervised_start();
    parse(&args, argc, argv);
    struct conf *conf = read_conf(&args);
    conf_fill(conf, &simex_section, &own);
    conf_fill(conf, &common_section, &common);
    log_open("simex", strcmp(common.log_level.s, "debug") == 0 ? LOG_DEBUG
                                                               : LOG_INFO);
    signal(SIGPIPE, SIG_IGN);
    struct loop *loop = loop_new();
    loop_signal(loop, SIGTERM, stop, loop);
    loop_signal(loop, SIGINT, stop, loop);
    struct wiring *w = wiring_open(loop, &own,
                                   own.var.s[0] ? own.var.s : common.var.s,
                                   &why);
    if (w) {
        log_info("ready: %s, port %d, seed %llu, configuration %016llx",
                 dutchbook_version, wiring_port(w),
                 (unsigned long long)own.seed,
                 (unsigned long long)conf_digest(conf, "simex"));
        loop_run(loop);
        log_info("asked to stop");
    } else {
        log_error("%s", why.s);
    }
    int code = w ? EXIT_ASKED : EXIT_WORLD;
    wiring_close(&w);
    loop_destroy(&loop);
    conf_destroy(&conf);
    return code;
}
