/* stage - events made for what E, F, G and some near misses of A, B and C are
 * planted in
 *
 * Each place is an event; the scenes say which tokens of which places are
 * planted together.  A place serves kinds that are a round apart, since an
 * event rests after a situation.  Its fair values are such that the crowd's
 * own asks, all above them, pay nobody: of a pair its wider market is the
 * likelier, a bond's is above what bonds pay (STAGE_HIT), and so is a bin's.
 * What is planted in bins is so small that their event stays no A and no C. */
#include "tests/simex/stage.h"

#include "tests/simex/face.h"

#include "common/must.h"

#include <inttypes.h>
#include <string.h>

enum place {
    CHAIN_30, CHAIN_20, CHAIN_10, NARROW, WIDE, FEE_NARROW, FEE_WIDE, OPEN,
    OPEN_WIDE, OVER_NARROW, OVER_WIDE, TEXT_NARROW, TEXT_WIDE, BOND, BOND_NO,
    BOND_MISS, BOND_FEE, BOND_OVER, COUNT_HIT, COUNT_MISS, COUNT_OPEN,
    COUNT_OVER, TWO_BOOKS, TWO_BOOKS_FEE, ONE_OF_1, ONE_OF_2, ONE_OF_3,
    JUDGED, JUDGED_BOOKS,
    PLACES
};

enum {
    NUMBER = 39000,          /* Of the first event. */
    BINS = 5, SURE_BIN = 2,  /* 40-59: */
    SO_FAR = 45,             /* counted when it begins, and then one more */
    HOURS_EACH = 3,          /* every three hours, */
    HOURS_TOLD = 200,        /* as the last hours have it. */
    WINDOW_DAYS = 6,
    TEN_DAYS = 10 * 24 * 60, FOUR_HOURS = 240, HOUR_AGO = -60 /* Minutes. */
};
_Static_assert((int)PLACES <= (int)LISTING_MORE_EVENTS, "there is room");

#define FEE 70000

