/* listing - what is traded: events, their markets and tokens, from a seed
 *
 * The mix is fixed (of ten events four are neg-risk, four binary, one
 * augmented, one not mirrored), the rest is drawn.  Three events are odd on
 * purpose: one with fees but no known schedule, one below any sensible
 * liquidity, one that is listed only later.  Each thirtieth is of the venue's
 * newer protocol. */
#include "tests/simex/listing.h"

#include "tests/simex/sponge.h"

#include "common/digest.h"
#include "common/hex.h"
#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum event_kind mix[10] = {
    EVENT_NEG_RISK, EVENT_BINARY,   EVENT_NEG_RISK, EVENT_AUGMENTED,
    EVENT_BINARY,   EVENT_NEG_RISK, EVENT_BINARY,   EVENT_SEPARATE,
    EVENT_NEG_RISK, EVENT_BINARY,
};
/* Sizes of neg-risk events, in turn: all of 3..12. */
static const uint32_t sizes[10] = { 4, 7, 3, 12, 5, 9, 6, 11, 8, 10 };

struct fees { const char *type; bool enabled; int64_t ppm, rebate_ppm; };
static const struct fees categories[5] = {
    { NULL, false, 0, 0 },
    { "politics_fees", true, 40000, 250000 },
    { "sports_fees", true, 30000, 250000 },
    { "crypto_fees_v2", true, 70000, 200000 },
    { "weather_fees", true, 50000, 250000 },
};

static const char *const towns[] = {
    "Ashford", "Brindle", "Calder", "Dunmore", "Elsinore", "Farrow",
    "Glenhaven", "Harwick", "Isleton", "Juniper Falls", "Kestrel Bay",
    "Lowmoor", "Marrowby", "Northgate", "Oakhollow", "Pinewell",
};
static const char *const races[] = {
    "mayor", "harbour master", "best bakery", "regatta", "spelling bee",
    "chess open", "film prize", "marathon",
};
static const char *const names[LISTED_EVENT_MARKETS] = {
    "Ada Quill", "Bram Oster", "Cora Vane", "Dev Marlow", "Edda Finch",
    "Felix Thorn", "Greta Holm", "Hugo Lark", "Ines Carro", "Jonas Pell",
    "Kira Sund", "Leo Brandt",
};
static const char *const wonders[] = {
    "Rain in %s on Saturday?", "Will the %s ferry run on time all week?",
    "Will %s's \"Night Market\" draw 10,000 visitors?",
    "Bitcoin up or down at the %s noon bell?",
    "Will the %s bridge open \xe2\x80\x93 before autumn \xf0\x9f\x8c\x89?",
};
#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof(a)[0]))

/* Of the other protocol: orders of version 3, ids that are positions. */
static bool
is_position(const struct listed_event *e, uint32_t index)
{
    return e->kind == EVENT_BINARY && index % 30 == 4;
}

/* What tokens are made of. */
#define USDC_E "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174"
#define WCOL "0x3A3BD7bb9528E159577F7C2e685CC81A765002E2"

/* 32 bytes that depend on the seed and on what they name. */
static struct hash
make_key(uint64_t salt, const char *what, uint32_t number)
{
    char s[64];
    struct hash h;
    int n = snprintf(s, sizeof s, "%016llx:%s:%u", (unsigned long long)salt,
                     what, number);
    sha256(s, (size_t)n, h.b);
    return h;
}

