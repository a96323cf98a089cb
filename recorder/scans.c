/* scans - the opportunities of a batch, into fact_arb_scan
 *
 * Of an opportunity that a batch has several revisions of, the last is
 * written.  One that opens in this batch cannot be in the table: the cursor,
 * moved in the same transaction, stood before it.  So its row goes there by
 * COPY, without a look at what is there; the server reads rows while the next
 * ones are made.  Revisions of those opened before go through a table of the
 * session's own and are merged (migrations/011_parts.sql), and so do all when
 * the cursor was set back. */
#include "recorder/scans.h"

#include "common/digest.h"
#include "common/must.h"
#include "recorder/cells.h"
#include "recorder/markets.h"
#include "recorder/scan_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 * 1024, ID_SIZE = 4 + sizeof(struct uuid) };

/* An opportunity of the batch. */
struct seen {
    bool used, opens;
    uint32_t last;        /* Index of its last record. */
    struct uuid scan_id;
    struct nanos opened;
};

struct scans {
    struct markets *markets;
    struct opportunity msg;
    uint32_t cap, count;  /* Slots, a power of two; used of them. */
    struct seen *seen;
    int64_t oldest;       /* The first of them opened then. */
    uint32_t bonds;
    uint8_t *ids;         /* Room for the ids of a batch as an array. */
    size_t used;
    uint8_t bytes[PIECE + SCAN_ROW_CAP];
};

struct scans *
scans_new(void)
{
    struct scans *s = calloc(1, sizeof *s);
    must(s != NULL);
    s->markets = markets_new();
    return s;
}

void
scans_destroy(struct scans **s)
{
    if (*s == NULL)
        return;
    markets_destroy(&(*s)->markets);
    free((*s)->seen);
    free((*s)->ids);
    free(*s);
    *s = NULL;
}

bool
scans_begin(struct pg *pg, struct why *why)
{
    return pg_exec(pg, "CREATE TEMP TABLE IF NOT EXISTS scan_again (LIKE "
                       "fact_arb_scan) ON COMMIT DELETE ROWS", why);
}

bool
batch_unpack(const struct batch *b, const struct kept *k,
             const struct schema *sc, void *msg, struct why *why)
{
    const char *bad = NULL;
    return schema_unpack_kept(sc, msg, b->bytes + k->offset, k->size, &bad) ||
           why_set(why, "%s record %" PRIu64 ": %s: bad field %s",
                   enum_word(&source_words, owner_source(b->owner)), k->n,
                   sc->name, bad);
}

static void
begin(struct scans *s, const struct batch *b)
{
    uint32_t cap = 64;
    while (cap < 2 * b->count)
        cap *= 2;
    if (cap > s->cap) {
        free(s->seen);
        free(s->ids);
        s->seen = malloc(cap * sizeof *s->seen);
        s->ids = malloc(20 + (size_t)cap * ID_SIZE);
        must(s->seen != NULL && s->ids != NULL);
        s->cap = cap;
    }
    memset(s->seen, 0, s->cap * sizeof *s->seen);
    s->count = s->bonds = 0;
    s->oldest = INT64_MAX;
    uint64_t tokens = (uint64_t)b->count * legs_cap;
    markets_begin(s->markets,
                  tokens < MARKETS_CAP ? (uint32_t)tokens : MARKETS_CAP);
}

static struct seen *
find(struct scans *s, const struct opportunity *o)
{
    uint32_t i = crc32c(0, &o->scan_id, sizeof o->scan_id);
    for (i &= s->cap - 1; s->seen[i].used; i = (i + 1) & (s->cap - 1))
        if (memcmp(&s->seen[i].scan_id, &o->scan_id,
                   sizeof o->scan_id) == 0 &&
            s->seen[i].opened.ns == o->opened.ns)
            break;
    return &s->seen[i];
}

bool
scans_look(struct scans *s, struct parts *parts, const struct batch *b,
             struct why *why)
{
    begin(s, b);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct opportunity *o = &s->msg;
        if (b->at[i].type != TYPE_opportunity)
            continue;
        if (!batch_unpack(b, &b->at[i], &opportunity_schema, &s->msg, why))
            return false;
        struct seen *of = find(s, o);
        s->count += !of->used;
        s->bonds += !of->used && o->strategy == STRATEGY_F;
        *of = (struct seen){ true, of->opens || o->rev == 1, i, o->scan_id,
                             o->opened };
        if (o->opened.ns < s->oldest)
            s->oldest = o->opened.ns;
        parts_want(parts, PART_scan, o->opened);
        for (uint32_t leg = 0; leg < o->legs.count; leg++)
            markets_want(s->markets, &o->legs.at[leg].token);
    }
    return true;
}

