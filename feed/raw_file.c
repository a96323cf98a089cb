/* raw_file - frames as they came, a JSON line each, for later scans */

/* A help for people, not a journal: a full disk or a file that has grown to
 * its limit ends the writing, with one warning, and trading goes on. */

#include "feed/raw_file.h"

#include "common/log.h"
#include "common/must.h"
#include "proto/render.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct raw_file {
    FILE *file;          /* NULL once it was given up. */
    uint64_t size, most;
    char *quoted;
    size_t cap;
};

struct raw_file *
raw_file_open(const char *path, uint64_t most_mb)
{
    FILE *file = fopen(path, "ab");

    if (!file) {
        log_warn("raw capture: %s: %s", path, strerror(errno));
        return NULL;
    }
    struct raw_file *r = calloc(1, sizeof *r);
    must(r);
    r->file = file;
    r->most = most_mb << 20;
    long at = ftell(file);
    r->size = at > 0 ? (uint64_t)at : 0;
    return r;
}

static void
give_up(struct raw_file *r, const char *why)
{
    log_warn("raw capture ends: %s", why);
    fclose(r->file);
    r->file = NULL;
}

void
raw_file_write(struct raw_file *r, struct nanos wall, const char *s,
               size_t size)
{
    size_t need = size * 6 + 3; /* Every byte as \u00XX, quotes. */

    if (!r->file)
        return;
    if (need > r->cap) {
        free(r->quoted);
        r->quoted = malloc(need);
        must(r->quoted);
        r->cap = need;
    }
    size_t quoted = json_quote(s, size, r->quoted, r->cap);
    if (quoted == 0)
        return;
    int head = fprintf(r->file, "{\"recv_wall_ts\":%lld,"
                                "\"source\":\"polymarket_clob\",\"payload\":",
                       (long long)(wall.ns / 1000000));
    if (head < 0 || fwrite(r->quoted, 1, quoted, r->file) != quoted ||
        fputs("}\n", r->file) < 0) {
        give_up(r, strerror(errno));
        return;
    }
    r->size += (uint64_t)head + quoted + 2;
    if (r->size >= r->most)
        give_up(r, "the file has reached feed.raw_capture_mb");
}

void
raw_file_close(struct raw_file **r)
{
    if (!*r)
        return;
    if ((*r)->file)
        fclose((*r)->file);
    free((*r)->quoted);
    free(*r);
    *r = NULL;
}
