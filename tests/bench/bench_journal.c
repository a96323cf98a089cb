/* bench_journal - records on disk, against a bare file doing the same
 *
 * The floor writes as many bytes to a file of its own whose room was taken
 * ahead too, and syncs as often; it neither numbers, sums nor chains them. */
#include "tests/bench/bench.h"

#include "common/journal.h"
#include "common/must.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BODY = 200, HEAD = 60, ROOM = 64 << 20, GROUP = 64, SYNCS = 1500 };

struct journals {
    struct journal *journal;
    int fd;
    off_t at;
    uint8_t body[BODY];
};

static void
append(struct journals *j)
{
    journal_append(j->journal, TYPE_intent, (struct nanos){ 1 },
                   (struct nanos){ 2 }, 3, j->body, BODY, false);
}

static void
append_synced(struct journals *j)
{
    append(j);
    journal_sync(j->journal);
}

static void
bare_write(struct journals *j, const void *bytes, size_t size)
{
    must(pwrite(j->fd, bytes, size, j->at) == (ssize_t)size);
    j->at = (j->at + (off_t)size) % ROOM;
}

static void
bare_synced(struct journals *j)
{
    uint8_t record[HEAD + BODY] = { 0 };
    memcpy(record + HEAD, j->body, BODY);
    bare_write(j, record, sizeof record);
    must(fdatasync(j->fd) == 0);
}

/* In turn, one by one: a disk is never twice the same. */
static void
measure_syncs(struct journals *j)
{
    static double a[SYNCS], b[SYNCS];
    for (int i = 0; i < SYNCS; i++) {
        int64_t from = bench_now();
        append_synced(j);
        int64_t between = bench_now();
        bare_synced(j);
        a[i] = (double)(between - from);
        b[i] = (double)(bench_now() - between);
    }
    bench_line("journal_append_sync", "ns", bench_median(a, SYNCS),
               bench_median(b, SYNCS));
}

/* What a turn of 64 inputs costs: appended one by one, written together. */
static void
append_only(void *arg, uint64_t n)
{
    struct journals *j = arg;
    for (uint64_t i = 0; i < n; i += GROUP) {
        for (int k = 0; k < GROUP; k++)
            append(j);
        journal_flush(j->journal);
    }
}

static void
bare_only(void *arg, uint64_t n)
{
    struct journals *j = arg;
    static uint8_t block[GROUP * (HEAD + BODY)];
    for (uint64_t i = 0; i < n; i += GROUP) {
        for (int k = 0; k < GROUP; k++)
            memcpy(block + k * (HEAD + BODY) + HEAD, j->body, BODY);
        bare_write(j, block, sizeof block);
    }
}

void
bench_journal(const char *dir)
{
    char path[300];
    struct journals j = { 0 };
    struct why why;
    uint64_t cut;
    snprintf(path, sizeof path, "%s/journal", dir);
    j.journal = journal_open(path, SOURCE_executor, 1, ROOM, &cut, &why);
    snprintf(path, sizeof path, "%s/bare", dir);
    j.fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    must(j.journal != NULL && j.fd >= 0);
    must(fallocate(j.fd, FALLOC_FL_KEEP_SIZE, 0, ROOM) == 0);
    measure_syncs(&j);
    bench_ns("journal_append", 64 * GROUP, append_only, bare_only, &j);
    journal_close(&j.journal);
    close(j.fd);
}
