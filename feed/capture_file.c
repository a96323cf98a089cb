/* capture_file - a recording as lines, unpacked on the way (zstd's door) */

/* The file is read in pieces and, when it starts with zstd's magic number,
 * unpacked on the way; several frames in a row are one stream.  A line longer
 * than the cap is skipped to its end without being kept, so memory stays
 * bounded whatever the file holds. */

#include "feed/capture.h"

#include "common/must.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { PIECE = 1 << 17 };

struct capture {
    FILE *file;
    ZSTD_DStream *unpack;     /* NULL for plain text. */
    size_t frame_left;        /* What zstd still wants of its frame; 0 =
                                 between frames. */
    char *in, *out;           /* PIECE bytes each. */
    size_t in_at, in_size, out_at, out_size;
    char *line;
    size_t line_size, line_cap;
    bool ended;
};

static size_t
read_piece(struct capture *c)
{
    c->in_at = 0;
    c->in_size = fread(c->in, 1, PIECE, c->file);
    return c->in_size;
}

struct capture *
capture_open(const char *file, struct why *why)
{
    static const unsigned char magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };
    FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "rb");

    if (!f) {
        why_set(why, "%s: %s", file, strerror(errno));
        return NULL;
    }
    struct capture *c = calloc(1, sizeof *c);
    must(c);
    c->file = f;
    c->in = malloc(PIECE);
    c->out = malloc(PIECE);
    must(c->in && c->out);
    read_piece(c);
    if (ferror(f)) {
        why_set(why, "%s: %s", file, strerror(errno));
        capture_close(&c);
        return NULL;
    }
    if (c->in_size >= sizeof magic &&
        memcmp(c->in, magic, sizeof magic) == 0) {
        c->unpack = ZSTD_createDStream();
        must(c->unpack);
    }
    return c;
}

/* More text at out; 0 the end, -1 damage. */
static int
next_text(struct capture *c, struct why *why)
{
    c->out_at = c->out_size = 0;
    while (c->out_size == 0) {
        if (c->in_at == c->in_size && read_piece(c) == 0) {
            if (ferror(c->file))
                return why_set(why, "cannot be read: %s", strerror(errno)),
                       -1;
            if (c->unpack && c->frame_left != 0)
                return why_set(why, "ends inside a zstd frame"), -1;
            return 0;
        }
        if (!c->unpack) {
            memcpy(c->out, c->in, c->in_size);
            c->out_size = c->in_size;
            c->in_at = c->in_size;
            return 1;
        }
        ZSTD_inBuffer from = { c->in, c->in_size, c->in_at };
        ZSTD_outBuffer to = { c->out, PIECE, 0 };
        size_t left = ZSTD_decompressStream(c->unpack, &to, &from);
        if (ZSTD_isError(left))
            return why_set(why, "not good zstd: %s", ZSTD_getErrorName(left)),
                   -1;
        c->frame_left = left;
        c->in_at = from.pos;
        c->out_size = to.pos;
    }
    return 1;
}

/* Keeps size bytes of the line, unless it is too long already. */
static void
keep(struct capture *c, const char *s, size_t size)
{
    size_t need = c->line_size + size;

    if (size > 0 && need <= CAPTURE_LINE_CAP) {
        if (need > c->line_cap) {
            c->line_cap = need < 4096 ? 4096 : need * 2;
            c->line = realloc(c->line, c->line_cap);
            must(c->line);
        }
        memcpy(c->line + c->line_size, s, size);
    }
    c->line_size = need;
}

static int
give(struct capture *c, struct line *line)
{
    if (c->line_size > CAPTURE_LINE_CAP) {
        *line = (struct line){ NULL, c->line_size };
        return 1;
    }
    size_t size = c->line_size;
    if (size > 0 && c->line[size - 1] == '\r')
        size--;
    *line = (struct line){ size > 0 ? c->line : "", size };
    return 1;
}

int
capture_next(struct capture *c, struct line *line, struct why *why)
{
    c->line_size = 0;
    while (!c->ended) {
        if (c->out_at == c->out_size) {
            int got = next_text(c, why);
            if (got < 0) {
                c->ended = true;
                return -1;
            }
            if (got == 0) {
                c->ended = true;
                break;
            }
        }
        char *from = c->out + c->out_at;
        size_t size = c->out_size - c->out_at;
        char *newline = memchr(from, '\n', size);
        keep(c, from, newline ? (size_t)(newline - from) : size);
        c->out_at += newline ? (size_t)(newline - from) + 1 : size;
        if (newline && c->line_size > 0)
            return give(c, line);
    }
    /* The last line may lack its newline. */
    return c->line_size > 0 ? give(c, line) : 0;
}

void
capture_close(struct capture **c)
{
    if (!*c)
        return;
    if ((*c)->file != stdin)
        fclose((*c)->file);
    ZSTD_freeDStream((*c)->unpack);
    free((*c)->in);
    free((*c)->out);
    free((*c)->line);
    free(*c);
    *c = NULL;
}
