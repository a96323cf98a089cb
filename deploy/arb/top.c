/* top - the running pipeline on one screen: what is heard, and how it is drawn
 *
 * Everything comes from the bus: nothing is asked of anybody, and with all
 * processes dead the screen says so.  Plain ANSI sequences, no terminal
 * library: a cursor home, an erased line and six colours are all it takes. */
#include "deploy/arb/top.h"

#include "common/clock.h"

#include "deploy/arb/dollars.h"
#include "deploy/arb/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_CAP = 512 };
static const int64_t silence_ns = INT64_C(1500000000);

static const struct { const char *name; enum source src; const char *hop; }
hops[TOP_HOPS] = {
    { "book to scanner", SOURCE_scanner, "feed_scanner" },
    { "scanner to executor", SOURCE_executor, "scan_exec" },
    { "riskd's answer", SOURCE_executor, "exec_risk" },
    { "tick to intent", SOURCE_executor, "tick_intent" },
    { "venue's answer", SOURCE_executor, "order_answer" },
};

void
top_hear(struct bus *bus)
{
    bus_hear(bus, TYPE_opportunity);
    bus_hear(bus, TYPE_execution);
    bus_hear(bus, TYPE_latency);
    seen_hear(bus);
}

static void
take_opportunity(struct top *t, const struct opportunity *m)
{
    uint32_t i = 0;

    while (i < t->open_count &&
           memcmp(&t->open[i].scan_id, &m->scan_id, sizeof m->scan_id) != 0)
        i++;
    bool known = i < t->open_count;
    t->opened += m->rev == 1;
    if (m->state == OPP_STATE_closed) {
        if (known)
            memmove(&t->open[i], &t->open[i + 1],
                    (--t->open_count - i) * sizeof t->open[0]);
    } else if (known) {
        t->open[i] = *m;
    } else if (t->open_count < TOP_OPEN_CAP) {
        t->open[t->open_count++] = *m;
    }
}

static void
take_execution(struct top *t, const struct execution *m)
{
    uint32_t i = 0;

    while (i < t->ended_count &&
           memcmp(&t->last[i].exec_id, &m->exec_id, sizeof m->exec_id) != 0)
        i++;
    bool was_filled = i < t->ended_count &&
                      t->last[i].status == EXEC_STATUS_FILLED;
    if (i == t->ended_count) { /* A new one: the oldest makes room. */
        if (t->ended_count < TOP_ENDED_CAP)
            t->ended_count++;
        memmove(&t->last[1], &t->last[0],
                (t->ended_count - 1) * sizeof t->last[0]);
        i = 0;
        t->ended++;
    }
    t->filled += m->status == EXEC_STATUS_FILLED && !was_filled;
    t->last[i] = *m;
}

static void
take_latency(struct top *t, enum source src, const struct latency *m)
{
    for (int i = 0; i < TOP_HOPS; i++)
        if (hops[i].src == src && strcmp(hops[i].hop, m->hop.s) == 0)
            (void)histogram_from(&t->hop[i], &m->buckets);
}

void
top_take(struct top *t, const struct bus_in *in)
{
    static struct opportunity opportunity;
    static struct latency latency;
    struct execution execution = { .status = EXEC_STATUS_ERROR };
    const struct envelope *e = &in->e;

    t->lost += in->lost;
    seen_take(&t->seen, in);
    if (e->type == TYPE_heartbeat && e->src <= SEEN_LAST)
        t->heard_at[e->src] = t->now;
    if (e->type == TYPE_opportunity &&
        opportunity_unpack(&opportunity, e->body, e->body_size))
        take_opportunity(t, &opportunity);
    if (e->type == TYPE_execution &&
        execution_unpack(&execution, e->body, e->body_size))
        take_execution(t, &execution);
    if (e->type == TYPE_latency &&
        latency_unpack(&latency, e->body, e->body_size))
        take_latency(t, e->src, &latency);
}

bool
top_is_up(const struct top *t, int src)
{
    return t->seen.heard[src] &&
           t->now.ns - t->heard_at[src].ns < silence_ns;
}

/* One screen being drawn. */
struct screen {
    FILE *out;
    unsigned rows, columns, used;
    bool colour;
};

