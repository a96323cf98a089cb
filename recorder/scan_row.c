/* scan_row - an opportunity as its row of fact_arb_scan, as COPY wants it
 *
 * Openings come by the hundred thousand a day, each with two lists of JSON:
 * so their rows are made here and not by the server.  What a column means, its
 * comment in the database says.  Whether it was executed is no word of
 * scanner's: the server adds it. */
#include "recorder/scan_row.h"

#include "common/must.h"
#include "recorder/cells.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char scan_columns[] =
    "scan_id, scanned_at, strategy, event_id, market_ids, total_ask, "
    "discount_pct, net_profit_pct, max_shares, est_profit_usd, "
    "annualized_pct, legs, book_snapshot, executed, state, rev, cost_usd, "
    "fees_usd, lock_usd, peak_usd, closed_at, lifetime_ms, reason, src, n, "
    "crc, capital_usd, conversion, exposed_ms, at_risk_usd, hit_pct, "
    "break_even_pct, excess_pct, expected_at, set_pays_usd";
enum { COLUMNS = 35 };

#define DAY_MS INT64_C(86400000)
/* No longer than a century. */
#define LOCKED_MOST (INT64_C(36525) * DAY_MS)
/* As much as annualized_pct holds, in ten-thousandths: what pays within
 * minutes is any yield a year. */
#define YEARLY_MOST INT64_C(9999990000)

__extension__ typedef __int128 wide;

static int64_t
narrow(wide v)
{
    return v > INT64_MAX ? INT64_MAX : v < -INT64_MAX ? -INT64_MAX
                                                      : (int64_t)v;
}

/* a * b / c to the nearest, halves away from 0; c > 0. */
static int64_t
scaled(int64_t a, int64_t b, int64_t c)
{
    wide v = (wide)a * b;
    return narrow((v + (v < 0 ? -(wide)c : (wide)c) / 2) / c);
}

/* Millionths of 1 as percent. */
static uint8_t *
put_percent(uint8_t *at, int64_t ppm)
{
    return cell_decimal(at, narrow((wide)ppm * 100));
}

static uint8_t *
put_yearly(uint8_t *at, int64_t ppm)
{
    if (ppm > YEARLY_MOST)
        ppm = YEARLY_MOST;
    return put_percent(at, ppm < -YEARLY_MOST ? -YEARLY_MOST : ppm);
}

static uint8_t *
put_time(uint8_t *at, int64_t ns)
{
    return ns == 0 ? cell_null(at) : cell_time(at, ns);
}

static uint8_t *
put_count(uint8_t *at, uint64_t v)
{
    return cell_bigint(at, v > INT64_MAX ? INT64_MAX : v);
}

static uint8_t *
put_markets(uint8_t *at, const struct scan_markets *m)
{
    if (m->count == 0)
        return cell_null(at);
    uint8_t *end = cell_array(at + 4, OID_TEXT, m->count);
    for (uint32_t i = 0; i < m->count; i++)
        end = cell_text(end, m->at[i]);
    cell_raw(at, (uint64_t)(end - at) - 4, 4);
    return end;
}

/* Of a year, as if it could be repeated; not for what is locked for less than
 * a day. */
static uint8_t *
put_annualized(uint8_t *at, const struct opportunity *o)
{
    if (o->hit.ppm > 0)
        return put_yearly(at, o->annual.ppm);
    if (o->locked.ms < DAY_MS)
        return cell_null(at);
    return put_yearly(at, scaled(o->net.ppm, 365 * DAY_MS, o->locked.ms));
}

static bool
is_side_of(const struct leg *a, const struct leg *b)
{
    return a->side == b->side &&
           memcmp(&a->token, &b->token, sizeof a->token) == 0;
}

static char *
put_words(char *at, const char *words)
{
    size_t size = strlen(words);
    memcpy(at, words, size);
    return at + size;
}

/* [["0.41","120"],...]: the levels used of one book, of whichever legs. */
static char *
put_levels(char *at, const struct opportunity *o, const struct leg *leg)
{
    char number[MICROS_TEXT_CAP];
    const char *between = "[\"";
    for (uint32_t i = 0; i < o->used.count; i++) {
        const struct used_level *u = &o->used.at[i];
        if (u->leg >= o->legs.count ||
            !is_side_of(&o->legs.at[u->leg], leg))
            continue;
        at = put_words(at, between);
        at = put_words(at, micros_format(u->price.micros, number));
        at = put_words(at, "\",\"");
        at = put_words(at, micros_format(u->size.micros, number));
        at = put_words(at, "\"]");
        between = ",[\"";
    }
    return at;
}

/* A leg whose book no leg before it had, and of which levels were used. */
static bool
is_first_of_book(const struct opportunity *o, uint32_t leg)
{
    for (uint32_t i = 0; i < leg; i++)
        if (is_side_of(&o->legs.at[i], &o->legs.at[leg]))
            return false;
    for (uint32_t i = 0; i < o->used.count; i++)
        if (o->used.at[i].leg < o->legs.count &&
            is_side_of(&o->legs.at[o->used.at[i].leg], &o->legs.at[leg]))
            return true;
    return false;
}

