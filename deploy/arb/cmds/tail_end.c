/* tail_end - arb tail-end: strategy G's chances against recorded counts */
#include "deploy/arb/args.h"
#include "deploy/arb/backtest/backtest.h"
#include "deploy/arb/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static double
per(double sum, uint64_t count)
{
    return count > 0 ? sum / (double)count : 0;
}

static double
band_end(uint32_t i)
{
    return i + 1 < BACKTEST_BANDS ? (double)backtest_band[i + 1].ppm / MICROS
                                  : 1;
}

static void
show_bands(const char *title, const struct backtest_band_sum *band, bool json)
{
    if (!json)
        printf("\n%s\n%-13s %9s %10s %10s\n", title, "chance", "outcomes",
               "predicted", "realised");
    for (uint32_t i = 0; i < BACKTEST_BANDS; i++) {
        const struct backtest_band_sum *b = &band[i];
        double from = (double)backtest_band[i].ppm / MICROS;

        if (b->outcomes == 0)
            continue;
        printf(json ? "{\"table\":\"%s\",\"from\":%.2f,\"to\":%.2f,"
                      "\"outcomes\":%" PRIu64 ",\"predicted\":%.4f,"
                      "\"realised\":%.4f}\n"
                    : "%.0s%.2f .. %.2f  %9" PRIu64 " %10.4f %10.4f\n",
               title, from, band_end(i), b->outcomes,
               per(b->chance, b->outcomes),
               per((double)b->came, b->outcomes));
    }
}

static void
show_leads(const struct backtest *b, bool json)
{
    if (!json)
        printf("%-6s %7s %9s %9s   %11s %11s   %8s %9s %9s\n", "hours",
               "windows", "score", "naive", "naive says", "naive right",
               "at 0.90+", "predicted", "realised");
    for (uint32_t i = 0; i < BACKTEST_LEADS; i++) {
        const struct backtest_lead_sum *l = &b->lead[i];

        printf(json ? "{\"table\":\"leads\",\"hours\":%" PRId64
                      ",\"windows\":%u,\"score\":%.4f,\"naive\":%.4f,"
                      "\"naive_says\":%.4f,\"naive_right\":%.4f,"
                      "\"sure\":%u,\"predicted\":%.4f,\"realised\":%.4f}\n"
                    : "%-6" PRId64 " %7u %9.4f %9.4f   %11.4f %11.4f   %8u "
                      "%9.4f %9.4f\n",
               backtest_lead[i], l->windows, per(l->score, l->windows),
               per(l->naive, l->windows), per(l->naive_sure, l->windows),
               per(l->naive_right, l->windows), l->traded,
               per(l->traded_sure, l->traded), per(l->right, l->traded));
    }
}

static int
backtest(const char *file, int64_t width, int64_t days, bool json)
{
    struct why why = { "" };
    struct series s;
    struct backtest b;
    uint64_t passed_over;
    bool ok = series_read(&s, file, &passed_over, &why);

    if (ok) {
        backtest_run(&s, width, days, &b);
        if (!json)
            printf("%u hours, %" PRIu64 " lines passed over; %u windows of "
                   "%" PRId64 " days, %u without all hours; bins of %" PRId64
                   "\nscore: mean of -ln(chance of the bin it was), less is "
                   "better\n\n", s.count, passed_over, b.windows, days,
                   b.left_out, width);
        show_leads(&b, json);
        show_bands(json ? "late" : "bins not passed, 6 hours before the end "
                                   "and less", b.late, json);
        show_bands(json ? "all" : "the same, from 24 hours before", b.all,
                   json);
        ok = b.windows > 0;
    }
    if (!ok)
        fprintf(stderr, "arb tail-end: %s\n",
                why.s[0] ? why.s : "no window with all its hours, and the "
                                   "fortnight before");
    series_clear(&s);
    return ok ? EXIT_OK : EXIT_WORLD;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *bins = "20", *window = "7";
    int64_t width, days;
    bool json = false;
    const struct arg table[] = {
        { "--backtest", NULL, &file },
        { "--width", NULL, &bins },
        { "--days", NULL, &window },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };

    if (!args_read(argc, argv, table, NULL) ||
        !args_count("tail-end", "--width", bins, 1, 100000, &width) ||
        !args_count("tail-end", "--days", window, 1, 31, &days))
        return EXIT_USAGE;
    if (file == NULL) {
        fprintf(stderr, "arb tail-end: --backtest FILE is missing; see "
                        "--help\n");
        return EXIT_USAGE;
    }
    return backtest(file, width, days, json);
}

const struct cmd cmd_tail_end = {
    .name = "tail-end",
    .about = "strategy G's chances against recorded counts",
    .help =
        "usage: arb tail-end --backtest FILE [--width N] [--days N] "
        "[--json]\n\n"
        "FILE, plain or packed by zstd, holds a count of the past, a line a\n"
        "window of a tracker, {\"stats\":{\"daily\":[{\"date\":\"...Z\","
        "\"count\":3}]}},\n"
        "hour by hour, or rows 20240714-1630,3 by Los Angeles' clock.\n"
        "Windows of 7 days (--days) end at every noon in New York; 24 to 1\n"
        "hours before, each bin of 20 (--width) gets the chance that strategy\n"
        "G would give it, from the fortnight before and nothing later.\n"
        "Shown: by hours left, the log score beside the naive projection's\n"
        "and how often what G may buy (0.90 and above, YES or NO) was right;\n"
        "and how often bins came true that had a chance.\n"
        "Windows overlap, so the samples are not independent.\n"
        "Exit codes: 0 shown, 1 no such file or too few hours, 2 bad usage.\n",
    .run = run,
};
