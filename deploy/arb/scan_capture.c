/* scan_capture - `arb scan --capture`: feed and scanner on a recording */

/* Both engines run in this process as they do in production, with each
 * other's outbox for a bus and the recording for a clock: a line goes into
 * feed, what feed says goes to scanner's handlers, what scanner says is
 * printed.  Nothing is asked of anybody; scanner's requests stay unanswered,
 * since feed tells every book by itself. */

#include "deploy/arb/cmd.h"
#include "deploy/arb/scan.h"
#include "deploy/arb/scan_print.h"
#include "feed/capture.h"
#include "scanner/scanner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts of the listing are at most 8 MiB (json.h); one byte more shows. */
#define LISTING_CAP ((8u << 20) + 1)

struct scan {
    const struct scan_options *o;
    struct feed *feed;
    struct outbox *feed_says, *says;
    struct scanner *scanner;
    struct input in;          /* Feed's. */
    bool eof;
};

static bool
has_listing(const struct scan_options *o)
{
    return o->markets != NULL || o->listed;
}

static bool
assumes_fee(const struct scan_options *o)
{
    return !has_listing(o) || o->fee_rate != NULL;
}

static void
print_said(struct scan *s)
{
    for (size_t i = 0; i < outbox_count(s->says); i++) {
        const struct said *said = outbox_at(s->says, i);
        const struct opportunity *m = said->msg;

        if (said->schema != &opportunity_schema ||
            m->state == OPP_STATE_updated)
            continue;
        if (s->o->json)
            scan_print_json(m, scanner_universe(s->scanner),
                            assumes_fee(s->o), s->eof);
        else
            scan_print_text(m, s->eof);
    }
    outbox_clear(s->says);
}

static void
hear(struct scan *s, const struct said *said, const struct input *in)
{
    for (const struct hear *h = scanner_program.hears; h->schema != NULL; h++)
        if (h->schema == said->schema && h->speaker == SOURCE_feed)
            h->call(s->scanner, said->msg, in, s->says);
}

/* Hands on what feed said, all of it, to a scanner of the same time. */
static void
deliver(struct scan *s)
{
    struct input in = s->in;
    bool more = true;

    while (more) {
        in = s->in;
        in.src = SOURCE_feed;
        in.run = s->in.own_run;
        in.said = in.mono;
        for (size_t i = 0; i < outbox_count(s->feed_says); i++) {
            hear(s, outbox_at(s->feed_says, i), &in);
            print_said(s);
        }
        outbox_clear(s->feed_says);
        more = feed_rest(s->feed, &s->in, s->feed_says) ||
               outbox_count(s->feed_says) > 0;
    }
    do {
        more = scanner_rest(s->scanner, &in, s->says);
        print_said(s);
    } while (more);
}

static void
print_best_json(const struct scan *s)
{
    for (uint32_t i = 0; i < feed_tokens(s->feed); i++) {
        struct feed_best best = feed_best(s->feed, i);
        const struct price side[] = { best.bid, best.ask };
        const char *name[] = { "bid", "ask" };
        char token[TOKEN_TEXT_CAP], price[MICROS_TEXT_CAP];

        printf("%s\"%s\":{", i > 0 ? "," : "",
               token_format(&best.token, token));
        for (int k = 0; k < 2; k++) {
            printf("%s\"%s\":", k > 0 ? "," : "", name[k]);
            if (side[k].micros > 0)
                printf("\"%s\"", micros_format(side[k].micros, price));
            else
                fputs("null", stdout);
        }
        putchar('}');
    }
}

/* Why looks came to nothing: each time one did, by its reason. */
static void
print_blocked(const struct scan *s)
{
    const uint64_t *counters = scanner_counters(s->scanner);
    const char *name, *comma = "";

    if (s->o->json)
        fputs(",\"blocked\":{", stdout);
    for (size_t i = 0; (name = scanner_program.counters[i]) != NULL; i++) {
        if (strncmp(name, "blocked_", 8) != 0 || counters[i] == 0)
            continue;
        printf(s->o->json ? "%s\"%s\":%llu" : "%s%s %llu", comma, name + 8,
               (unsigned long long)counters[i]);
        comma = s->o->json ? "," : "  ";
    }
    if (s->o->json)
        putchar('}');
}

static void
print_summary(const struct scan *s)
{
    struct feed_sum sum = feed_sum(s->feed);
    const struct { const char *name; uint64_t value; } rows[] = {
        { "frames", sum.frames },
        { "books", sum.books },
        { "applied", sum.applied },
        { "stale_dropped", sum.stale_dropped },
        { "hash_checked", sum.hash_checked },
        { "hash_mismatch", sum.hash_mismatch },
        { "bad", sum.bad },
    };

    if (s->o->json)
        fputs("{\"type\":\"summary\"", stdout);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf(s->o->json ? ",\"%s\":%llu" : "%s %llu  ", rows[i].name,
               (unsigned long long)rows[i].value);
    print_blocked(s);
    if (s->o->json) {
        fputs(",\"best\":{", stdout);
        print_best_json(s);
        fputs("}}", stdout);
    }
    putchar('\n');
}

