/* capture - arb capture: what was recorded, looked at, checked, cut out */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/tape.h"

#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { SEGMENT_BYTES = 64 << 20 };

struct options {
    const char *out, *from, *to, *type, *size, *at;
    bool csv, stated;
};

/* The number of a record. */
static bool
read_n(const char *option, const char *text, uint64_t *out)
{
    int64_t n = 0;
    bool ok = args_count("capture", option, text, 0, INT64_MAX, &n);

    *out = (uint64_t)n;
    return ok;
}

static void
print_time(struct nanos at)
{
    time_t s = at.ns / 1000000000;
    struct tm tm;
    char text[40];

    gmtime_r(&s, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    printf("%s.%03" PRId64 "Z", text, at.ns / 1000000 % 1000);
}

static int
fail(const struct why *why)
{
    fprintf(stderr, "arb capture: %s\n", why->s);
    return EXIT_WORLD;
}

/* --- info ----------------------------------------------------------------- */

struct counts {
    uint64_t first, last, runs, run, updates, bytes;
    uint64_t by[source_end_][TYPE_end_];
    struct nanos began, ended;
};

static void
count(struct counts *c, const struct tape *t)
{
    if (c->first == 0) {
        c->first = t->r.n;
        c->began = t->r.wall;
    }
    c->last = t->r.n;
    c->ended = t->r.wall;
    c->runs += t->r.run != c->run;
    c->run = t->r.run;
    if ((unsigned)t->src < source_end_ && t->r.type < TYPE_end_)
        c->by[t->src][t->r.type]++;
    c->updates += t->r.type == TYPE_book_delta
                  || t->r.type == TYPE_book_snapshot;
}

static void
print_counts(const struct counts *c, const struct tape *t)
{
    uint64_t records = c->last - c->first + (c->first > 0);

    printf("%s of %s: records %" PRIu64 " to %" PRIu64 ", %" PRIu64
           " runs, ", t->inputs ? "inputs" : "facts",
           enum_word(&source_words, (uint32_t)t->self), c->first, c->last,
           c->runs);
    print_time(c->began);
    printf(" to ");
    print_time(c->ended);
    printf("\n%" PRIu64 " bytes on disk", c->bytes);
    if (records > 0)
        printf(", %" PRIu64 " a record", c->bytes / records);
    if (c->updates > 0)
        printf(", %" PRIu64 " MB per million changes of books",
               c->bytes / c->updates);
    printf("\n");
    for (uint32_t src = 0; src < source_end_; src++)
        for (uint32_t type = 0; type < TYPE_end_; type++)
            if (c->by[src][type] > 0 && schema_find(type))
                printf("%10" PRIu64 "  %s of %s\n", c->by[src][type],
                       schema_find(type)->name,
                       enum_word(&source_words, src));
}

static int
info(const char *dir, const struct options *o)
{
    struct counts c = { .first = 0 };
    struct why why;
    struct tape t;
    int got = 0;

    (void)o;
    if (!tape_open(&t, dir, 0, &why))
        return fail(&why);
    while ((got = tape_next(&t, &why)) > 0)
        count(&c, &t);
    c.bytes = journal_bytes(t.dir);
    tape_close(&t);
    if (got < 0)
        return fail(&why);
    print_counts(&c, &t);
    return EXIT_OK;
}

/* --- verify --------------------------------------------------------------- */

/* What lies in one piece from a record on; 0 = up to the end, and else the
 * damage behind it was told, and it is the last record before. */
static bool
check_piece(const char *dir, uint64_t from, uint64_t *last, bool *damaged)
{
    struct why why;
    struct tape t;
    uint64_t first = 0;
    int got;

    if (!tape_open(&t, dir, from, &why)) {
        (void)fail(&why);
        return false;
    }
    *last = from > 0 ? from - 1 : 0;
    while ((got = tape_next(&t, &why)) > 0) {
        first = first > 0 ? first : t.r.n;
        *last = t.r.n;
    }
    if (first > 0)
        printf("records %" PRIu64 " to %" PRIu64 ": every sum, number and "
               "link of the chain is right\n", first, *last);
    *damaged = got < 0;
    if (got < 0)
        printf("damage: %s\n", why.s);
    tape_close(&t);
    return true;
}

static int
check(const char *dir, const struct options *o)
{
    uint64_t from = journal_segment_after(dir, 0), last = 0;
    bool damaged = false, any = false;

    (void)o;
    do {
        if (!check_piece(dir, from, &last, &damaged))
            return EXIT_WORLD;
        any |= damaged;
        last = last > from ? last : from; /* Of that segment no more. */
        from = damaged ? journal_segment_after(dir, last + 1) : 0;
    } while (from != 0);
    return any ? EXIT_WORLD : EXIT_OK;
}

/* --- cut, export ---------------------------------------------------------- */

static int
copy(struct tape *t, uint64_t to, const char *out)
{
    struct journal *j = NULL;
    struct why why = { "" };
    uint64_t run = 0, cut, copied = 0;
    int got;
    bool ok = true;

    while (ok && (got = tape_next(t, &why)) > 0 && t->r.n <= to) {
        if (j == NULL || t->r.run != run) {
            journal_close(&j);
            run = t->r.run;
            j = journal_open(out, t->self, run, SEGMENT_BYTES, &cut, &why);
            ok = j != NULL;
        }
        if (ok)
            journal_append(j, t->r.type, t->r.mono, t->r.wall, t->r.trace,
                           t->r.body, t->r.body_size, false);
        copied += ok;
    }
    if (j != NULL)
        journal_sync(j);
    journal_close(&j);
    if (!ok || got < 0)
        return fail(&why);
    printf("%" PRIu64 " records, numbered anew from 1, in %s\n", copied, out);
    return EXIT_OK;
}

/* from and to of the options; false after a complaint. */
static bool
read_range(const struct options *o, uint64_t *from, uint64_t *to)
{
    *from = 0;
    *to = UINT64_MAX;
    return (o->from == NULL || read_n("--from", o->from, from))
           && (o->to == NULL || read_n("--to", o->to, to));
}

static int
cut(const char *dir, const struct options *o)
{
    uint64_t from, to;
    struct why why;
    struct tape t;
    struct stat st;

    if (!read_range(o, &from, &to))
        return EXIT_USAGE;
    if (o->out == NULL || stat(o->out, &st) == 0) {
        fprintf(stderr, "arb capture cut: --out: expected a folder that is "
                        "not there yet\n");
        return EXIT_USAGE;
    }
    if (!tape_open(&t, dir, from, &why))
        return fail(&why);
    int code = copy(&t, to, o->out);
    tape_close(&t);
    return code;
}

static int
export(const char *dir, const struct options *o)
{
    const struct schema *only = NULL;
    uint64_t from, to;
    struct why why;
    struct tape t;

    for (size_t i = 0; o->type != NULL && i < schema_all_count; i++)
        if (strcmp(schema_all[i]->name, o->type) == 0)
            only = schema_all[i];
    if ((o->type != NULL || o->csv) && only == NULL) {
        fprintf(stderr, "arb capture export: --type: expected the name of a "
                        "message\n");
        return EXIT_USAGE;
    }
    if (!read_range(o, &from, &to))
        return EXIT_USAGE;
    if (!tape_open(&t, dir, from, &why))
        return fail(&why);
    int code = tape_export(&t, to, only, o->csv);
    tape_close(&t);
    return code;
}

static int
import(const char *file, const struct options *o)
{
    return tape_import(file, &(struct tape_import){
        .out = o->out, .size = o->size, .at = o->at, .stated = o->stated });
}

static int
run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const char *dir, const struct options *o);
    } verbs[] = {
        { "info", info }, { "verify", check }, { "cut", cut },
        { "export", export }, { "import", import },
    };
    struct options o = { .out = NULL };
    const char *dir = NULL;
    const struct arg table[] = {
        { "--out", NULL, &o.out },   { "--from", NULL, &o.from },
        { "--to", NULL, &o.to },     { "--type", NULL, &o.type },
        { "--csv", &o.csv, NULL },   { "--size", NULL, &o.size },
        { "--at", NULL, &o.at },     { "--stated", &o.stated, NULL },
        { NULL, NULL, NULL },
    };

    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        if (!args_read(argc - 1, argv + 1, table, &dir))
            return EXIT_USAGE;
        if (dir != NULL)
            return verbs[i].run(dir, &o);
    }
    fprintf(stderr, "arb capture: expected info, verify, cut or export and a "
                    "folder, or import and a file; see --help\n");
    return EXIT_USAGE;
}

