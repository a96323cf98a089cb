/* scan_print - opportunities as people and programs read them */

#include "deploy/arb/scan_print.h"

#include "common/must.h"
#include "proto/render.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void
quoted(const char *s)
{
    char text[6 * sizeof(struct text) + 3];

    if (json_quote(s, strlen(s), text, sizeof text) == 0)
        text[0] = '\0';
    fputs(text, stdout);
}

/* The market of a leg; scanner knew it, or there were no opportunity. */
static const struct market *
market_of(const struct universe *u, const struct leg *leg)
{
    uint32_t token = universe_token(u, &leg->token);

    must(token != MAP_NONE);
    return &universe_market(u, token / 2)->m;
}

static void
print_markets(const struct universe *u, const struct opportunity *m)
{
    const struct market *last = NULL;

    for (uint32_t i = 0; i < m->legs.count; i++) {
        const struct market *market = market_of(u, &m->legs.at[i]);

        if (market == last) /* Both sides of one market are neighbours. */
            continue;
        if (last != NULL)
            putchar(',');
        quoted(market->market.s);
        last = market;
    }
}

/* [price, shares shown] of the levels a leg's size was computed from. */
static void
print_used(const struct used_levels *used, uint32_t leg)
{
    const char *comma = "";

    fputs(",\"used\":[", stdout);
    for (uint32_t i = 0; i < used->count; i++) {
        const struct used_level *l = &used->at[i];
        char price[MICROS_TEXT_CAP], size[MICROS_TEXT_CAP];

        if (l->leg != leg)
            continue;
        printf("%s[\"%s\",\"%s\"]", comma,
               micros_format(l->price.micros, price),
               micros_format(l->size.micros, size));
        comma = ",";
    }
    putchar(']');
}

static void
print_legs(const struct opportunity *m)
{
    for (uint32_t i = 0; i < m->legs.count; i++) {
        const struct leg *leg = &m->legs.at[i];
        char token[TOKEN_TEXT_CAP], price[MICROS_TEXT_CAP],
            size[MICROS_TEXT_CAP];

        printf("%s{\"token_id\":\"%s\",\"side\":\"%s\",\"price\":\"%s\","
               "\"size\":\"%s\"",
               i > 0 ? "," : "", token_format(&leg->token, token),
               leg->side == SIDE_buy ? "BUY" : "SELL",
               micros_format(leg->limit.micros, price),
               micros_format(leg->size.micros, size));
        print_used(&m->used, i);
        putchar('}');
    }
}

void
scan_print_json(const struct opportunity *m, const struct universe *u,
                bool assumed, bool eof)
{
    bool closed = m->state == OPP_STATE_closed;
    char gross[MICROS_TEXT_CAP], net[MICROS_TEXT_CAP], sets[MICROS_TEXT_CAP];

    printf("{\"type\":\"opportunity\",\"state\":\"%s\",\"strategy\":\"%s\","
           "\"event_id\":",
           closed ? "closed" : "opened",
           enum_word(&strategy_words, m->strategy));
    quoted(m->event.s);
    fputs(",\"market_ids\":[", stdout);
    print_markets(u, m);
    printf("],\"opened_ms\":%lld,\"closed_ms\":",
           (long long)(m->opened.ns / 1000000));
    if (closed)
        printf("%lld", (long long)(m->closed.ns / 1000000));
    else
        fputs("null", stdout);
    printf(",\"gross\":\"%s\",\"net\":\"%s\",\"shares\":\"%s\",\"legs\":[",
           micros_format6(m->gross.ppm, gross),
           micros_format6(m->net.ppm, net),
           micros_format(m->sets.micros, sets));
    print_legs(m);
    putchar(']');
    if (m->pays > 0) /* Else its shape says it. */
        printf(",\"pays\":%llu", (unsigned long long)m->pays);
    if (assumed)
        fputs(",\"fees\":\"assumed\"", stdout);
    if (closed)
        printf(",\"reason\":\"%s\"", enum_word(&reason_words, m->reason));
    if (eof)
        fputs(",\"eof\":true", stdout);
    puts("}");
}

void
scan_print_head(void)
{
    printf("%-12s  %-7s  %s  %4s  %10s  %8s  %8s  %10s  %s\n", "UTC",
           "state", "S", "legs", "sets", "gross", "net", "profit $",
           "event");
}

static void
clock_text(struct nanos wall, char s[16])
{
    time_t seconds = (time_t)(wall.ns / 1000000000);
    struct tm tm;
    char hms[12] = "";

    if (gmtime_r(&seconds, &tm) != NULL)
        strftime(hms, sizeof hms, "%H:%M:%S", &tm);
    snprintf(s, 16, "%s.%03u", hms,
             (unsigned)(wall.ns / 1000000 % 1000) % 1000);
}

void
scan_print_text(const struct opportunity *m, bool eof)
{
    bool closed = m->state == OPP_STATE_closed;
    char gross[MICROS_TEXT_CAP], net[MICROS_TEXT_CAP], sets[MICROS_TEXT_CAP],
        profit[MICROS_TEXT_CAP], utc[16];

    clock_text(closed ? m->closed : m->opened, utc);
    printf("%-12s  %-7s  %s  %4u  %10s  %8s  %8s  %10s  %s", utc,
           enum_word(&opp_state_words, m->state),
           enum_word(&strategy_words, m->strategy), m->legs.count,
           micros_format(m->sets.micros, sets),
           micros_format6(m->gross.ppm, gross),
           micros_format6(m->net.ppm, net),
           micros_format(m->profit.micros, profit), m->event.s);
    if (closed)
        printf("  after %lld ms: %s",
               (long long)((m->closed.ns - m->opened.ns) / 1000000),
               eof ? "end of file" : enum_word(&reason_words, m->reason));
    putchar('\n');
}
