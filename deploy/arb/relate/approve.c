/* approve - relations.yaml: one relation more, and what stands in it */

#include "deploy/arb/relate/approve.h"

#include "common/conf_file.h"
#include "common/must.h"
#include "proto/render.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUOTED_CAP = 1600 };

static bool
failed(struct why *why, const char *file)
{
    return why_set(why, "%.200s: %s", file, strerror(errno));
}

/* JSON's quotes are YAML's. */
static void
put_key(FILE *f, const char *key, const char *value)
{
    char text[QUOTED_CAP];

    must(json_quote(value, strlen(value), text, sizeof text) > 0);
    fprintf(f, "  %s: %s\n", key, text);
}

static void
put_tie(FILE *f, const struct approval *a)
{
    char hex[HASH_TEXT_CAP];

    fprintf(f, "\n%s:\n", a->id);
    put_key(f, "kind", a->kind);
    fprintf(f, "  markets: [");
    for (uint32_t i = 0; i < a->count; i++)
        fprintf(f, "%s\"%s\"", i > 0 ? ", " : "", a->markets[i].s);
    fprintf(f, "]\n  texts: [");
    for (uint32_t i = 0; i < a->count; i++)
        fprintf(f, "%s\n    \"%s\"", i > 0 ? "," : "",
                hash_format(&a->texts[i], hex));
    fprintf(f, "]\n");
    put_key(f, "source", a->source);
    put_key(f, "cutoff", a->cutoff);
    put_key(f, "void", a->voided);
    put_key(f, "reviewed_by", a->by);
    put_key(f, "reviewed_at", a->when);
}

/* A name, and texts that a line holds; the rest is for who reads the file. */
static bool
is_sane(const struct approval *a, struct why *why)
{
    const char *said[] = { a->source, a->cutoff, a->voided, a->by };

    if (a->id[0] == '\0' || strlen(a->id) > 60 ||
        a->id[strspn(a->id, "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] != '\0')
        return why_set(why, "--id: expected at most 60 letters, digits, - "
                            "and _");
    for (uint32_t i = 0; i < a->count; i++)
        if (strpbrk(a->markets[i].s, "\"\\") != NULL)
            return why_set(why, "--markets: expected ids, no quotes");
    for (uint32_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (said[i][0] == '\0' || strlen(said[i]) > 200)
            return why_set(why, "--source, --cutoff, --void, --by: expected "
                                "1 to 200 bytes each");
    return true;
}

/* The lock too: held from before the file is read until it was put in its
 * place, or nobody's.  -1: somebody has it. */
static int
open_next(const char *next, struct why *why)
{
    int fd = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (fd < 0 && errno == EEXIST)
        (void)why_set(why, "%.200s is there: another approval is under way, "
                           "or one died (then remove it)", next);
    else if (fd < 0)
        (void)failed(why, next);
    return fd;
}

static bool
write_next(int fd, const char *next, const struct conf_file *before,
           const struct approval *a, struct why *why)
{
    FILE *f = fdopen(fd, "w");
    bool ok;

    must(f != NULL);
    ok = before->text == NULL ||
         fwrite(before->text, 1, before->size, f) == before->size;
    put_tie(f, a);
    ok = fflush(f) == 0 && ferror(f) == 0 && fsync(fd) == 0 && ok;
    if (!ok)
        (void)failed(why, next);
    if (fclose(f) != 0 && ok)
        ok = failed(why, next);
    return ok;
}

static bool
check_next(const char *next, struct why *why)
{
    struct complaints *bad = calloc(1, sizeof *bad);
    struct ties *t;
    bool ok;

    must(bad != NULL);
    t = ties_read(next, bad);
    ok = t != NULL || why_set(why, "%.390s", bad->text);
    ties_destroy(&t);
    free(bad);
    return ok;
}

/* The rename itself is on disk only with its folder. */
static bool
sync_folder(const char *file, struct why *why)
{
    char folder[PATH_MAX];
    char *end;
    int fd;
    bool ok;

    must(snprintf(folder, sizeof folder, "%s", file) < PATH_MAX);
    end = strrchr(folder, '/');
    if (end == NULL)
        memcpy(folder, ".", 2);
    else
        end[end == folder] = '\0';
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        (void)failed(why, folder);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* next is ours: written, read back and put in the place of file. */
static bool
replace(int fd, const char *next, const char *file, const struct approval *a,
        struct complaints *bad, struct why *why)
{
    struct conf_file before = { .text = NULL };
    bool ok = access(file, F_OK) != 0 || conf_file_read(file, &before, bad) ||
              why_set(why, "%.390s", bad->text);

    if (!ok)
        close(fd);
    ok = ok && write_next(fd, next, &before, a, why) && check_next(next, why);
    if (ok && rename(next, file) != 0)
        ok = failed(why, file);
    if (!ok)
        (void)unlink(next);
    free(before.text);
    return ok && sync_folder(file, why);
}

bool
approve(const char *file, const struct approval *a, struct why *why)
{
    char next[PATH_MAX];
    struct complaints *bad;

    if (!is_sane(a, why))
        return false;
    if (snprintf(next, sizeof next, "%s.new", file) >= PATH_MAX)
        return why_set(why, "%.200s...: the name is too long", file);
    int fd = open_next(next, why);
    if (fd < 0)
        return false;
    bad = calloc(1, sizeof *bad);
    must(bad != NULL);
    bool ok = replace(fd, next, file, a, bad, why);
    free(bad);
    return ok;
}
