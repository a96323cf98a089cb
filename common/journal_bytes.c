/* journal_bytes - heads, sums and names of journal segments */

/* Everything that knows where a byte stands.  Little endian whatever the
 * machine, so a journal can be read anywhere. */

#include "common/digest.h"
#include "common/journal_own.h"
#include "common/must.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[8] = { 'D', 'B', 'J', 'O', 'U', 'R', 'N', '1' };

enum { FORMAT_VERSION = 1, HEAD_CRC_AT = 60, SEGMENTS_MAX = 1 << 20 };

/* One move each, the size being known where it is called. */
static inline void
put(uint8_t *b, uint64_t v, size_t size)
{
    v = htole64(v);
    memcpy(b, &v, size);
}

static inline uint64_t
get(const uint8_t *b, size_t size)
{
    uint64_t v = 0;

    memcpy(&v, b, size);
    return le64toh(v);
}

void
segment_head_pack(const struct segment_head *h, uint8_t b[SEGMENT_HEAD])
{
    memset(b, 0, SEGMENT_HEAD);
    memcpy(b, magic, sizeof magic);
    put(b + 8, FORMAT_VERSION, 4);
    b[12] = h->src;
    put(b + 16, h->run, 8);
    put(b + 24, h->first, 8);
    memcpy(b + 32, h->chain, CHAIN_SIZE);
    put(b + HEAD_CRC_AT, crc32c(0, b, HEAD_CRC_AT), 4);
}

bool
segment_head_unpack(struct segment_head *h, const uint8_t b[SEGMENT_HEAD])
{
    if (memcmp(b, magic, sizeof magic) != 0
        || get(b + 8, 4) != FORMAT_VERSION
        || get(b + HEAD_CRC_AT, 4) != crc32c(0, b, HEAD_CRC_AT))
        return false;
    h->src = b[12];
    h->run = get(b + 16, 8);
    h->first = get(b + 24, 8);
    memcpy(h->chain, b + 32, CHAIN_SIZE);
    return true;
}

void
record_head_pack(const struct record_head *h, uint8_t *b)
{
    put(b, h->size, 4);
    put(b + 8, h->type, 2);
    put(b + 10, h->flags, 2);
    put(b + 12, h->n, 8);
    put(b + 20, h->run, 8);
    put(b + 28, (uint64_t)h->mono.ns, 8);
    put(b + 36, (uint64_t)h->wall.ns, 8);
    put(b + 44, h->trace, 8);
    memcpy(b + 52, h->chain, CHAIN_SIZE);
    put(b + 4, crc32c(0, b + RECORD_CRC_FROM,
                      RECORD_HEAD - RECORD_CRC_FROM + h->size), 4);
}

void
record_head_unpack(struct record_head *h, const uint8_t b[RECORD_HEAD])
{
    h->size = (uint32_t)get(b, 4);
    h->crc = (uint32_t)get(b + 4, 4);
    h->type = (uint16_t)get(b + 8, 2);
    h->flags = (uint16_t)get(b + 10, 2);
    h->n = get(b + 12, 8);
    h->run = get(b + 20, 8);
    h->mono.ns = (int64_t)get(b + 28, 8);
    h->wall.ns = (int64_t)get(b + 36, 8);
    h->trace = get(b + 44, 8);
    memcpy(h->chain, b + 52, CHAIN_SIZE);
}

bool
record_sum_is_right(const struct record_head *h, const uint8_t *b)
{
    must(h->size <= RECORD_BODY_MAX);
    return h->crc == crc32c(0, b + RECORD_CRC_FROM,
                            RECORD_HEAD - RECORD_CRC_FROM + h->size);
}

void
chain_on(struct digest *d, const uint8_t before[CHAIN_SIZE],
         const uint8_t *body, size_t size, uint8_t out[CHAIN_SIZE])
{
    uint8_t sum[32];

    digest_start(d);
    digest_add(d, before, CHAIN_SIZE);
    digest_add(d, body, size);
    digest_end(d, sum);
    memcpy(out, sum, CHAIN_SIZE);
}

/* "<16 hex digits>.seg", or that and ".zst"; and nothing else. */
static bool
parse_name(const char *name, uint64_t *first)
{
    uint64_t v = 0;

    for (int i = 0; i < 16; i++) {
        char c = name[i];
        if (c >= '0' && c <= '9')
            v = v << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            v = v << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    *first = v;
    return strcmp(name + 16, ".seg") == 0
           || strcmp(name + 16, ".seg.zst") == 0;
}

static int
compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* A segment that is being packed may be there twice. */
static void
drop_twins(struct segments *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || list->first[kept - 1] != list->first[i])
            list->first[kept++] = list->first[i];
    list->count = kept;
}

bool
segments_list(const char *dir, struct segments *out, struct why *why)
{
    size_t cap = 0;
    DIR *d = opendir(dir);

    *out = (struct segments){ NULL, 0 };
    if (!d)
        return why_set(why, "%s: %s", dir, strerror(errno));
    for (struct dirent *e; (e = readdir(d));) {
        uint64_t first;
        if (!parse_name(e->d_name, &first) || out->count == SEGMENTS_MAX)
            continue;
        if (out->count == cap) {
            cap = cap ? cap * 2 : 16;
            out->first = realloc(out->first, cap * sizeof *out->first);
            must(out->first);
        }
        out->first[out->count++] = first;
    }
    closedir(d);
    if (out->count > 1)
        qsort(out->first, out->count, sizeof *out->first, compare);
    drop_twins(out);
    return true;
}

bool
segment_path(char path[SEGMENT_PATH_CAP], const char *dir, uint64_t first,
             struct why *why)
{
    int n = snprintf(path, SEGMENT_PATH_CAP, "%s/%016llx.seg", dir,
                     (unsigned long long)first);

    if (n < 0 || n >= SEGMENT_PATH_CAP)
        return why_set(why, "%s: the path is too long", dir);
    return true;
}