static const struct {
    enum event_kind kind;
    uint32_t count;
    int64_t fair;            /* Of its first market. */
    int64_t ends_min, fee_ppm;
    const char *tag, *title;
} places[PLACES] = {
    [CHAIN_30] = { EVENT_BINARY, 1, 200000, TEN_DAYS, 0, NULL,
                   "Will the Ashford fair draw 30,000 visitors?" },
    [CHAIN_20] = { EVENT_BINARY, 1, 400000, TEN_DAYS, 0, NULL,
                   "Will the Ashford fair draw 20,000 visitors?" },
    [CHAIN_10] = { EVENT_BINARY, 1, 600000, TEN_DAYS, 0, NULL,
                   "Will the Ashford fair draw 10,000 visitors?" },
    [NARROW] = { EVENT_BINARY, 1, 400000, TEN_DAYS, 0, NULL,
                 "Will 400 boats enter the Calder regatta?" },
    [WIDE] = { EVENT_BINARY, 1, 550000, TEN_DAYS, 0, NULL,
               "Will 200 boats enter the Calder regatta?" },
    [FEE_NARROW] = { EVENT_BINARY, 1, 450000, TEN_DAYS, FEE, NULL,
                     "Bitcoin above $90,000 at the Dunmore noon bell?" },
    [FEE_WIDE] = { EVENT_BINARY, 1, 520000, TEN_DAYS, FEE, NULL,
                   "Bitcoin above $80,000 at the Dunmore noon bell?" },
    /* Its last market is the one that has no name. */
    [OPEN] = { EVENT_AUGMENTED, 5, 246250, TEN_DAYS, 0, STAGE_TAG,
               "Elsinore marathon: who wins?" },
    [OPEN_WIDE] = { EVENT_BINARY, 1, 500000, TEN_DAYS, 0, NULL,
                    "Will an outsider win the Elsinore marathon?" },
    [OVER_NARROW] = { EVENT_BINARY, 1, 400000, HOUR_AGO, 0, NULL,
                      "Did the Farrow ferry run on all 7 days?" },
    [OVER_WIDE] = { EVENT_BINARY, 1, 550000, HOUR_AGO, 0, NULL,
                    "Did the Farrow ferry run on 5 days?" },
    [TEXT_NARROW] = { EVENT_BINARY, 1, 400000, TEN_DAYS, 0, NULL,
                      "Will Glenhaven see 60 hours of rain?" },
    [TEXT_WIDE] = { EVENT_BINARY, 1, 550000, TEN_DAYS, 0, NULL,
                    "Will Glenhaven see 30 hours of rain?" },
    [BOND] = { EVENT_BINARY, 1, 985000, TEN_DAYS, 0, STAGE_TAG,
               "Will the Harwick town hall open on Monday?" },
    [BOND_NO] = { EVENT_BINARY, 1, 15000, TEN_DAYS, 0, STAGE_TAG,
                  "Will the Harwick town hall be sold this week?" },
    [BOND_MISS] = { EVENT_BINARY, 1, 985000, TEN_DAYS, 0, STAGE_TAG,
                    "Will the Isleton library open on Monday?" },
    [BOND_FEE] = { EVENT_BINARY, 1, 985000, TEN_DAYS, FEE, STAGE_TAG,
                   "Will the Juniper Falls bank open on Monday?" },
    [BOND_OVER] = { EVENT_BINARY, 1, 985000, HOUR_AGO, 0, STAGE_TAG,
                    "Did the Kestrel Bay bank open on Monday?" },
    [COUNT_HIT] = { EVENT_NEG_RISK, BINS, 7500, FOUR_HOURS, 0, NULL,
                    "How often will the bells of Lowmoor ring?" },
    [COUNT_MISS] = { EVENT_NEG_RISK, BINS, 7500, FOUR_HOURS, FEE, NULL,
                     "How often will the bells of Marrowby ring?" },
    [COUNT_OPEN] = { EVENT_AUGMENTED, BINS, 7500, FOUR_HOURS, 0, NULL,
                     "How often will the bells of Northgate ring?" },
    [COUNT_OVER] = { EVENT_NEG_RISK, BINS, 7500, HOUR_AGO, 0, NULL,
                     "How often did the bells of Oakhollow ring?" },
    [TWO_BOOKS] = { EVENT_SEPARATE, 1, 500000, TEN_DAYS, 0, NULL,
                    "Will the Pinewell mill turn in May?" },
    [TWO_BOOKS_FEE] = { EVENT_SEPARATE, 1, 500000, TEN_DAYS, FEE, NULL,
                        "Bitcoin up or down at the Pinewell mill?" },
    [ONE_OF_1] = { EVENT_BINARY, 1, 300000, TEN_DAYS, 0, NULL,
                   "Will Abbot chair the Quarrington guild?" },
    [ONE_OF_2] = { EVENT_BINARY, 1, 300000, TEN_DAYS, 0, NULL,
                   "Will Baxter chair the Quarrington guild?" },
    [ONE_OF_3] = { EVENT_BINARY, 1, 300000, TEN_DAYS, 0, NULL,
                   "Will Carver chair the Quarrington guild?" },
    /* Over, and open: gamma says of these that a result is proposed. */
    [JUDGED] = { EVENT_NEG_RISK, 3, 250000, HOUR_AGO, 0, NULL,
                 "Ravensby derby: who won?" },
    [JUDGED_BOOKS] = { EVENT_SEPARATE, 1, 500000, HOUR_AGO, 0, NULL,
                       "Did the Silverdale mill turn in April?" },
};

struct part { enum place place; uint32_t market, token; };

