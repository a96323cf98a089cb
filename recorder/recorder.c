/* recorder - pulls the owners' facts, batch by batch, from its cursors
 *
 * One stream per owner.  A stream asks for records after its cursor when the
 * owner's heartbeat says there are more; what comes back must be dense.  The
 * batch is ready when it is full, when it reaches the head that was known,
 * or when its owner has been silent for answer_wait.  Losing a request, an
 * answer or a whole connection only means asking again: the cursor in
 * PostgreSQL is the only state that counts. */
#include "recorder/state.h"

#include "common/digest.h"
#include "common/logserve.h"
#include "common/must.h"
#include "common/planted.h"

#include <stdlib.h>
#include <string.h>

enum source
owner_source(unsigned owner)
{
    static const enum source sources[OWNERS] = {
        [OWNER_scanner] = SOURCE_scanner,
        [OWNER_riskd] = SOURCE_riskd,
        [OWNER_executor] = SOURCE_executor,
    };
    must(owner < OWNERS);
    return sources[owner];
}

static struct stream *
stream_of(struct recorder *r, enum source src)
{
    for (unsigned o = 0; o < OWNERS; o++)
        if (owner_source(o) == src)
            return &r->streams[o];
    return NULL;
}

struct recorder *
recorder_new(const struct recorder_conf *conf)
{
    struct recorder *r = calloc(1, sizeof *r);
    must(r != NULL);
    r->conf = *conf;
    r->bytes_cap = (uint32_t)conf->batch_rows * BYTES_PER_ROW + BYTES_CAP;
    for (unsigned o = 0; o < OWNERS; o++) {
        r->streams[o].at = calloc(conf->batch_rows, sizeof(struct kept));
        r->streams[o].bytes = malloc(r->bytes_cap);
        must(r->streams[o].at != NULL && r->streams[o].bytes != NULL);
    }
    for (unsigned h = 0; h < HEARSAYS; h++) {
        r->heard[h] = calloc(HEARD_CAP, sizeof *r->heard[h]);
        must(r->heard[h] != NULL);
    }
    return r;
}

void
recorder_destroy(struct recorder **r)
{
    for (unsigned o = 0; o < OWNERS; o++) {
        free((*r)->streams[o].at);
        free((*r)->streams[o].bytes);
    }
    for (unsigned h = 0; h < HEARSAYS; h++)
        free((*r)->heard[h]);
    free(*r);
    *r = NULL;
}

const uint64_t *
recorder_counters(const struct recorder *r)
{
    return r->counters;
}

void
recorder_on_heartbeat(struct recorder *r, const struct heartbeat *m,
                      const struct input *in, struct outbox *out)
{
    (void)out;
    if (in->src > SOURCE_recorder)
        return;
    r->samples[in->src] = (struct sample){ true, in->run, in->wall, *m };
    struct stream *s = stream_of(r, in->src);
    if (s != NULL)
        s->head = m->facts_head;
    if (in->src == SOURCE_feed && in->run != r->feed_run) {
        r->feed_run = in->run;
        hearsay_forget(r);
    }
}

/* Asks for what the batch lacks, as much as comes in one answer. */
static void
stream_ask(struct recorder *r, unsigned owner, const struct input *in,
           struct outbox *out)
{
    struct stream *s = &r->streams[owner];
    uint64_t last = s->committed + s->count;
    uint64_t max = r->conf.batch_rows - s->count;
    if (max > LOGSERVE_MOST)
        max = LOGSERVE_MOST;
    struct log_request m = { JOURNAL_facts, last + 1, max };
    s->req = ++r->req;
    s->heard = in->mono;
    s->asked = last + max;
    say_log_request(out, &m, &(struct to){ owner_source(owner), s->req });
}

/* Ready when full, when all there was has come, or when the next record might
 * not fit. */
static void
stream_check(struct recorder *r, unsigned owner, const struct input *in,
             struct outbox *out)
{
    struct stream *s = &r->streams[owner];
    uint64_t last = s->committed + s->count;
    s->ready = s->count == r->conf.batch_rows || last >= s->want ||
               s->used + BYTES_CAP > r->bytes_cap;
    if (s->ready)
        s->req = 0;
    else if (s->req != 0 && last >= s->asked)
        stream_ask(r, owner, in, out);
}

void
recorder_on_log_record(struct recorder *r, const struct log_record *m,
                       const struct input *in, struct outbox *out)
{
    struct stream *s = stream_of(r, in->src);
    if (s == NULL || s->stopped || !r->open)
        return;
    uint64_t next = s->committed + s->count + 1;
    if (m->n < next && !PLANTED(record_twice)) {
        r->counters[RECORDER_records_again]++;
        return;
    }
    /* An answer to a request given up, or damage: ask again. */
    if ((m->n != next && !PLANTED(record_twice)) || s->ready ||
        s->count == r->conf.batch_rows || m->body.size > BYTES_CAP) {
        r->counters[RECORDER_records_hole]++;
        return;
    }
    struct kept *k = &s->at[s->count++];
    *k = (struct kept){
        .n = m->n,
        .type = (uint16_t)m->type,
        .wall = m->wall,
        .crc = crc32c(0, m->body.b, m->body.size),
        .offset = s->used,
        .size = m->body.size,
    };
    memcpy(s->bytes + s->used, m->body.b, m->body.size);
    s->used += m->body.size;
    s->heard = in->mono;
    r->counters[RECORDER_records]++;
    stream_check(r, (unsigned)(s - r->streams), in, out);
}

