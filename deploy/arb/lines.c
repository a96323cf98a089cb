/* lines - one JSON object a line in, one a line out */
#include "deploy/arb/lines.h"

#include "deploy/arb/cmd.h"

#include "common/must.h"
#include "common/secret.h"
#include "proto/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line without its end; what does not fit is read and counted.  False at
 * the end of the input. */
static bool
next_line(char *line, size_t *size)
{
    size_t n = 0;
    int c = getc_unlocked(stdin);

    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n'; c = getc_unlocked(stdin), n++)
        if (n < LINE_CAP)
            line[n] = (char)c;
    *size = n;
    return true;
}

size_t
line_refuse(const struct why *why, char out[LINE_OUT_CAP])
{
    size_t used = (size_t)snprintf(out, LINE_OUT_CAP, "{\"error\":");

    used += json_quote(why->s, strlen(why->s), out + used,
                       LINE_OUT_CAP - used);
    used += (size_t)snprintf(out + used, LINE_OUT_CAP - used, "}");
    must(used < LINE_OUT_CAP);
    return used;
}

static size_t
too_long(char out[LINE_OUT_CAP])
{
    struct why why;

    (void)why_set(&why, "a line of more than %d bytes", LINE_CAP);
    return line_refuse(&why, out);
}

int
lines_answer(line_fn *answer, const void *arg)
{
    char *line = malloc(LINE_CAP), *out = malloc(LINE_OUT_CAP);
    bool ok = true;
    size_t size;

    must(line && out);
    while (ok && next_line(line, &size)) {
        size_t used = size > LINE_CAP ? too_long(out)
                                      : answer(arg, line, size, out);
        out[used++] = '\n';
        ok = fwrite(out, 1, used, stdout) == used && fflush(stdout) == 0;
    }
    if (ferror(stdin))
        fprintf(stderr, "arb: standard input cannot be read\n");
    secret_wipe(line, LINE_CAP); /* May have held an API secret. */
    free(line);
    free(out);
    return ok && !ferror(stdin) ? EXIT_OK : EXIT_WORLD;
}
