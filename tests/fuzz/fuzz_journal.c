/* fuzz_journal - a journal made of any bytes; links: proto common */

/* The input is cut into up to three segments of one folder (first byte: how
 * many; the names are what a right journal would have, or not).  A reader
 * takes what it gives; then an owner opens it, and what it took over must
 * read back whole. */

#include "common/digest.h"
#include "common/journal.h"
#include "common/journal_own.h"
#include "common/log.h"
#include "common/must.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64];

static void
remove_folder(void)
{
    rmdir(dir);
}

static void
make_folder_once(void)
{
    if (dir[0])
        return;
    /* In memory where there is such a place: thousands of files a second. */
    snprintf(dir, sizeof dir, "%s/fuzz_journal_XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    must(mkdtemp(dir));
    log_open("fuzz", LOG_ERROR + 1);
    atexit(remove_folder);
}

static void
store(uint64_t first, const uint8_t *b, size_t size)
{
    char path[SEGMENT_PATH_CAP];

    must(segment_path(path, dir, first, NULL));
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0);
    must(write(fd, b, size) == (ssize_t)size);
    close(fd);
}

static void
remove_segments(void)
{
    struct segments list;
    char path[SEGMENT_PATH_CAP];

    must(segments_list(dir, &list, NULL));
    for (size_t i = 0; i < list.count; i++) {
        must(segment_path(path, dir, list.first[i], NULL));
        unlink(path);
    }
    free(list.first);
}

/* Every record handed out has the next number; how many there were. */
static uint64_t
read_on(uint64_t from, int *last)
{
    struct journal_reader *r = journal_read(dir, from, NULL);
    struct record rec;
    uint64_t n = from - 1;

    *last = -1;
    if (!r)
        return 0;
    while ((*last = journal_next(r, &rec, NULL)) > 0) {
        must(rec.n == ++n);
        must(rec.body_size <= RECORD_BODY_MAX);
        volatile uint8_t sum = 0; /* Touch it all. */
        for (uint32_t i = 0; i < rec.body_size; i++)
            sum = (uint8_t)(sum + rec.body[i]);
    }
    journal_reader_close(&r);
    return n - (from - 1);
}

/* The number a head claims, so that mutations of it find their file. */
static uint64_t
claimed_first(const uint8_t *b, size_t size)
{
    struct segment_head h;

    if (size < SEGMENT_HEAD || !segment_head_unpack(&h, b) || h.first == 0)
        return 1;
    return h.first;
}

/* Sums and chain made right, or no mutation would ever get past them. */
static void
mend(uint8_t *b, size_t size)
{
    static struct digest *digest;
    struct record_head h;
    struct segment_head head = { SOURCE_riskd, 1, 1, { 0 } };
    uint8_t chain[CHAIN_SIZE] = { 0 };
    size_t off = SEGMENT_HEAD;

    if (size < SEGMENT_HEAD)
        return;
    if (!digest)
        digest = digest_sha256();
    segment_head_pack(&head, b);
    while (size - off >= RECORD_HEAD) {
        record_head_unpack(&h, b + off);
        if (h.size > RECORD_BODY_MAX || h.size > size - off - RECORD_HEAD)
            return;
        chain_on(digest, chain, b + off + RECORD_HEAD, h.size, h.chain);
        memcpy(chain, h.chain, CHAIN_SIZE);
        record_head_pack(&h, b + off);
        off += RECORD_HEAD + h.size;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t cut;
    int last;

    if (size < 1 || size > 1 << 16)
        return 0;
    make_folder_once();
    uint8_t *copy = malloc(size);
    must(copy);
    memcpy(copy, data, size);
    unsigned parts = copy[0] % 3 + 1;
    if (copy[0] & 0x80)
        mend(copy + 1, size - 1);
    size_t each = (size - 1) / parts;
    for (unsigned i = 0; i < parts; i++)
        store(claimed_first(copy + 1 + i * each, each) + (copy[0] & 4) * i,
              copy + 1 + i * each, each);
    free(copy);
    read_on(1, &last);
    read_on(3, &last);
    struct journal *j = journal_open(dir, SOURCE_riskd, 2, 4096, &cut, NULL);
    if (j) {
        uint64_t head = journal_head(j);
        uint8_t body[3] = { 1, 2, 3 };
        journal_append(j, 1, (struct nanos){ 1 }, (struct nanos){ 2 }, 3,
                       body, sizeof body, false);
        journal_close(&j);
        read_on(head + 1, &last);
        must(last == 0);
    }
    remove_segments();
    return 0;
}
