/* journal - the writing end: append, flush, sync, next segment */

/* The owner of a journal decides nothing before it is written here.  Records
 * gather in a buffer and leave in one write; a batch never spans two
 * segments, so a segment alone tells whether its last batch is whole.  The
 * disk failing is the end of the process: what the kernel says after a
 * failed fsync is worth nothing. */

#include "common/journal.h"

#include "common/digest.h"
#include "common/journal_own.h"
#include "common/log.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_CAP = 1 << 20 };

struct journal {
    char dir[SEGMENT_PATH_CAP];
    char path[SEGMENT_PATH_CAP];  /* Of the segment being written. */
    enum source src;
    uint64_t run;
    size_t segment_bytes;
    uint32_t keep;                /* Segments; 0 = all. */
    int fd;
    uint64_t size;                /* Of the file. */
    uint64_t n;
    uint8_t chain[CHAIN_SIZE];
    bool in_batch;
    bool dirty;                   /* Written, not synced. */
    uint64_t written;             /* Bytes in all, to tell old from new. */
    uint64_t begun;               /* How many when a sync was begun. */
    struct digest *digest;
    size_t used;
    uint8_t *buffer;
};

static _Noreturn void
die(const struct journal *j, const char *what)
{
    log_error("journal %s: %s: %s; stopping: what cannot be written down "
              "must not be done", j->path, what, strerror(errno));
    abort();
}

static void
write_all(struct journal *j, const uint8_t *b, size_t size)
{
    while (size > 0) {
        ssize_t r = pwrite(j->fd, b, size, (off_t)j->size);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            die(j, "write");
        b += r;
        size -= (size_t)r;
        j->size += (uint64_t)r;
        j->written += (uint64_t)r;
        j->dirty = true;
    }
}

static void
sync_file(struct journal *j)
{
    if (j->dirty && fdatasync(j->fd) != 0)
        die(j, "fdatasync");
    j->dirty = false;
}

static bool
sync_dir(const char *dir, struct why *why)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        why_set(why, "%s: %s", dir, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Room is taken ahead, so a full disk is found between batches; file systems
 * that cannot do that find it later. */
static bool
take_room(struct journal *j, struct why *why)
{
    if (fallocate(j->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)j->segment_bytes) != 0
        && errno == ENOSPC)
        return why_set(why, "%s: %s", j->path, strerror(errno));
    return true;
}