/* In order, each once: there are few. */
static void
name_markets(const struct scans *s, struct scan_markets *m)
{
    m->count = 0;
    for (uint32_t leg = 0; leg < s->msg.legs.count; leg++) {
        const char *id = markets_of(s->markets, &s->msg.legs.at[leg].token);
        uint32_t at = 0;
        while (id != NULL && at < m->count && strcmp(m->at[at], id) < 0)
            at++;
        if (id == NULL || (at < m->count && strcmp(m->at[at], id) == 0))
            continue;
        memmove(m->at + at + 1, m->at + at,
                (m->count++ - at) * sizeof *m->at);
        m->at[at] = id;
    }
}

static bool
flush(struct scans *s, struct pg *pg, size_t least, struct why *why)
{
    size_t size = s->used;
    if (size < least)
        return true;
    s->used = 0;
    return pg_copy_put(pg, s->bytes, size, why);
}

/* The rows of those that open in this batch, or of all others. */
static bool
copy_rows(struct scans *s, struct pg *pg, const struct batch *b, bool opens,
          bool careful, struct why *why)
{
    /* What COPY's binary form begins with. */
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    const char *src = enum_word(&source_words, owner_source(b->owner));
    struct scan_markets markets;
    memcpy(s->bytes, head, sizeof head);
    s->used = sizeof head;
    for (uint32_t i = 0; i < b->count; i++) {
        const struct kept *k = &b->at[i];
        if (k->type != TYPE_opportunity)
            continue;
        if (!batch_unpack(b, k, &opportunity_schema, &s->msg, why))
            return false;
        const struct seen *of = find(s, &s->msg);
        if (of->last != i || (of->opens && !careful) != opens)
            continue;
        name_markets(s, &markets);
        const struct row_head row = { src, k->n, k->crc, k->wall };
        s->used = (size_t)(scan_row(s->bytes + s->used, &row, &s->msg,
                                    &markets) - s->bytes);
        must(s->used <= sizeof s->bytes);
        if (!flush(s, pg, PIECE, why))
            return false;
    }
    s->used = (size_t)(cell_raw(s->bytes + s->used, UINT16_MAX, 2) -
                       s->bytes);
    return flush(s, pg, 0, why);
}

static bool
copy(struct scans *s, struct pg *pg, const struct batch *b, bool opens,
     bool careful, struct why *why)
{
    char sql[1024];
    snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN (FORMAT binary)",
             opens ? "fact_arb_scan" : "scan_again", scan_columns);
    return pg_copy(pg, sql, why) &&
           copy_rows(s, pg, b, opens, careful, why) && pg_copy_end(pg, why);
}

/* Executions may have come before their opportunities. */
static bool
give_ids(struct scans *s, struct pg *pg, struct why *why)
{
    char sql[128];
    uint8_t *at = cell_array(s->ids, OID_UUID, s->count);
    for (uint32_t i = 0; i < s->cap; i++)
        if (s->seen[i].used)
            at = cell_sized(at, &s->seen[i].scan_id, sizeof(struct uuid));
    snprintf(sql, sizeof sql, "SELECT scans_came($1, at_ns(%" PRId64 "), %s)",
             s->oldest, s->bonds > 0 ? "true" : "false");
    return pg_give(pg, sql, (const char *)s->ids, (size_t)(at - s->ids),
                   why);
}

bool
scans_store(struct scans *s, struct pg *pg, const struct batch *b,
            bool careful, struct why *why)
{
    uint32_t opens = 0;
    if (s->count == 0)
        return true;
    for (uint32_t i = 0; i < s->cap && !careful; i++)
        opens += s->seen[i].used && s->seen[i].opens;
    return markets_ask(s->markets, pg, why) &&
           (opens == 0 || copy(s, pg, b, true, careful, why)) &&
           (opens == s->count || (copy(s, pg, b, false, careful, why) &&
                                  pg_exec(pg, "SELECT merge_scans()", why))) &&
           give_ids(s, pg, why);
}