static void
stream_tick(struct recorder *r, unsigned owner, const struct input *in,
            struct outbox *out)
{
    struct stream *s = &r->streams[owner];
    if (s->stopped || s->ready)
        return;
    if (s->req != 0 && is_past(s->heard, r->conf.answer_wait, in->mono)) {
        s->req = 0;
        s->ready = s->count > 0;
    }
    if (s->req != 0 || s->ready || s->head <= s->committed + s->count)
        return;
    s->want = s->committed + r->conf.batch_rows < s->head
                  ? s->committed + r->conf.batch_rows
                  : s->head;
    stream_ask(r, owner, in, out);
}

static void
say_lag(struct recorder *r, const struct input *in, struct outbox *out)
{
    if (!is_past(r->lag_said, (struct ms){ 500 }, in->mono))
        return;
    r->lag_said = in->mono;
    for (unsigned o = 0; o < OWNERS; o++) {
        const struct stream *s = &r->streams[o];
        struct recorder_lag m = { owner_source(o), s->head, s->committed,
                                  s->used };
        say_recorder_lag(out, &m, NULL);
    }
}

void
recorder_on_tick(struct recorder *r, const struct tick *m,
                 const struct input *in, struct outbox *out)
{
    (void)m;
    say_lag(r, in, out);
    if (!r->open)
        return;
    hearsay_ask(r, in, out);
    for (unsigned o = 0; o < OWNERS; o++)
        stream_tick(r, o, in, out);
}

static void
stream_forget(struct stream *s)
{
    s->count = 0;
    s->used = 0;
    s->req = 0;
    s->ready = false;
}

void
recorder_resume(struct recorder *r, const uint64_t committed[OWNERS])
{
    for (unsigned o = 0; o < OWNERS; o++) {
        stream_forget(&r->streams[o]);
        r->streams[o].committed = committed[o];
    }
    hearsay_forget(r);
    r->counters[RECORDER_reconnects]++;
    r->open = true;
}

static void
say_committed(struct recorder *r, unsigned owner, struct outbox *out)
{
    struct log_ack m = { JOURNAL_facts, r->streams[owner].committed };

    say_log_ack(out, &m, &(struct to){ owner_source(owner), ++r->req });
}

void
recorder_tell(struct recorder *r, struct outbox *out)
{
    for (unsigned o = 0; o < OWNERS; o++)
        say_committed(r, o, out);
}

void
recorder_suspend(struct recorder *r)
{
    for (unsigned o = 0; o < OWNERS; o++)
        stream_forget(&r->streams[o]);
    r->counters[RECORDER_failures]++;
    r->open = false;
}

void
recorder_stop(struct recorder *r, unsigned owner)
{
    must(owner < OWNERS);
    stream_forget(&r->streams[owner]);
    r->streams[owner].stopped = true;
    r->counters[RECORDER_records_bad]++;
}

bool
recorder_batch(const struct recorder *r, struct batch *out)
{
    for (unsigned o = 0; o < OWNERS; o++) {
        const struct stream *s = &r->streams[o];
        if (!s->ready || s->stopped)
            continue;
        *out = (struct batch){ o, s->committed + 1, s->committed + s->count,
                               s->count, s->at, s->bytes };
        return true;
    }
    return false;
}

void
recorder_committed(struct recorder *r, const struct batch *b,
                   struct outbox *out)
{
    struct stream *s = &r->streams[b->owner];
    must(s->ready && b->last == s->committed + s->count);
    s->committed = b->last + PLANTED(cursor_first);
    r->counters[RECORDER_rows] += b->count;
    r->counters[RECORDER_batches]++;
    stream_forget(s);
    say_committed(r, b->owner, out);
}

void
recorder_days(struct recorder *r, uint64_t dropped, uint64_t stray)
{
    r->counters[RECORDER_days_dropped] += dropped;
    r->counters[RECORDER_days_stray] += stray;
}

const struct sample *
recorder_sample(const struct recorder *r, enum source src)
{
    must(src <= SOURCE_recorder);
    return &r->samples[src];
}

uint64_t
recorder_committed_upto(const struct recorder *r, unsigned owner)
{
    return r->streams[owner].committed;
}

bool
recorder_is_level(const struct recorder *r)
{
    for (unsigned o = 0; o < OWNERS; o++)
        if (!r->samples[owner_source(o)].heard ||
            r->streams[o].committed < r->streams[o].head)
            return false;
    return true;
}