static void
make_slug(char *out, size_t cap, const char *text, const char *id)
{
    size_t n = 0;
    for (; *text && n + 20 < cap; text++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[n++] = c;
        else if (n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    }
    snprintf(out + n, cap - n, "%s%s", n && out[n - 1] == '-' ? "" : "-", id);
}

static uint32_t
size_of_event(enum event_kind kind, uint32_t nth)
{
    if (kind == EVENT_NEG_RISK)
        return sizes[nth % COUNT(sizes)];
    return kind == EVENT_AUGMENTED ? 5 + nth % 4 : 1;
}

static void
name_event(struct listed_event *e, uint32_t index, struct chance *c)
{
    const char *town = towns[chance_below(c, COUNT(towns))];
    char title[200];
    snprintf(e->id, sizeof e->id, "%u", 30000 + index);
    if (e->kind == EVENT_BINARY || e->kind == EVENT_SEPARATE) {
        const char *form = wonders[index % COUNT(wonders)];
        const char *gap = strstr(form, "%s");
        snprintf(title, sizeof title, "%.*s%s%s", (int)(gap - form), form,
                 town, gap + 2);
    } else {
        snprintf(title, sizeof title, "%s %s: who wins?", town,
                 races[chance_below(c, COUNT(races))]);
    }
    snprintf(e->title, sizeof e->title, "%s", title);
    make_slug(e->slug, sizeof e->slug, title, e->id);
}

/* Hidden fair values that sum to one, none below 2.5 %. */
static void
draw_fairs(struct listed_market *m, uint32_t count, struct chance *c)
{
    int64_t weight[LISTED_EVENT_MARKETS], sum = 0, given = 0;
    int64_t spare = MICROS - 25000 * (int64_t)count;
    for (uint32_t i = 0; i < count; i++) {
        int64_t w = chance_between(c, 1, 100);
        weight[i] = w * w;
        sum += weight[i];
    }
    for (uint32_t i = 1; i < count; i++) {
        m[i].fair = 25000 + spare * weight[i] / sum / 1000 * 1000;
        given += m[i].fair;
    }
    m[0].fair = count == 1 ? chance_between(c, 150, 850) * 1000
                           : MICROS - given;
}

void
listing_collection(const uint8_t condition[32], uint32_t token,
                   uint8_t out[32])
{
    uint8_t both[33];
    memcpy(both, condition, 32);
    both[32] = (uint8_t)(1 + token);
    sponge256(both, sizeof both, out);
}

bool
listing_is_neg_risk(const struct listing *l, uint32_t market)
{
    enum event_kind kind = l->events[l->markets[market].event].kind;
    return kind == EVENT_NEG_RISK || kind == EVENT_AUGMENTED;
}

/* The id of a token: what backs it and its collection (chain.md 1). */
static struct hash
make_token(const struct listing *l, uint32_t market,
           const struct hash *condition, uint32_t token)
{
    const char *backing = listing_is_neg_risk(l, market) ? WCOL : USDC_E;
    uint8_t both[52];
    size_t size;
    struct hash h;
    must(hex_data_parse(backing, strlen(backing), both, 20, &size));
    listing_collection(condition->b, token, both + 20);
    sponge256(both, sizeof both, h.b);
    return h;
}

/* number: what its ids come of, beside the salt. */
static void
name_market(struct listing *l, uint32_t index, uint64_t salt, uint32_t number)
{
    struct listed_market *m = &l->markets[index];
    const struct listed_event *e = &l->events[m->event];
    bool last = m->index + 1 == e->count;
    snprintf(m->id, sizeof m->id, "%u", 500000 + index);
    struct hash h = make_key(salt, "condition", number);
    hash_format(&h, m->condition);
    for (uint32_t t = 0; t < 2; t++) {
        m->key[t] = make_token(l, index, &h, t);
        if (m->position) {
            m->key[t] = make_key(salt, "yes", index);
            m->key[t].b[0] = 1; /* The binary module's. */
            memset(&m->key[t].b[19], 0, 8);
            m->key[t].b[31] = (uint8_t)t;
        }
        token_format(&m->key[t], m->token[t]);
        must(map_put(l->tokens, m->key[t].b, index * 2 + t));
    }
    must(hash_parse(e->neg_risk_id, strlen(e->neg_risk_id), &h));
    h.b[31] = (uint8_t)m->index; /* The question's place in its event. */
    if (e->kind == EVENT_BINARY || e->kind == EVENT_SEPARATE) {
        h = make_key(salt, "question", number);
        hash_format(&h, m->question_id);
        snprintf(m->question, sizeof m->question, "%s", e->title);
        make_slug(m->slug, sizeof m->slug, e->title, m->id);
        return;
    }
    hash_format(&h, m->question_id);
    m->other = e->kind == EVENT_AUGMENTED && last;
    m->placeholder = e->kind == EVENT_AUGMENTED && m->index + 2 == e->count;
    snprintf(m->group, sizeof m->group, "%s",
             m->other ? "Other"
             : m->placeholder ? "Person X" : names[m->index]);
    snprintf(m->question, sizeof m->question, "Will %s win? (%.120s)",
             m->group, e->title);
    make_slug(m->slug, sizeof m->slug, m->group, m->id);
}

static void
draw_market(struct listing *l, uint32_t index, const struct fees *f,
            struct chance *c)
{
    struct listed_market *m = &l->markets[index];
    const struct listed_event *e = &l->events[m->event];
    m->mirrored = e->kind != EVENT_SEPARATE;
    m->delayed = f->type && strcmp(f->type, "sports_fees") == 0 &&
                 e->kind == EVENT_BINARY;
    m->fees_enabled = f->enabled;
    m->fee_known = true;
    m->fee_type = f->type;
    m->fee_ppm = f->ppm;
    m->rebate_ppm = f->rebate_ppm;
    m->first_tick = m->event % 3 == 0 ? 1000 : 10000;
    m->liquidity = chance_between(c, 200000, 9000000) * 10000;
    m->volume = m->liquidity * chance_between(c, 10, 40);
}

static void
draw_event(struct listing *l, uint32_t index, uint32_t nth, uint64_t salt,
           struct chance *c)
{
    struct listed_event *e = &l->events[index];
    struct hash h = make_key(salt, "negrisk", index);
    /* Markets not mirrored have low fees, so that a pair can pay. */
    const struct fees *f = e->kind == EVENT_SEPARATE
                               ? &categories[nth % 3]
                               : &categories[nth % COUNT(categories)];
    name_event(e, index, c);
    h.b[31] = 0;
    hash_format(&h, e->neg_risk_id);
    for (uint32_t i = 0; i < e->count; i++) {
        struct listed_market *m = &l->markets[e->first + i];
        m->event = index;
        m->index = i;
        m->position = is_position(e, index);
        name_market(l, e->first + i, salt, e->first + i);
        draw_market(l, e->first + i, f, c);
    }
    draw_fairs(&l->markets[e->first], e->count, c);
}

static void
make_odd_ones(struct listing *l, int64_t start_ms)
{
    struct listed_event *unknown = &l->events[28 % l->events_count];
    for (uint32_t i = 0; i < unknown->count; i++) {
        struct listed_market *m = &l->markets[unknown->first + i];
        m->fees_enabled = true;
        m->fee_known = false;
        m->fee_type = "special_fees";
        m->fee_ppm = 40000;
    }
    l->markets[l->events[14 % l->events_count].first].liquidity =
        400 * (int64_t)MICROS;
    struct listed_event *late = &l->events[24 % l->events_count];
    late->hidden = true;
    late->opens_ms = start_ms;
}

struct listing *
listing_new(struct chance *c, uint32_t events_count, int64_t start_ms)
{
    must(events_count >= 10);
    struct listing *l = calloc(1, sizeof *l);
    must(l != NULL);
    l->events = calloc(events_count + LISTING_MORE_EVENTS,
                       sizeof *l->events);
    must(l->events != NULL);
    l->events_count = events_count;
    uint32_t nth[4] = { 0 };
    for (uint32_t i = 0; i < events_count; i++) {
        struct listed_event *e = &l->events[i];
        e->kind = mix[i % COUNT(mix)];
        e->first = l->markets_count;
        e->count = size_of_event(e->kind, nth[e->kind]++);
        l->markets_count += e->count;
        e->ends_ms = start_ms + chance_between(c, 3 * 24, 30 * 24) * 3600000;
        e->ends_ms -= e->ends_ms % 1000;
    }
    uint32_t room = l->markets_count + LISTING_MORE_MARKETS;
    l->markets = calloc(room, sizeof *l->markets);
    must(l->markets != NULL);
    l->tokens = map_new(sizeof(struct hash), room * 2);
    must(l->tokens != NULL);
    uint64_t salt = chance_next(c);
    memset(nth, 0, sizeof nth);
    for (uint32_t i = 0; i < events_count; i++)
        draw_event(l, i, nth[l->events[i].kind]++, salt, c);
    make_odd_ones(l, start_ms);
    return l;
}

void
listing_delay_pairs(struct listing *l)
{
    for (uint32_t i = 0; i < l->markets_count; i++)
        l->markets[i].delayed |= !l->markets[i].mirrored;
}

void
listing_count(struct listing *l, int64_t ends_ms)
{
    struct listed_event *e = &l->events[18 % l->events_count];
    must(e->kind == EVENT_NEG_RISK);
    snprintf(e->title, sizeof e->title, "How often will the bells ring?");
    make_slug(e->slug, sizeof e->slug, e->title, e->id);
    e->ends_ms = ends_ms - ends_ms % 60000;
    for (uint32_t i = 0; i < e->count; i++)
        listing_bin(e, &l->markets[e->first + i], i);
}

void
listing_bin(struct listed_event *e, struct listed_market *m, uint32_t bin)
{
    uint32_t low = 20 * bin;
    if (bin + 1 < e->count)
        snprintf(m->group, sizeof m->group, "%u-%u", low, low + 19);
    else
        snprintf(m->group, sizeof m->group, "%u+", low);
    snprintf(m->question, sizeof m->question,
             "Will the bells ring %s times from March 13 to March 20, "
             "2026?", m->group);
    make_slug(m->slug, sizeof m->slug, m->group, m->id);
}

struct listed_event *
listing_add(struct listing *l, enum event_kind kind, uint32_t count,
            uint32_t number, const char *title)
{
    struct listed_event *e = &l->events[l->events_count];
    snprintf(e->id, sizeof e->id, "%u", number);
    snprintf(e->title, sizeof e->title, "%s", title);
    make_slug(e->slug, sizeof e->slug, title, e->id);
    struct hash h = make_key(0, "negrisk", number);
    h.b[31] = 0;
    hash_format(&h, e->neg_risk_id);
    e->kind = kind;
    e->first = l->markets_count;
    e->count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct listed_market *m = &l->markets[e->first + i];
        *m = (struct listed_market){
            .event = l->events_count, .index = i, .fee_known = true,
            .mirrored = kind != EVENT_SEPARATE, .first_tick = 1000,
            .liquidity = 50000 * (int64_t)MICROS,
            .volume = 400000 * (int64_t)MICROS,
        };
        name_market(l, e->first + i, 0, 16 * number + i);
    }
    l->events_count++;
    l->markets_count += count;
    return e;
}

void
listing_destroy(struct listing **l)
{
    if (!*l)
        return;
    map_destroy(&(*l)->tokens);
    free((*l)->events);
    free((*l)->markets);
    free(*l);
    *l = NULL;
}

uint32_t
listing_token(const struct listing *l, const char *text, size_t size)
{
    struct hash key;
    if (!token_parse(text, size, &key))
        return MAP_NONE;
    return map_find(l->tokens, key.b);
}

uint32_t
listing_condition(const struct listing *l, const char *text)
{
    for (uint32_t i = 0; i < l->markets_count; i++) {
        if (strcmp(l->markets[i].condition, text) == 0)
            return i;
    }
    return MAP_NONE;
}

uint32_t
listing_version(const uint8_t token[32])
{
    for (int i = 19; i < 27; i++) { /* Bits 40 to 103 are zero. */
        if (token[i] != 0)
            return 2;
    }
    return 3;
}
