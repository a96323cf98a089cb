/* owners - what the shells around the recorder do: serve logs, keep cursors
 *
 * Owners serve what is synced.  The database is an array of cursors and the
 * digest of everything committed; it survives every crash. */
#include "tests/world/world.h"

#include "common/must.h"
#include "recorder/recorder.h"

#include <string.h>

enum { RECORDS_PER_ANSWER = 500 };

void
owners_answer(struct world *w, const struct packet *p)
{
    struct node *n = &w->nodes[p->to];
    struct log_request ask;
    if (n->engine == NULL || p->to_run != n->run ||
        !log_request_unpack(&ask, p->body, p->size))
        return;
    static struct log_record rec;
    uint64_t max = ask.max < RECORDS_PER_ANSWER ? ask.max
                                                : RECORDS_PER_ANSWER;
    for (uint64_t i = ask.from; i < ask.from + max && i <= n->log.synced;
         i++) {
        const struct fact *f = &n->log.at[i - 1];
        rec.n = i;
        rec.type = f->type;
        rec.run = n->run;
        rec.wall = f->wall;
        rec.body.size = f->size;
        memcpy(rec.body.b, n->log.bytes + f->offset, f->size);
        struct packet answer = {
            .from = n->src, .to = SOURCE_recorder, .from_run = n->run,
            .to_run = p->from_run, .type = TYPE_log_record, .req = p->req,
            .said = w->now,
        };
        size_t size = log_record_pack(&rec, w->packed, PACKED_CAP);
        must(size > 0);
        answer.size = (uint32_t)size;
        (void)net_post(w, &answer, w->packed);
    }
}

/* The transaction: rows and cursor move together, then the commit's answer
 * may be lost, which is a suspend and a resume from the cursors. */
void
owners_write(struct world *w)
{
    struct node *n = &w->nodes[SOURCE_recorder];
    struct batch b;
    if (n->engine == NULL || !recorder_batch(n->engine, &b))
        return;
    enum source src = owner_source(b.owner);
    struct node *owner = &w->nodes[src];
    if (b.first != w->committed[src] + 1 || b.last > owner->log.synced)
        world_fail(w, "recorder: batch %llu..%llu of %s at cursor %llu",
                   (unsigned long long)b.first, (unsigned long long)b.last,
                   enum_word(&source_words, src),
                   (unsigned long long)w->committed[src]);
    for (uint32_t i = 0; i < b.count; i++) {
        const struct fact *f = &owner->log.at[b.first + i - 1];
        if (f->size != b.at[i].size || f->type != b.at[i].type ||
            memcmp(owner->log.bytes + f->offset, b.bytes + b.at[i].offset,
                   f->size) != 0)
            world_fail(w, "recorder: record %llu of %s is not the owner's",
                       (unsigned long long)b.at[i].n,
                       enum_word(&source_words, src));
    }
    w->committed[src] = b.last;
    if (!w->calm && chance_below(&w->chance, 100) == 0) {
        uint64_t at[OWNERS];
        for (unsigned o = 0; o < OWNERS; o++)
            at[o] = w->committed[owner_source(o)];
        recorder_suspend(n->engine);
        recorder_resume(n->engine, at);
        return;
    }
    struct input in;
    struct outbox *out = node_begin(w, n, &in);
    recorder_committed(n->engine, &b, out);
    node_end(w, n);
}
