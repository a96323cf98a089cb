/* main - runs the benchmarks named: bench DIR codec bus ... */
#include "tests/bench/bench.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*run)(const char *dir);
} all[] = {
    { "codec", bench_codec },     { "bus", bench_bus },
    { "book", bench_book },       { "scanner", bench_scanner },
    { "journal", bench_journal }, { "recorder", bench_recorder },
    { "sign", bench_sign },       { "signer", bench_signer },
    { "rules", bench_rules },     { "grant", bench_grant },
    { "replay", bench_replay },   { "related", bench_related },
    { "recorded", bench_recorded },
};

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: bench DIR NAME...\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bool wanted = false;
        for (int a = 2; a < argc; a++)
            wanted = wanted || strcmp(argv[a], all[i].name) == 0;
        if (wanted)
            all[i].run(argv[1]);
    }
    return 0;
}
