/* venue_call - the engine's calls as requests, and what comes back
 *
 * As wiring_place and wiring_calls do it, over a way of which every part may
 * fail: nothing leaves; what left never arrives, or long after we gave it up;
 * it is done and the answer is lost; the answer is somebody else's. */
#include "tests/world/venue.h"

#include "common/must.h"
#include "tests/world/checks.h"
#include "tests/world/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 8000, LATE_MS = 20000 };

static struct trip *
free_trip(struct clob *v)
{
    for (uint32_t i = 0; i < TRIPS; i++)
        if (!v->trips[i].used)
            return &v->trips[i];
    return NULL;
}

/* Not a byte of it leaves; the engine hears so in another turn. */
static void
over(struct world *w, struct trip *t, enum reason why)
{
    t->over = why;
    t->back_at = w->now + 1;
}

static int64_t
way(struct world *w)
{
    int64_t most = w->weather.delay_us_max * 3;
    return w->calm ? 1000000 : chance_between(&w->chance, 300, most) * 1000;
}

/* When it arrives, and when an answer is given up. */
static void
send_off(struct world *w, struct trip *t)
{
    const struct weather *x = &w->weather;
    t->left = t->arrives = true;
    t->sent = world_wall(w);
    t->there_at = w->now + way(w);
    t->back_at = w->now + (int64_t)TIMEOUT_MS * 1000000;
    t->hears = true;
    if (world_roll(w, x->lose_call_ppm)) {
        world_hit(w, HIT_request_lost);
        t->arrives = false;
    } else if (world_roll(w, x->lose_call_ppm / 4)) {
        world_hit(w, HIT_request_late);
        t->there_at += chance_between(&w->chance, 100, LATE_MS) * 1000000;
    }
    if (world_roll(w, x->lose_call_ppm)) {
        world_hit(w, HIT_answer_lost);
        t->hears = false;
    }
    if (!t->arrives || !t->hears) /* Cut at once, or waited for. */
        t->back_at = chance_of(&w->chance, 50) ? t->back_at
                                               : t->there_at + way(w);
}

void
venue_call(struct world *w, const struct venue_call *m)
{
    struct clob *v = w->venue;
    struct trip *t;
    bool place = m->op == VENUE_OP_place;
    enum reason no;
    venue_born(w);
    if (m->op == VENUE_OP_split || m->op == VENUE_OP_merge ||
        m->op == VENUE_OP_redeem) {
        venue_chain_call(w, m);
        return;
    }
    /* Even if it gets lost: two looks that find nothing are the proof. */
    if (m->op == VENUE_OP_cancel_all && w->latched)
        v->cancelled_gen = w->kill_gen;
    if (m->op == VENUE_OP_heartbeat)
        live_beats(w);
    t = free_trip(v);
    must(t != NULL);
    *t = (struct trip){ .used = true, .run = v->run, .m = *m,
                        .link = v->told_up ? v->link : 0,
                        .there_at = INT64_MAX };
    if (place && w->latched) {
        over(w, t, REASON_LATCHED);
        return;
    }
    no = pen_request(w, v->pen, t);
    if (no != REASON_none) {
        world_hit(w, HIT_signer_no);
        over(w, t, no);
        return;
    }
    if (world_roll(w, w->weather.lose_call_ppm / 2)) {
        world_hit(w, HIT_not_sent);
        over(w, t, REASON_NOT_SENT);
        return;
    }
    for (uint32_t i = 0; place && i < m->orders.count; i++)
        live_leaves(w, &m->orders.at[i].token);
    send_off(w, t);
}

static const char *
status_text(int status)
{
    return status == 425   ? "{\"error\":\"service not ready\"}"
           : status == 429 ? "{\"error\":\"Too Many Requests\"}"
           : status == 503
               ? "{\"error\":\"Trading is currently disabled. Check "
                 "polymarket.com for updates\"}"
           : status == 403 ? "<!DOCTYPE html><html>blocked</html>"
                           : "{\"error\":\"could not run the execution\"}";
}

static void
keep_answer(struct trip *t, const char *s, size_t size)
{
    free(t->text);
    t->text = strndup(s, size);
    must(t->text != NULL);
    t->size = size;
}

/* It reaches the venue, whoever may still wait for its answer. */
static void
arrive(struct world *w, struct trip *t)
{
    struct clob *v = w->venue;
    struct front_answer a = { .status = 0 };
    bool post = strcmp(t->method, "POST") == 0;
    struct front_request r = {
        .rest = { .post = post, .path = t->path,
                  .query = t->query[0] == '?' ? t->query + 1 : "",
                  .body = t->text, .body_size = t->size },
        .del = strcmp(t->method, "DELETE") == 0,
        .headers = {
            [FRONT_ADDRESS] = pen_owner(v->pen),
            [FRONT_SIGNATURE] = t->seal,
            [FRONT_TIMESTAMP] = t->stamp,
            [FRONT_API_KEY] = v->desk->keys[v->key].id,
            [FRONT_PASSPHRASE] = v->desk->keys[v->key].passphrase,
        },
    };
    t->arrived = true;
    if (w->now < v->status_until) {
        t->status = v->status;
        t->retry_s = v->status == 425 || v->status == 429;
        keep_answer(t, status_text(t->status), strlen(status_text(t->status)));
    } else {
        struct quill *q = place_begin(w->place);
        front_answer(v->desk, w->place->face, &r, q, &a);
        t->status = a.status;
        keep_answer(t, q->s, q->size);
        live_arrived(w);
    }
    if (a.cut) {
        world_hit(w, HIT_answer_lost);
        t->hears = false;
    }
    int64_t back = w->now + way(w);
    if (!t->hears || back >= t->back_at) /* Given up before that. */
        t->hears = false;
    else
        t->back_at = back;
}

static void
come_back(struct world *w, struct trip *t)
{
    struct clob *v = w->venue;
    bool heard = t->left && t->arrived && t->hears;
    struct venue_done done = { .call = t->m.call, .op = t->m.op };
    struct input in;
    t->told = true;
    if (t->run != v->run || !venue_begin(w, &in))
        return;
    pen_answer(w, v->pen, t, heard, &done);
    if (t->over != REASON_none) {
        done.end = CALL_END_not_sent;
        done.reason = t->over;
    }
    if (heard && done.end == CALL_END_answered && t->link == v->link) {
        if (t->m.op == VENUE_OP_look_open)
            v->opens = t->link;
        if (t->m.op == VENUE_OP_look_trades)
            v->trades = t->link;
    }
    done.sent.ns = t->left ? t->sent : 0;
    done.answered.ns = heard ? world_wall(w) : 0;
    node_word(w, venue_node(w), &venue_done_schema, &done);
    node_end(w, venue_node(w));
}

void
venue_trips(struct world *w)
{
    for (uint32_t i = 0; i < TRIPS; i++) {
        struct trip *t = &w->venue->trips[i];
        if (!t->used)
            continue;
        if (t->arrives && !t->arrived && t->there_at <= w->now)
            arrive(w, t);
        if (!t->told && t->back_at <= w->now &&
            !stands_still(w, &w->nodes[SOURCE_executor]))
            come_back(w, t);
        if (t->told && (!t->arrives || t->arrived)) {
            free(t->text);
            *t = (struct trip){ 0 };
        }
    }
}

void
venue_trips_destroy(struct clob *v)
{
    for (uint32_t i = 0; i < TRIPS; i++)
        free(v->trips[i].text);
}