/* {token: {"asks": [[price, size],...]},...}, "bids" where the leg sells;
 * "left_out" beside the tokens when that is not all of it. */
static uint8_t *
put_book(uint8_t *at, const struct opportunity *o)
{
    char token[TOKEN_TEXT_CAP], left_out[40];
    char *const from = (char *)cell_raw(at + 4, 1, 1), *end = from;
    for (uint32_t i = 0; i < o->legs.count; i++) {
        const struct leg *leg = &o->legs.at[i];
        if (!is_first_of_book(o, i))
            continue;
        end = put_words(end, end == from ? "{\"" : ",\"");
        end = put_words(end, token_format(&leg->token, token));
        end = put_words(end, leg->side == SIDE_buy ? "\":{\"asks\":["
                                                   : "\":{\"bids\":[");
        end = put_levels(end, o, leg);
        end = put_words(end, "]}");
    }
    if (end == from)
        return cell_null(at);
    if (o->left_out > 0) {
        snprintf(left_out, sizeof left_out, ",\"left_out\":%" PRIu64,
                 o->left_out > INT64_MAX ? INT64_MAX : o->left_out);
        end = put_words(end, left_out);
    }
    *end++ = '}';
    cell_raw(at, (uint64_t)(end - (char *)at) - 4, 4);
    return (uint8_t *)end;
}

/* What is only known of some strategies. */
static uint8_t *
put_special(uint8_t *at, const struct opportunity *o)
{
    bool converts = o->conversion != CONVERSION_none;
    bool waits = o->locked.ms >= 1 && o->locked.ms <= LOCKED_MOST;
    at = o->capital.micros != 0 ? cell_decimal(at, o->capital.micros)
                                : cell_null(at);
    at = converts ? cell_text(at, enum_word(&conversion_words, o->conversion))
                  : cell_null(at);
    at = o->exposed.ms != 0 ? cell_bigint(at, (uint64_t)o->exposed.ms)
                            : cell_null(at);
    at = converts ? cell_decimal(at, o->at_risk.micros) : cell_null(at);
    at = o->hit.ppm != 0 ? put_percent(at, o->hit.ppm) : cell_null(at);
    at = o->break_even.ppm != 0 ? put_percent(at, o->break_even.ppm)
                                : cell_null(at);
    at = o->hit.ppm > 0 ? put_yearly(at, o->excess.ppm) : cell_null(at);
    at = waits ? put_time(at, narrow((wide)o->opened.ns +
                                     (wide)o->locked.ms * 1000000))
               : cell_null(at);
    return o->pays > 0 ? put_count(at, o->pays) : cell_null(at);
}

static int64_t
in_micros(int64_t ns)
{
    return ns / 1000 - (ns % 1000 < 0);
}

/* Its end, how long it lived, in the microseconds the server knows. */
static uint8_t *
put_end(uint8_t *at, const struct opportunity *o)
{
    int64_t us = in_micros(o->closed.ns) - in_micros(o->opened.ns);
    at = put_time(at, o->closed.ns);
    return o->closed.ns == 0
               ? cell_null(at)
               : cell_bigint(at, (uint64_t)(us / 1000 - (us % 1000 < 0)));
}

static const struct field *
legs_field(void)
{
    for (uint32_t i = 0; i < opportunity_schema.fields_count; i++)
        if (opportunity_schema.fields[i].offset ==
            offsetof(struct opportunity, legs))
            return &opportunity_schema.fields[i];
    unreachable();
}

uint8_t *
scan_row(uint8_t *at, const struct row_head *head,
         const struct opportunity *o, const struct scan_markets *m)
{
    at = cell_raw(at, COLUMNS, 2);
    at = cell_sized(at, &o->scan_id, sizeof o->scan_id);
    at = put_time(at, o->opened.ns);
    at = cell_text(at, enum_word(&strategy_words, o->strategy));
    at = cell_sized(at, o->event.s, strnlen(o->event.s, sizeof o->event.s));
    at = put_markets(at, m);
    at = o->sets.micros > 0
             ? cell_decimal(at, scaled(o->cost.micros, MICROS,
                                       o->sets.micros))
             : cell_null(at);
    at = put_percent(at, o->gross.ppm);
    at = put_percent(at, o->net.ppm);
    at = cell_decimal(at, o->sets.micros);
    at = cell_decimal(at, o->profit.micros);
    at = put_annualized(at, o);
    at = cell_json(at, legs_field(), o, SCAN_ROW_CAP / 4);
    at = put_book(at, o);
    at = cell_flag(at, false);
    at = cell_text(at, enum_word(&opp_state_words, o->state));
    at = put_count(at, o->rev);
    at = cell_decimal(at, o->cost.micros);
    at = cell_decimal(at, o->fees.micros);
    at = cell_decimal(at, o->lock.micros);
    at = cell_decimal(at, o->peak.micros);
    at = put_end(at, o);
    at = cell_text(at, enum_word(&reason_words, o->reason));
    at = cell_text(at, head->src);
    at = cell_bigint(at, head->n);
    at = cell_bigint(at, head->crc);
    return put_special(at, o);
}
