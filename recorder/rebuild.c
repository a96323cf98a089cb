/* rebuild - the tables anew, from the journals alone
 *
 * The journals are the truth, the tables a view of them: so they can be made
 * again at any time, beside the old ones, by the same code in the same
 * batches, and must then be equal.  Only the names of events and markets are
 * in no journal of facts: feed tells them again to any recorder; and of the
 * opportunities scanner no longer keeps, those that were tried come from the
 * tables there are.  Begun again
 * after it was interrupted, it goes on from its cursors. */
#include "recorder/recorder.h"

#include "common/digest.h"
#include "common/journal.h"
#include "common/must.h"
#include "recorder/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 500, BYTES = ROWS * 4096 };

struct rebuild {
    struct store *store;
    struct rebuilt *out;
    unsigned owner;
    struct journal_reader *reader;
    struct record next;           /* Read, and in no batch yet. */
    bool have_next;
    struct kept kept[ROWS];
    uint8_t *bytes;
};

/* As many records as fit. */
static bool
gather(struct rebuild *r, struct batch *b, struct why *why)
{
    uint32_t used = 0;
    int got = 1;
    *b = (struct batch){ .owner = r->owner, .at = r->kept,
                         .bytes = r->bytes };
    while (b->count < ROWS) {
        const struct record *k = &r->next;
        if (!r->have_next) {
            got = journal_next(r->reader, &r->next, why);
            r->have_next = got > 0;
        }
        if (!r->have_next || used + k->body_size > BYTES)
            break;
        r->kept[b->count++] = (struct kept){
            .n = k->n, .type = k->type, .wall = k->wall,
            .crc = crc32c(0, k->body, k->body_size), .offset = used,
            .size = k->body_size
        };
        memcpy(r->bytes + used, k->body, k->body_size);
        used += k->body_size;
        b->first = b->count == 1 ? k->n : b->first;
        b->last = k->n;
        r->have_next = false;
    }
    return got >= 0;
}

static bool
write_owner(struct rebuild *r, uint64_t committed, struct why *why)
{
    struct batch b;
    uint64_t first = r->out->first[r->owner];
    if (r->have_next && committed == 0 && r->next.n > 1 &&
        !store_skip(r->store, r->owner, r->next.n - 1, why))
        return false;
    if (r->owner == OWNER_scanner && first > 1 &&
        !store_take_scans(r->store, first, why))
        return false;
    for (;;) {
        if (!gather(r, &b, why))
            return false;
        if (b.count == 0)
            return true;
        if (store_batch(r->store, &b, why) != STORED)
            return false;
        r->out->written += b.count;
        r->out->last[r->owner] = b.last;
    }
}

/* Its records after the cursor; the first that is kept at all. */
static bool
open_owner(struct rebuild *r, const char *var, uint64_t committed,
           struct why *why)
{
    char dir[512];
    int n = snprintf(dir, sizeof dir, "%s/journal/%s/facts", var,
                     enum_word(&source_words, owner_source(r->owner)));
    if (n < 0 || n >= (int)sizeof dir)
        return why_set(why, "%s: the path is too long", var);
    r->reader = journal_read(dir, 0, why);
    int got = r->reader != NULL ? journal_next(r->reader, &r->next, why) : -1;
    r->out->first[r->owner] = got > 0 ? r->next.n : 0;
    r->out->last[r->owner] = committed;
    while (got > 0 && r->next.n <= committed)
        got = journal_next(r->reader, &r->next, why);
    r->have_next = got > 0;
    return got >= 0;
}

bool
recorder_rebuild(const char *conninfo, const char *migrations,
                 const char *schema, const char *var, struct rebuilt *out,
                 struct why *why)
{
    uint64_t committed[OWNERS];
    struct rebuild *r = calloc(1, sizeof *r);
    must(r != NULL);
    *out = (struct rebuilt){ .written = 0 };
    r->out = out;
    r->bytes = malloc(BYTES);
    must(r->bytes != NULL);
    r->store = store_open_in(conninfo, schema, migrations, committed, why);
    bool ok = r->store != NULL && store_take_over(r->store, why);
    for (r->owner = 0; ok && r->owner < OWNERS; r->owner++) {
        ok = open_owner(r, var, committed[r->owner], why) &&
             write_owner(r, committed[r->owner], why);
        journal_reader_close(&r->reader);
    }
    store_close(&r->store);
    free(r->bytes);
    free(r);
    return ok;
}