static void line(struct screen *s, const char *colour, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

/* A line in one colour ("" = plain), cut where the screen ends. */
static void
line(struct screen *s, const char *colour, const char *format, ...)
{
    char text[LINE_CAP];
    va_list args;

    if (s->used == s->rows)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (s->used++ > 0)
        fputc('\n', s->out);
    if (s->colour && colour[0] != '\0')
        fprintf(s->out, "\033[%sm", colour);
    table_put(s->out, text, s->columns);
    if (s->colour)
        fputs(colour[0] != '\0' ? "\033[0m\033[K" : "\033[K", s->out);
}

static void
draw_head(struct screen *s, const struct top *t)
{
    const struct risk_state *r = &t->seen.risk;
    char at[CLOCK_TEXT_CAP], day[MICROS_TEXT_CAP], total[MICROS_TEXT_CAP];
    char cash[MICROS_TEXT_CAP], held[MICROS_TEXT_CAP];
    char reserved[MICROS_TEXT_CAP];

    clock_format(t->wall, at);
    at[19] = '\0';
    at[10] = ' ';
    line(s, "1", "dutchbook  %s UTC%s", at,
         t->lost > 0 ? "  (messages were lost)" : "");
    if (seen_is_killed(&t->seen))
        line(s, "1;31", "KILLED, generation %" PRIu64 ": %s",
             t->seen.latch.kill_gen, t->seen.latch.reason.s);
    if (!t->seen.risk_heard) {
        line(s, "33", "riskd has said nothing yet");
        return;
    }
    line(s, r->state == RISK_MODE_run ? "32" : "31",
         "mode %s   stage %" PRIu64 "   risk %s",
         enum_word(&mode_words, r->mode), r->stage,
         enum_word(&risk_mode_words, r->state));
    line(s, "", "today $%s   realised $%s   cash $%s   positions $%s   "
         "reserved $%s", dollars(r->day_pnl, day),
         dollars(r->realised, total), dollars(r->cash, cash),
         dollars(r->exposure, held), dollars(r->reserved, reserved));
}

static void
draw_processes(struct screen *s, const struct top *t)
{
    line(s, "", "%s", "");
    line(s, "2", "%-9s %-9s %5s %-7s %10s %10s  %s", "process", "state",
         "run", "mode", "facts", "recorded", "build");
    for (int i = SEEN_FIRST; i <= SEEN_LAST; i++) {
        const struct heartbeat *b = &t->seen.beat[i];
        const char *name = enum_word(&source_words, (uint32_t)i);
        if (!top_is_up(t, i))
            line(s, "31", "%-9s %s", name,
                 t->seen.heard[i] ? "silent" : "down");
        else
            line(s, b->ready ? "" : "33", "%-9s %-9s %5" PRIu64
                 " %-7s %10" PRIu64 " %10" PRIu64 "  %s", name,
                 b->ready ? "ready" : "not ready", t->seen.run[i],
                 enum_word(&mode_words, b->mode), b->facts_head,
                 t->seen.lag[i].committed, b->build.s);
    }
}

static void
draw_latency(struct screen *s, const struct top *t)
{
    line(s, "", "%s", "");
    line(s, "2", "%-20s %9s %10s %10s %10s", "latency", "samples", "p50 us",
         "p95 us", "p99 us");
    for (int i = 0; i < TOP_HOPS; i++)
        if (histogram_count(&t->hop[i]) > 0)
            line(s, "", "%-20s %9" PRIu64 " %10" PRId64 " %10" PRId64
                 " %10" PRId64, hops[i].name, histogram_count(&t->hop[i]),
                 histogram_at(&t->hop[i], 500).ns / 1000,
                 histogram_at(&t->hop[i], 950).ns / 1000,
                 histogram_at(&t->hop[i], 990).ns / 1000);
}

static void
draw_open(struct screen *s, const struct top *t)
{
    line(s, "", "%s", "");
    line(s, "2", "open: %" PRIu32 " opportunities, %" PRIu64 " opened since",
         t->open_count, t->opened);
    for (uint32_t i = 0; i < t->open_count && i < 8; i++) {
        const struct opportunity *m = &t->open[i];
        char profit[MICROS_TEXT_CAP], sets[MICROS_TEXT_CAP];
        line(s, "36", "  %s  %-24s %8s sets  net %5" PRId64 " bps  $%s  "
             "%" PRId64 " ms", enum_word(&strategy_words, m->strategy),
             m->event.s, micros_format(m->sets.micros, sets),
             m->net.ppm / 100, dollars(m->profit, profit),
             (t->wall.ns - m->opened.ns) / 1000000);
    }
}

static const char *
colour_of(enum exec_status status)
{
    switch (status) {
    case EXEC_STATUS_FILLED: return "32";
    case EXEC_STATUS_ERROR: return "31";
    case EXEC_STATUS_PATCHED:
    case EXEC_STATUS_PARTIAL_HOLD:
    case EXEC_STATUS_UNWOUND: return "33";
    case EXEC_STATUS_STALE:
    case EXEC_STATUS_SKIP_CAPITAL:
    case EXEC_STATUS_DENIED:
    case EXEC_STATUS_SHADOWED:
    case exec_status_end_: break;
    }
    return "";
}

static void
draw_ended(struct screen *s, const struct top *t)
{
    line(s, "", "%s", "");
    line(s, "2", "executions: %" PRIu64 " seen, %" PRIu64 " filled",
         t->ended, t->filled);
    for (uint32_t i = 0; i < t->ended_count; i++) {
        const struct execution *m = &t->last[i];
        char at[CLOCK_TEXT_CAP], cost[MICROS_TEXT_CAP], pnl[MICROS_TEXT_CAP];
        clock_format(m->started, at);
        line(s, colour_of(m->status), "  %.8s  %s  %-24s %-12s cost $%-9s "
             "booked $%-8s %4" PRId64 " ms", at + 11,
             enum_word(&strategy_words, m->strategy), m->event.s,
             enum_word(&exec_status_words, m->status),
             dollars(m->cost, cost), dollars(m->pnl, pnl),
             (m->ended.ns - m->started.ns) / 1000000);
    }
}

void
top_draw(FILE *out, const struct top *t, unsigned rows, unsigned columns,
         bool colour)
{
    struct screen s = { out, rows, columns, 0, colour };

    draw_head(&s, t);
    draw_processes(&s, t);
    draw_latency(&s, t);
    draw_open(&s, t);
    draw_ended(&s, t);
}

static void
json_risk(FILE *out, const struct top *t)
{
    const struct risk_state *r = &t->seen.risk;
    char day[MICROS_TEXT_CAP], total[MICROS_TEXT_CAP], cash[MICROS_TEXT_CAP];

    if (!t->seen.risk_heard) {
        fprintf(out, "null");
        return;
    }
    fprintf(out, "{\"mode\":\"%s\",\"state\":\"%s\",\"stage\":%" PRIu64
            ",\"day_pnl\":\"%s\",\"realised\":\"%s\",\"cash\":\"%s\"}",
            enum_word(&mode_words, r->mode),
            enum_word(&risk_mode_words, r->state), r->stage,
            micros_format(r->day_pnl.micros, day),
            micros_format(r->realised.micros, total),
            micros_format(r->cash.micros, cash));
}

void
top_json(FILE *out, const struct top *t)
{
    char at[CLOCK_TEXT_CAP];

    fprintf(out, "{\"at\":\"%s\",\"killed\":%s,\"processes\":{",
            clock_format(t->wall, at),
            seen_is_killed(&t->seen) ? "true" : "false");
    for (int i = SEEN_FIRST; i <= SEEN_LAST; i++)
        fprintf(out, "%s\"%s\":{\"up\":%s,\"ready\":%s,\"run\":%" PRIu64 "}",
                i == SEEN_FIRST ? "" : ",",
                enum_word(&source_words, (uint32_t)i),
                top_is_up(t, i) ? "true" : "false",
                t->seen.beat[i].ready ? "true" : "false", t->seen.run[i]);
    fprintf(out, "},\"risk\":");
    json_risk(out, t);
    fprintf(out, ",\"opened\":%" PRIu64 ",\"open\":%" PRIu32
            ",\"executions\":%" PRIu64 ",\"filled\":%" PRIu64 ",\"lost\":%"
            PRIu64 ",\"latency_us\":{", t->opened, t->open_count, t->ended,
            t->filled, t->lost);
    for (int i = 0; i < TOP_HOPS; i++)
        fprintf(out, "%s\"%s\":{\"p50\":%" PRId64 ",\"p95\":%" PRId64
                ",\"p99\":%" PRId64 "}", i == 0 ? "" : ",", hops[i].hop,
                histogram_at(&t->hop[i], 500).ns / 1000,
                histogram_at(&t->hop[i], 950).ns / 1000,
                histogram_at(&t->hop[i], 990).ns / 1000);
    fprintf(out, "}}\n");
}
