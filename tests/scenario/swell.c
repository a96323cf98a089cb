/* swell - a journal of facts made as long as hours make it: swell DIR COUNT */

/* Copies of the opportunities that a scanner which does not run has written,
 * over and over, each with an id of its own, until the journal has so many
 * records.  What is open in it is closed by the next scanner; so the copies
 * are of those that ended.  Prints how many bytes it then has. */

#include "common/journal.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 4000, SEGMENT_BYTES = 64 << 20 };

struct swell {
    struct opportunity *at;  /* All words of scans that ended. */
    uint32_t count;
    uint64_t run, n;
    struct nanos mono, wall; /* Of the last record. */
    uint8_t *packed;
};

static bool
has_ended(const struct swell *s, const struct opportunity *m)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->at[i].state == OPP_STATE_closed &&
            uuid_equal(&s->at[i].scan_id, &m->scan_id))
            return true;
    return false;
}

/* Only from its first word on: what came before it was read is not here. */
static void
keep_ended(struct swell *s)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < s->count; i++)
        if (has_ended(s, &s->at[i]))
            s->at[kept++] = s->at[i];
    s->count = kept;
}

static bool
read_all(struct swell *s, const char *dir, struct why *why)
{
    struct journal_reader *reader = journal_read(dir, 0, why);
    struct record r;
    int got = 0;

    while (reader != NULL && (got = journal_next(reader, &r, why)) > 0) {
        s->run = r.run;
        s->n = r.n;
        s->mono = r.mono;
        s->wall = r.wall;
        if (r.type == TYPE_opportunity && s->count < KEPT &&
            opportunity_unpack(&s->at[s->count], r.body, r.body_size))
            s->count++;
    }
    journal_reader_close(&reader);
    return got == 0 && s->n > 0;
}

static void
append_one(struct swell *s, struct journal *j, uint32_t i, uint64_t round)
{
    struct opportunity m = s->at[i];

    for (unsigned k = 0; k < 4; k++) /* What is random of it. */
        m.scan_id.b[8 + k] ^= (uint8_t)(round >> (8 * k));
    s->mono.ns += 1000;
    s->wall.ns += 1000;
    size_t size = opportunity_pack(&m, s->packed, PACKED_CAP);
    must(size > 0);
    journal_append(j, TYPE_opportunity, s->mono, s->wall, 0, s->packed, size,
                   false);
}

int
main(int argc, char **argv)
{
    struct swell s = { .at = calloc(KEPT, sizeof *s.at),
                       .packed = malloc(PACKED_CAP) };
    struct why why = { "nothing in it" };
    uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0, cut;

    must(s.at != NULL && s.packed != NULL);
    if (count == 0 || !read_all(&s, argv[1], &why)) {
        fprintf(stderr, "swell DIR COUNT: %s\n", why.s);
        return 1;
    }
    keep_ended(&s);
    struct journal *j = journal_open(argv[1], SOURCE_scanner, s.run,
                                     SEGMENT_BYTES, &cut, &why);
    if (j == NULL || s.count == 0) {
        fprintf(stderr, "swell: %s\n", j == NULL ? why.s : "none ended");
        return 1;
    }
    for (uint64_t round = 1; s.n < count; round++)
        for (uint32_t i = 0; i < s.count && s.n < count; i++, s.n++)
            append_one(&s, j, i, round);
    journal_sync(j);
    journal_close(&j);
    printf("%" PRIu64 "\n", journal_bytes(argv[1]));
    free(s.at);
    free(s.packed);
    return 0;
}