/* The whole file; NULL with a complaint. */
static char *
read_file(const char *name, size_t *size)
{
    FILE *f = fopen(name, "rb");
    char *s = f != NULL ? malloc(LISTING_CAP) : NULL;

    if (s != NULL)
        *size = fread(s, 1, LISTING_CAP, f);
    if (s == NULL || ferror(f) != 0) {
        fprintf(stderr, "arb scan: %s: %s\n", name, strerror(errno));
        free(s);
        s = NULL;
    }
    if (f != NULL)
        fclose(f);
    return s;
}

static bool
read_markets(struct scan *s)
{
    struct why why;
    size_t size;
    char *text;
    bool ok;

    if (s->o->markets == NULL)
        return true;
    text = read_file(s->o->markets, &size);
    if (text == NULL)
        return false;
    ok = feed_on_listing(s->feed, text, size, &s->in, s->feed_says, &why);
    if (ok)
        deliver(s);
    else
        fprintf(stderr, "arb scan: %s: %s\n", s->o->markets, why.s);
    free(text);
    return ok;
}

/* Of two in one process neither loses a word of the other: one heartbeat
 * proves it for good, where no tick comes. */
static void
begin(struct scan *s)
{
    struct heartbeat m = { .ready = true };
    struct input in = s->in;

    in.run = in.own_run;
    scanner_on_heartbeat(s->scanner, &m, &in, s->says);
    print_said(s);
}

static bool
play(struct scan *s)
{
    struct why why;
    struct capture *file = capture_open(s->o->capture, &why);
    struct line line;
    int got = -1;

    while (file != NULL && (got = capture_next(file, &line, &why)) == 1) {
        feed_on_line(s->feed, &line, &s->in, s->feed_says);
        deliver(s);
    }
    if (got < 0)
        fprintf(stderr, "arb scan: %s\n", why.s);
    if (file == NULL)
        return false;
    capture_close(&file);
    s->eof = true;
    while (scanner_close_all(s->scanner, REASON_FEED_DOWN, &s->in, s->says))
        print_said(s);
    print_said(s);
    print_summary(s);
    return got == 0;
}

static void
make_engines(struct scan *s, const struct conf *conf, struct ppm fee_rate)
{
    struct feed_conf feed;
    struct scanner_conf own;
    struct strategy_conf strategy;
    struct capital_conf capital;
    struct common_conf common;

    conf_fill(conf, &feed_section, &feed);
    conf_fill(conf, &scanner_section, &own);
    conf_fill(conf, &strategy_section, &strategy);
    conf_fill(conf, &capital_section, &capital);
    conf_fill(conf, &common_section, &common);
    if (own.markets_max < feed.max_markets)
        own.markets_max = feed.max_markets;
    s->feed = feed_new(&feed, &(struct feed_options){
        .book_age_max = strategy.book_age_max,
        .offline = true,
        .assume_markets = !has_listing(s->o),
        .assume_fee = assumes_fee(s->o),
        .fee_rate = fee_rate,
    });
    s->scanner = scanner_new(&(struct scanner_options){
        .own = &own,
        .strategy = &strategy,
        .cash_rate = capital.cash_rate_year,
        .heartbeat_miss = common.heartbeat_miss,
    });
}

int
scan_capture(const struct scan_options *o, const struct conf *conf)
{
    struct scan s = { .o = o, .in = { .src = SOURCE_feed, .own_run = 1 } };
    struct ppm fee_rate = { 0 };
    bool ok;

    if (o->fee_rate != NULL &&
        (!micros_parse(o->fee_rate, strlen(o->fee_rate), &fee_rate.ppm) ||
         fee_rate.ppm < 0 || fee_rate.ppm > MICROS)) {
        fprintf(stderr, "arb scan: --fee-rate: expected a fraction of 0 to 1,"
                        " not '%s'\n", o->fee_rate);
        return EXIT_USAGE;
    }
    make_engines(&s, conf, fee_rate);
    s.feed_says = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES,
                             FEED_OUTBOX_COUNT);
    s.says = outbox_new(SOURCE_scanner, SCANNER_OUTBOX_BYTES,
                        SCANNER_OUTBOX_COUNT);
    if (!o->json)
        scan_print_head();
    begin(&s);
    ok = read_markets(&s) && play(&s);
    if (fflush(stdout) != 0)
        ok = false;
    outbox_destroy(&s.feed_says);
    outbox_destroy(&s.says);
    scanner_destroy(&s.scanner);
    feed_destroy(&s.feed);
    return ok ? EXIT_OK : EXIT_WORLD;
}