const struct cmd cmd_capture = {
    .name = "capture",
    .about = "what was recorded: info, verify, cut, export, import",
    .help =
        "usage: arb capture info|verify DIR\n"
        "       arb capture export DIR [--type MESSAGE [--csv]] [--from N] "
        "[--to N]\n"
        "       arb capture cut DIR --out NEW [--from N] [--to N]\n"
        "       arb capture import FILE [--out NEW] [--size N] [--stated] "
        "[--at TIME]\n"
        "\n"
        "DIR is the journal of a process: VAR/journal/scanner/inputs has all\n"
        "it heard of feed, .../facts what it found.  N counts records.\n"
        "info says what is in it, and what it costs; verify checks each sum\n"
        "and the chain, names damage by segment and offset and says what can\n"
        "be read before and behind it; export writes JSON lines, or CSV of\n"
        "one type; cut copies records into a folder of its own.\n"
        "\n"
        "import makes a recording for `arb scan --capture NEW --listed` of\n"
        "what others kept of the venue, a JSON text a line (.zst too, - =\n"
        "standard input): pages of Gamma's events or markets, answers of\n"
        "/books (bare, or as \"books\" or \"response\"), and polls with\n"
        "\"gamma_events\" and \"clob_quotes\".  A price without a size gets\n"
        "--size shares (100); a NO that is not quoted mirrors its YES;\n"
        "--stated takes bestBid and bestAsk of the listing for books, which\n"
        "they are not: they are old, and find what is not there.  --at is the\n"
        "time of what tells none (else when it was last updated).  A line\n"
        "that is none of these is refused with its number, the others hold.\n"
        "Exit codes: 0 done, 1 damage or the world failed, 2 bad usage.\n",
    .run = run,
};
