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

static bool
write_next(const char *next, const char *before, size_t size,
           const struct approval *a, struct why *why)
{
    int fd = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    FILE *f;
    bool ok;

    if (fd < 0 && errno == EEXIST)
        return why_set(why, "%.200s is there: another approval is under way, "
                            "or one died (then remove it)", next);
    if (fd < 0)
        return failed(why, next);
    f = fdopen(fd, "w");
    must(f != NULL);
    ok = fwrite(before, 1, size, f) == size;
    put_tie(f, a);
    ok = fflush(f) == 0 && ferror(f) == 0 && fsync(fd) == 0 && ok;
    if (!ok)
        (void)failed(why, next);
    if (fclose(f) != 0 && ok)
        ok = failed(why, next);
    if (!ok)
        (void)unlink(next);
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

bool
approve(const char *file, const struct approval *a, struct why *why)
{
    char next[PATH_MAX];
    struct conf_file before = { .text = NULL };
    struct complaints *bad = calloc(1, sizeof *bad);
    bool ok = is_sane(a, why);

    must(bad != NULL);
    if (ok && snprintf(next, sizeof next, "%s.new", file) >= PATH_MAX)
        ok = why_set(why, "%.200s...: the name is too long", file);
    if (ok && access(file, F_OK) == 0 && !conf_file_read(file, &before, bad))
        ok = why_set(why, "%.390s", bad->text);
    if (ok && write_next(next, before.text != NULL ? before.text : "",
                         before.size, a, why)) {
        ok = check_next(next, why);
        if (ok && rename(next, file) != 0)
            ok = failed(why, file);
        if (ok)
            ok = sync_folder(file, why);
        else
            (void)unlink(next);
    } else {
        ok = false;
    }
    free(before.text);
    free(bad);
    return ok;
}