static const struct {
    enum situation_kind kind;
    uint32_t count;
    struct part part[STAGE_LEGS];
    int64_t least, most;     /* Thousandths, the tick of all places: below
                                the whole dollars that a set pays. */
} scenes[] = {
    { DECOY_B_UNDER, 2, { { TWO_BOOKS, 0, 0 }, { TWO_BOOKS, 0, 1 } },
      971, 971 },
    { DECOY_B_FEES, 2, { { TWO_BOOKS_FEE, 0, 0 }, { TWO_BOOKS_FEE, 0, 1 } },
      966, 968 },
    { DECOY_B_STALE, 2, { { TWO_BOOKS, 0, 0 }, { TWO_BOOKS, 0, 1 } },
      940, 960 },
    { DECOY_B_SHALLOW, 2, { { TWO_BOOKS, 0, 0 }, { TWO_BOOKS, 0, 1 } },
      940, 960 },
    { PLANT_E, 2, { { CHAIN_30, 0, 1 }, { CHAIN_20, 0, 0 } }, 940, 955 },
    { PLANT_E, 2, { { CHAIN_30, 0, 1 }, { CHAIN_10, 0, 0 } }, 940, 955 },
    { DECOY_E_UNDER, 2, { { NARROW, 0, 1 }, { WIDE, 0, 0 } }, 971, 971 },
    { DECOY_E_FEES, 2, { { FEE_NARROW, 0, 1 }, { FEE_WIDE, 0, 0 } },
      966, 968 },
    { DECOY_E_UNNAMED, 2, { { OPEN, BINS - 1, 1 }, { OPEN_WIDE, 0, 0 } },
      940, 955 },
    { DECOY_E_STALE, 2, { { NARROW, 0, 1 }, { WIDE, 0, 0 } }, 940, 955 },
    { DECOY_E_SHALLOW, 2, { { NARROW, 0, 1 }, { WIDE, 0, 0 } }, 940, 955 },
    { DECOY_E_ENDED, 2, { { OVER_NARROW, 0, 1 }, { OVER_WIDE, 0, 0 } },
      940, 955 },
    { DECOY_E_TEXT, 2, { { TEXT_NARROW, 0, 1 }, { TEXT_WIDE, 0, 0 } },
      940, 955 },
    { PLANT_E_TWO, 3,
      { { ONE_OF_1, 0, 1 }, { ONE_OF_2, 0, 1 }, { ONE_OF_3, 0, 1 } },
      1880, 1910 },
    { DECOY_A_ENDED, 3,
      { { JUDGED, 0, 0 }, { JUDGED, 1, 0 }, { JUDGED, 2, 0 } }, 940, 955 },
    { DECOY_B_ENDED, 2, { { JUDGED_BOOKS, 0, 0 }, { JUDGED_BOOKS, 0, 1 } },
      940, 955 },
    { DECOY_C_ENDED, 3,
      { { JUDGED, 0, 1 }, { JUDGED, 1, 1 }, { JUDGED, 2, 1 } },
      1880, 1910 },
    { PLANT_F, 1, { { BOND, 0, 0 } }, 950, 965 },
    { PLANT_F, 1, { { BOND_NO, 0, 1 } }, 950, 965 },
    /* The yield of ten days and a challenge: STAGE_HIT less 0.0028. */
    { DECOY_F_UNDER, 1, { { BOND_MISS, 0, 0 } }, 983, 983 },
    { DECOY_F_FEES, 1, { { BOND_FEE, 0, 0 } }, 982, 982 },
    { DECOY_F_UNNAMED, 1, { { OPEN, BINS - 1, 1 } }, 950, 965 },
    { DECOY_F_STALE, 1, { { BOND_MISS, 0, 0 } }, 950, 965 },
    { DECOY_F_SHALLOW, 1, { { BOND_MISS, 0, 0 } }, 950, 965 },
    { DECOY_F_ENDED, 1, { { BOND_OVER, 0, 0 } }, 950, 965 },
    { PLANT_G, 1, { { COUNT_HIT, SURE_BIN, 0 } }, 945, 958 },
    { PLANT_G, 1, { { COUNT_HIT, 0, 1 } }, 962, 962 },
    /* STAGE_SURE over 1 and STAGE_YIELD: 0.966. */
    { DECOY_G_UNDER, 1, { { COUNT_MISS, SURE_BIN, 0 } }, 967, 967 },
    { DECOY_G_FEES, 1, { { COUNT_MISS, 0, 1 } }, 965, 965 },
    { DECOY_G_UNNAMED, 1, { { COUNT_OPEN, SURE_BIN, 0 } }, 945, 958 },
    { DECOY_G_STALE, 1, { { COUNT_MISS, SURE_BIN, 0 } }, 945, 958 },
    { DECOY_G_SHALLOW, 1, { { COUNT_MISS, SURE_BIN, 0 } }, 945, 958 },
    { DECOY_G_ENDED, 1, { { COUNT_OVER, SURE_BIN, 0 } }, 945, 958 },
};
#define SCENES (sizeof scenes / sizeof scenes[0])

static bool
is_count(uint32_t place)
{
    return place >= COUNT_HIT && place <= COUNT_OVER;
}

/* One of its markets has what the others leave: of a count the bin it will
 * end in, of an open event the outcome without a name. */
static void
set_fairs(struct listing *l, const struct listed_event *e, uint32_t place)
{
    uint32_t rest = is_count(place) ? SURE_BIN : e->count - 1;
    int64_t others = places[place].fair * (e->count - 1);
    for (uint32_t i = 0; i < e->count; i++)
        l->markets[e->first + i].fair =
            e->count > 1 && i == rest ? MICROS - others : places[place].fair;
}