/* A new segment is on disk, with its name, before a record goes into it. */
static bool
begin_segment(struct journal *j, struct why *why)
{
    struct segment_head head = { (uint8_t)j->src, j->run, j->n + 1, { 0 } };
    uint8_t b[SEGMENT_HEAD];

    if (!segment_path(j->path, j->dir, j->n + 1, why))
        return false;
    j->fd = open(j->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (j->fd < 0)
        return why_set(why, "%s: %s", j->path, strerror(errno));
    if (!take_room(j, why))
        return false;
    memcpy(head.chain, j->chain, CHAIN_SIZE);
    segment_head_pack(&head, b);
    j->size = 0;
    write_all(j, b, sizeof b);
    sync_file(j);
    return sync_dir(j->dir, why);
}

/* Goes on with the segment that is there, cut at its last whole batch. */
static bool
resume_segment(struct journal *j, const struct tail *tail, struct why *why)
{
    if (!segment_path(j->path, j->dir, tail->first, why))
        return false;
    j->fd = open(j->path, O_RDWR | O_CLOEXEC);
    if (j->fd < 0)
        return why_set(why, "%s: %s", j->path, strerror(errno));
    j->size = tail->end;
    if (tail->end < tail->size
        && (ftruncate(j->fd, (off_t)tail->end) != 0 || fsync(j->fd) != 0))
        return why_set(why, "%s: %s", j->path, strerror(errno));
    /* What a dead owner wrote may never have reached the disk. */
    j->dirty = true;
    sync_file(j);
    return take_room(j, why);
}

/* The last one may be packed when somebody put a journal together from parts
 * (a backup of complete segments): then it is complete, and a new one begins
 * behind it. */
static bool
is_packed(const struct journal *j, const struct tail *tail)
{
    char path[SEGMENT_PATH_CAP];
    struct why why;
    struct stat st;

    return tail->end == tail->size && tail->n >= tail->first
           && segment_path(path, j->dir, tail->first, &why)
           && stat(path, &st) != 0 && errno == ENOENT
           && segment_exists(j->dir, tail->first, &st);
}

static void
drop_old_segments(struct journal *j)
{
    struct segments list;
    struct why why;

    if (j->keep == 0)
        return;
    if (!segments_list(j->dir, &list, &why)) {
        log_warn("journal: %s", why.s);
        return;
    }
    for (size_t i = 0; i + j->keep < list.count; i++)
        (void)segment_remove(j->dir, list.first[i]);
    free(list.first);
}

struct journal *
journal_open(const char *dir, enum source src, uint64_t run,
             size_t segment_bytes, uint64_t *cut, struct why *why)
{
    struct tail tail;

    must(segment_bytes >= SEGMENT_HEAD);
    *cut = 0;
    if (strlen(dir) >= SEGMENT_PATH_CAP) {
        why_set(why, "%s: the path is too long", dir);
        return NULL;
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        why_set(why, "%s: %s", dir, strerror(errno));
        return NULL;
    }
    if (!journal_walk(dir, src, &tail, why))
        return NULL;
    struct journal *j = calloc(1, sizeof *j);
    must(j);
    memcpy(j->dir, dir, strlen(dir) + 1);
    j->src = src;
    j->run = run;
    j->segment_bytes = segment_bytes;
    j->n = tail.n;
    memcpy(j->chain, tail.chain, CHAIN_SIZE);
    j->digest = digest_sha256();
    j->buffer = malloc(BUFFER_CAP);
    must(j->buffer);
    j->fd = -1;
    bool ok = tail.any && !is_packed(j, &tail)
                  ? resume_segment(j, &tail, why)
                  : begin_segment(j, why);
    if (!ok) {
        journal_close(&j);
        return NULL;
    }
    *cut = tail.size - tail.end;
    return j;
}

/* Only between batches. */
static void
next_segment(struct journal *j)
{
    struct why why;

    journal_sync(j);
    close(j->fd);
    if (!begin_segment(j, &why)) {
        log_error("journal: %s", why.s);
        die(j, "next segment");
    }
    drop_old_segments(j);
}

void
journal_keep(struct journal *j, uint32_t segments)
{
    j->keep = segments;
    drop_old_segments(j);
}

static bool
was_written_before(const char *dir, uint64_t first, struct nanos then)
{
    struct stat st;

    return segment_exists(dir, first, &st)
           && (wide)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec
                  < then.ns;
}

uint32_t
journal_cut(struct journal *j, uint64_t upto, struct nanos before)
{
    struct segments list;
    struct why why;
    uint32_t gone = 0;

    if (!segments_list(j->dir, &list, &why)) {
        log_warn("journal: %s", why.s);
        return 0;
    }
    for (; gone + 1 < list.count && list.first[gone + 1] - 1 <= upto; gone++)
        if (!was_written_before(j->dir, list.first[gone], before)
            || !segment_remove(j->dir, list.first[gone]))
            break;
    free(list.first);
    return gone;
}

void
journal_append(struct journal *j, uint16_t type, struct nanos mono,
               struct nanos wall, uint64_t trace, const uint8_t *body,
               size_t size, bool more)
{
    must(size <= RECORD_BODY_MAX);
    if (!j->in_batch && j->size + j->used >= j->segment_bytes)
        next_segment(j);
    if (j->used + RECORD_HEAD + size > BUFFER_CAP)
        journal_flush(j);
    struct record_head h = {
        .size = (uint32_t)size,
        .type = type,
        .flags = more ? RECORD_MORE : 0,
        .n = ++j->n,
        .run = j->run,
        .trace = trace,
        .mono = mono,
        .wall = wall,
    };
    uint8_t *b = j->buffer + j->used;
    chain_on(j->digest, j->chain, body, size, h.chain);
    memcpy(j->chain, h.chain, CHAIN_SIZE);
    if (size > 0)
        memcpy(b + RECORD_HEAD, body, size);
    record_head_pack(&h, b);
    j->used += RECORD_HEAD + size;
    j->in_batch = more;
}

void
journal_flush(struct journal *j)
{
    size_t used = j->used;

    j->used = 0;
    write_all(j, j->buffer, used);
}

void
journal_sync(struct journal *j)
{
    journal_flush(j);
    sync_file(j);
}

int
journal_sync_begin(struct journal *j)
{
    journal_flush(j);
    if (!j->dirty)
        return -1;
    int fd = fcntl(j->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        die(j, "dup");
    j->begun = j->written;
    return fd;
}

void
journal_sync_end(struct journal *j, int error)
{
    errno = error;
    if (error != 0)
        die(j, "fdatasync");
    /* What came since is for the next time. */
    if (j->begun == j->written)
        j->dirty = false;
}

uint64_t
journal_head(const struct journal *j)
{
    return j->n;
}

void
journal_close(struct journal **journal)
{
    struct journal *j = *journal;

    if (!j)
        return;
    if (j->fd >= 0) {
        must(!j->in_batch);
        journal_sync(j);
        /* Gives back the room taken ahead. */
        if (ftruncate(j->fd, (off_t)j->size) != 0)
            log_warn("journal %s: %s", j->path, strerror(errno));
        close(j->fd);
    }
    digest_destroy(&j->digest);
    free(j->buffer);
    free(j);
    *journal = NULL;
}
