/* disk - the log of a process: facts in the order they were written
 *
 * What is synced outlives a crash.  Of the rest the disk has any bytes: they
 * are written by the real journal, torn anywhere, what never arrived cut off,
 * empty or rubbish; and the real journal says what is left of them. */
#include "tests/world/world.h"

#include "common/journal_own.h"
#include "common/must.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENT_BYTES = 4 << 20, SECTOR = 512 };

/* A journal of the unsynced records alone. */
struct torn {
    char dir[40], path[SEGMENT_PATH_CAP];
    uint64_t keep;      /* Records whose batches end before the tear. */
};

void
log_append(struct log *l, uint16_t type, struct nanos mono,
           struct nanos wall, const void *body, size_t size, bool more)
{
    if (l->count == l->cap) {
        l->cap = l->cap == 0 ? 1024 : 2 * l->cap;
        l->at = realloc(l->at, l->cap * sizeof *l->at);
        must(l->at != NULL);
    }
    if (l->used + size > l->room) {
        l->room = 2 * (l->room + size + 4096);
        l->bytes = realloc(l->bytes, l->room);
        must(l->bytes != NULL && l->room < UINT32_MAX);
    }
    memcpy(l->bytes + l->used, body, size);
    l->at[l->count++] = (struct fact){ type, mono, wall, (uint32_t)l->used,
                                       (uint32_t)size, more };
    l->used += size;
}

void
node_read(struct world *w, const struct node *n, uint64_t i)
{
    const struct fact *f = &n->log.at[i];
    must(schema_unpack(schema_find(f->type), w->msg,
                       n->log.bytes + f->offset, f->size, NULL));
}

/* In memory, where there is such a place: nothing waits for a disk. */
static void
write_tail(struct torn *t, const struct log *l)
{
    struct why why;
    uint64_t cut;
    bool shm = access("/dev/shm", W_OK) == 0;
    snprintf(t->dir, sizeof t->dir, "%s/world-XXXXXX",
             shm ? "/dev/shm" : "/tmp");
    must(mkdtemp(t->dir) != NULL);
    must(segment_path(t->path, t->dir, 1, &why));
    struct journal *j = journal_open(t->dir, SOURCE_riskd, 1, SEGMENT_BYTES,
                                     &cut, &why);
    must(j != NULL);
    for (uint64_t i = l->synced; i < l->count; i++) {
        const struct fact *f = &l->at[i];
        journal_append(j, f->type, f->mono, f->wall, 0, l->bytes + f->offset,
                       f->size, f->more);
    }
    journal_close(&j);
}

/* From a byte on it is cut, empty, or rubbish for a sector.  Nothing whole
 * comes after that: the journal would call it damage, and not go on. */
static uint64_t
spoil(struct world *w, uint8_t *b, uint64_t size, uint64_t from)
{
    uint32_t how = chance_below(&w->chance, 3);
    uint64_t end = from + SECTOR < size && how == 2 ? from + SECTOR : size;
    if (how == 0 || from == size)
        return from;
    for (uint64_t i = from; i < end; i++)
        b[i] = how == 1 ? 0 : (uint8_t)chance_below(&w->chance, 256);
    return end;
}

static void
tear(struct world *w, struct torn *t, const struct log *l)
{
    struct stat st;
    int fd = open(t->path, O_RDWR | O_CLOEXEC);
    must(fd >= 0 && fstat(fd, &st) == 0);
    uint64_t size = (uint64_t)st.st_size, at = SEGMENT_HEAD, whole = at;
    uint8_t *was = malloc(size), *is = malloc(size);
    must(was && is && pread(fd, was, size, 0) == st.st_size);
    memcpy(is, was, size);
    uint64_t from = (uint64_t)chance_between(&w->chance, SEGMENT_HEAD,
                                             st.st_size);
    uint64_t left = spoil(w, is, size, from);
    while (from < left && is[from] == was[from])
        from++; /* By chance what was meant. */
    must(pwrite(fd, is, left, 0) == (ssize_t)left &&
         ftruncate(fd, (off_t)left) == 0);
    close(fd);
    free(was);
    free(is);
    for (uint64_t i = l->synced; i < l->count; i++) {
        at += RECORD_HEAD + l->at[i].size;
        if (at > from || l->at[i].more)
            continue;
        whole = at;
        t->keep = i + 1;
    }
    must(at == size);
    if (from > whole)
        world_hit(w, HIT_torn);
}

void
log_crash(struct world *w, struct log *l)
{
    struct torn t = { .keep = l->synced };
    uint64_t keep = l->synced;
    if (l->count > keep) {
        struct why why = { "" };
        uint64_t cut;
        write_tail(&t, l);
        tear(w, &t, l);
        struct journal *j = journal_open(t.dir, SOURCE_riskd, 2,
                                         SEGMENT_BYTES, &cut, &why);
        keep += j == NULL ? 0 : journal_head(j);
        journal_close(&j);
        must(unlink(t.path) == 0 && rmdir(t.dir) == 0);
        if (keep != t.keep)
            world_fail(w, "of a torn tail %llu records are left, not %llu: %s",
                       (unsigned long long)(keep - l->synced),
                       (unsigned long long)(t.keep - l->synced), why.s);
    }
    l->count = l->synced = keep;
    l->used = keep == 0 ? 0 : l->at[keep - 1].offset + l->at[keep - 1].size;
}