static void
list_place(struct listing *l, uint32_t place, int64_t start_ms)
{
    struct listed_event *e = listing_add(l, places[place].kind,
                                         places[place].count, NUMBER + place,
                                         places[place].title);
    int64_t ends_ms = start_ms + places[place].ends_min * 60000;
    e->stage = 1 + place;
    e->tag = places[place].tag;
    e->ends_ms = ends_ms - ends_ms % 60000;
    for (uint32_t i = 0; i < e->count; i++) {
        struct listed_market *m = &l->markets[e->first + i];
        /* The count's sure bin is free, for the sake of exact ticks. */
        bool free = is_count(place) && i == SURE_BIN;
        m->fee_ppm = free ? 0 : places[place].fee_ppm;
        m->fees_enabled = m->fee_ppm > 0;
        m->fee_type = m->fees_enabled ? "crypto_fees_v2" : NULL;
        if (is_count(place) && !m->other)
            listing_bin(e, m, i);
    }
    set_fairs(l, e, place);
}

void
stage_list(struct listing *l, int64_t start_ms)
{
    for (uint32_t place = 0; place < PLACES; place++)
        list_place(l, place, start_ms);
}

/* Where a place's event is: they were listed together. */
static uint32_t
event_of(const struct listing *l, enum place place)
{
    return l->events_count - PLACES + (uint32_t)place;
}

bool
stage_scene(const struct listing *l, enum situation_kind kind, uint32_t nth,
            struct scene *out)
{
    uint32_t fits[SCENES], count = 0;
    for (uint32_t i = 0; i < SCENES; i++) {
        if (scenes[i].kind == kind)
            fits[count++] = i;
    }
    if (count == 0)
        return false;
    uint32_t at = fits[nth % count];
    *out = (struct scene){ .count = scenes[at].count,
                           .pays = scenes[at].most / 1000 + 1,
                           .least = scenes[at].least * 1000,
                           .most = scenes[at].most * 1000 };
    for (uint32_t i = 0; i < out->count; i++) {
        const struct part *p = &scenes[at].part[i];
        out->leg[i].market = l->events[event_of(l, p->place)].first +
                             p->market;
        out->leg[i].token = p->token;
    }
    return true;
}

uint32_t
stage_events(const struct listing *l, const struct situation *s,
             uint32_t out[STAGE_LEGS])
{
    struct scene scene = { .count = 0 };
    uint32_t count = 0;
    out[count++] = s->event;
    if (l->events[s->event].stage)
        (void)stage_scene(l, s->kind, s->nth, &scene);
    for (uint32_t i = 1; i < scene.count; i++) {
        uint32_t event = l->markets[scene.leg[i].market].event, k = 0;
        while (k < count && out[k] != event)
            k++;
        if (k == count)
            out[count++] = event;
    }
    return count;
}

/* --- counts ------------------------------------------------------------- */

#define HOUR_MS INT64_C(3600000)

bool
stage_count(const struct listing *l, uint32_t event, int64_t start_ms,
            int64_t now_ms, struct quill *q)
{
    const struct listed_event *e = &l->events[event];
    if (e->stage == 0 || !is_count(e->stage - 1))
        return false;
    int64_t at = now_ms < e->ends_ms ? now_ms : e->ends_ms;
    int64_t hour = at / HOUR_MS - HOURS_TOLD;
    int64_t more = at > start_ms ? (at - start_ms) / HOUR_MS / HOURS_EACH : 0;
    quill_say(q, "{\"count\":%" PRId64 ",\"time\":\"", SO_FAR + more);
    face_iso(q, at);
    quill_text(q, "\",\"hours\":[");
    for (int i = 0; i < HOURS_TOLD; i++, hour++) {
        quill_text(q, i > 0 ? ",{\"date\":\"" : "{\"date\":\"");
        face_iso(q, hour * HOUR_MS);
        quill_say(q, "\",\"count\":%d}", hour % HOURS_EACH == 0);
    }
    quill_text(q, "]}");
    return true;
}

/* 2026-03-13 16:00 UTC */
static void
put_minute(struct quill *q, const char *key, int64_t ms)
{
    char room[32];
    struct quill iso;
    quill_start(&iso, room, sizeof room);
    face_iso(&iso, ms);
    quill_say(q, "  %s: \"%.10s %.5s UTC\"\n", key, room, room + 11);
}

void
stage_signals(const struct listing *l, int64_t start_ms, const char *address,
              struct quill *q)
{
    int64_t from_ms = start_ms - WINDOW_DAYS * 24 * HOUR_MS;
    quill_text(q, "# The counts of this run of simex.\n");
    for (uint32_t i = 0; i < l->events_count; i++) {
        const struct listed_event *e = &l->events[i];
        if (e->stage == 0 || !is_count(e->stage - 1))
            continue;
        quill_say(q, "bells_%s:\n  event: \"%s\"\n"
                  "  url: \"%s/simex/count/%s\"\n", e->id, e->id, address,
                  e->id);
        put_minute(q, "starts", from_ms);
        put_minute(q, "ends", e->ends_ms);
    }
}
