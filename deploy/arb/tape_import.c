/* tape_import - what others recorded, as a capture that `arb scan` reads */

#include "deploy/arb/tape.h"

#include "deploy/arb/cmd.h"
#include "feed/capture.h"
#include "feed/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool
read_import(const struct tape_import *o, struct import_options *to)
{
    *to = (struct import_options){ .size.micros = 100 * MICROS,
                                   .stated = o->stated };
    if (o->size != NULL &&
        (!micros_parse(o->size, strlen(o->size), &to->size.micros) ||
         to->size.micros <= 0 || to->size.micros > INT64_C(1000000) * MICROS)) {
        fprintf(stderr, "arb capture import: --size: expected shares, up to a "
                        "million, not '%s'\n", o->size);
        return false;
    }
    if (o->at != NULL && !import_time(o->at, &to->at)) {
        fprintf(stderr, "arb capture import: --at: expected a time like "
                        "2026-03-11T20:30:50Z, not '%s'\n", o->at);
        return false;
    }
    return true;
}

/* False when any line was refused: each with its place. */
static bool
import_all(struct import *x, const char *name, struct capture *file)
{
    struct why why = { "" };
    struct line line;
    uint64_t n = 0, refused = 0;
    int got;

    while ((got = capture_next(file, &line, &why)) == 1) {
        n++;
        if (line.s == NULL)
            why_set(&why, "%zu bytes, more than %u", line.size,
                    CAPTURE_LINE_CAP);
        else if (import_line(x, line.s, line.size, &why))
            continue;
        fprintf(stderr, "%s:%" PRIu64 ": %s\n", name, n, why.s);
        refused++;
    }
    if (got < 0)
        fprintf(stderr, "arb capture: %s\n", why.s);
    import_end(x);
    struct import_sum sum = import_sum(x);
    fprintf(stderr, "%" PRIu64 " lines: %" PRIu64 " events, %" PRIu64
            " markets, %" PRIu64 " books; %" PRIu64 " lines refused\n", n,
            sum.events, sum.markets, sum.books, refused);
    return got == 0 && refused == 0;
}

int
tape_import(const char *name, const struct tape_import *o)
{
    struct import_options opt;
    struct capture *file;
    struct import *x;
    struct why why;
    FILE *out = stdout;

    if (!read_import(o, &opt))
        return EXIT_USAGE;
    file = capture_open(name, &why);
    if (file == NULL) {
        fprintf(stderr, "arb capture: %s\n", why.s);
        return EXIT_WORLD;
    }
    if (o->out != NULL && (out = fopen(o->out, "wx")) == NULL) {
        perror(o->out);
        capture_close(&file);
        return EXIT_WORLD;
    }
    x = import_new(&opt, out);
    bool ok = import_all(x, name, file);
    import_destroy(&x);
    capture_close(&file);
    if (ferror(out) != 0 || (out == stdout ? fflush(out) : fclose(out)) != 0) {
        perror("arb capture import");
        ok = false;
    }
    return ok ? EXIT_OK : EXIT_WORLD;
}
