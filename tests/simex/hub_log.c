/* hub_log - the lines of planted.jsonl and mischief.jsonl */
#include "tests/simex/hub_own.h"

#include "tests/simex/stage.h"

#include <inttypes.h>

#define LINE_ROOM 4096

void
hub_log_planted(struct hub *h, const struct situation *s)
{
    const struct listing *l = h->x->listing;
    const struct listed_event *e = &l->events[s->event];
    char room[LINE_ROOM];
    struct quill q;
    quill_start(&q, room, sizeof room);
    const struct situation_type *type = &situation_types[s->kind];
    uint32_t events[STAGE_LEGS], count = stage_events(l, s, events);
    const char *comma = "";
    quill_say(&q, "{\"id\":\"p%u\",\"state\":\"%s\",\"strategy\":\"%s\","
              "\"event_id\":\"%s\",\"market_ids\":[", s->id,
              s->open ? "opened" : "closed", type->strategy, e->id);
    for (uint32_t k = 0; k < count; k++) {
        e = &l->events[events[k]];
        for (uint32_t i = e->first; i < e->first + e->count; i++) {
            quill_say(&q, "%s\"%s\"", comma, l->markets[i].condition);
            comma = ",";
        }
    }
    quill_say(&q, "],\"opened_ms\":%" PRId64 ",\"closed_ms\":%" PRId64
              ",\"gross\":\"0.%04" PRId64 "\",\"expect\":\"%s\","
              "\"why\":\"%s\"}\n", s->opened_ms, s->closed_ms,
              s->gross / 100, plan_found(s) ? "found" : "none", type->why);
    h->out.planted(h->out.arg, q.s, q.size);
}

static void
start_line(struct hub *h, struct quill *q, const char *what)
{
    quill_say(q, "{\"at_ms\":%" PRId64 ",\"t_ms\":%" PRId64
              ",\"what\":\"%s\"", h->now_ms, h->now_ms - h->x->t0_ms, what);
}

void
hub_log_act(struct hub *h, const struct act *a, uint32_t market)
{
    const struct listing *l = h->x->listing;
    char room[LINE_ROOM];
    struct quill q;
    quill_start(&q, room, sizeof room);
    start_line(h, &q, act_name(a->kind));
    if (a->target[0]) {
        quill_text(&q, ",\"target\":");
        quill_string(&q, a->target);
    }
    if (market != MAP_NONE)
        quill_say(&q, ",\"event_id\":\"%s\",\"token_id\":\"%s\"",
                  l->events[l->markets[market].event].id,
                  l->markets[market].token[0]);
    if (a->number)
        quill_say(&q, ",\"number\":%" PRId64, a->number);
    if (a->length_ms)
        quill_say(&q, ",\"length_ms\":%" PRId64, a->length_ms);
    quill_text(&q, "}\n");
    h->out.mischief(h->out.arg, q.s, q.size);
}

void
hub_log_mismatch(struct hub *h, uint32_t conn, uint32_t token, bool spoiled)
{
    const struct listing *l = h->x->listing;
    const struct listed_market *m = &l->markets[token / 2];
    char room[LINE_ROOM];
    struct quill q;
    quill_start(&q, room, sizeof room);
    start_line(h, &q, "mismatch");
    quill_say(&q, ",\"because\":\"%s\",\"connection\":%u,"
              "\"event_id\":\"%s\",\"token_id\":\"%s\"}\n",
              spoiled ? "wrong_hash" : "gap", conn, l->events[m->event].id,
              m->token[token % 2]);
    h->out.mischief(h->out.arg, q.s, q.size);
}
