/* test_related_sets - which tokens of tied markets pay together whatever comes,
 * and how many dollars: all that can earn, and nothing that has parts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "scanner/related.h"
#include "tests/unit/scanner/related_kit.h"

enum { EVENTS = 200 };

static uint32_t
draw(uint64_t *seed, uint32_t most)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % (most + 1);
}

/* Every set pays in every outcome, and none of its parts does. */
static void
sets_pay_always_and_have_nothing_to_spare(void **state)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct universe *u = universe_new(16);
    struct related *r;
    struct ties *ties;
    const struct kin *k;

    (void)state;
    kit_tie(t, "nested", (const int[]){ 0, 1, 2, -1 });
    kit_tie(t, "exclusive", (const int[]){ 2, 3, 4, -1 });
    kit_tie(t, "exhaustive", (const int[]){ 4, 5, 6, 7, -1 });
    ties = kit_ties(t);
    r = related_new(16);
    related_tie(r, ties);
    for (uint32_t i = 0; i < 8; i++) {
        struct market m = { .rules = kit_text(i), .open = true };

        snprintf(m.market.s, sizeof m.market.s, "m%03u", i);
        snprintf(m.event.s, sizeof m.event.s, "e");
        m.yes.b[0] = m.no.b[0] = (uint8_t)(i + 1);
        m.no.b[1] = 1;
        assert_int_equal(related_renew(r, u, universe_put(u, &m)), 0);
    }
    k = related_kin(r, 0);
    assert_int_equal(related_count(r), 1);
    assert_int_equal(k->suspended, 0);
    assert_true(k->sets > 10);
    for (uint32_t i = 0; i < k->sets; i++) {
        uint32_t pays = related_pays(k, k->set[i]);

        assert_true(pays > 0);
        assert_int_equal(pays, k->set[i].pays);
        for (uint32_t bit = 1; bit < 256; bit <<= 1) {
            struct related_set less = k->set[i];

            less.yes &= (uint8_t)~bit;
            less.no &= (uint8_t)~bit;
            if (less.yes != k->set[i].yes || less.no != k->set[i].no)
                assert_true(related_pays(k, less) < pays);
        }
    }
    assert_int_equal(related_forget(r, 0), 0);
    assert_int_equal(related_of(r, 0), MAP_NONE);
    assert_true(related_kin(r, 0)->sets > 0); /* Of the others. */
    related_destroy(&r);
    universe_destroy(&u);
    ties_destroy(&ties);
    free(t);
}

/* Ties of any kind among eight markets, as many as hold together. */
static const struct kin *
random_kin(struct related *r, struct universe *u, uint64_t *seed)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct complaints bad = { 0 };
    const struct kin *k = NULL;
    struct ties *ties;

    for (uint32_t n = 2 + draw(seed, 3); n > 0; n--) {
        int at[] = { 0, 0, 0, 0, -1 };
        uint32_t from = draw(seed, TIE_MARKETS - 1);
        uint32_t kind = draw(seed, tie_kind_end_ - 1);
        uint32_t count = kind == TIE_implies ? 2 : 2 + draw(seed, 2);

        for (uint32_t i = 0; i < count; i++)
            at[i] = (int)((from + i * (1 + n % 2)) % TIE_MARKETS);
        at[count] = -1;
        kit_tie(t, tie_words[kind], at);
    }
    ties = kit_read(t->s, &bad);
    free(t);
    if (ties == NULL) /* They contradict each other. */
        return NULL;
    related_tie(r, ties);
    for (uint32_t i = 0; i < TIE_MARKETS; i++) {
        struct market m = { .rules = kit_text(i), .open = true };
        uint32_t component;

        snprintf(m.market.s, sizeof m.market.s, "m%03u", i);
        snprintf(m.event.s, sizeof m.event.s, "e");
        m.yes.b[0] = m.no.b[0] = (uint8_t)(i + 1);
        m.no.b[1] = 1;
        component = related_renew(r, u, universe_put(u, &m));
        if (component == 0)
            k = related_kin(r, 0);
    }
    ties_destroy(&ties);
    return k;
}

/* The most that equal shares of any tokens earn at these prices, one of each
 * market at most. */
static int64_t
best_of_all(const struct kin *k, const int64_t *price)
{
    int64_t best = 0;

    for (uint32_t in = 1; in < 1u << k->count; in++)
        for (uint32_t yes = in;; yes = (yes - 1) & in) {
            struct related_set set = { (uint8_t)yes, (uint8_t)(in & ~yes),
                                       0 };
            int64_t earns = related_pays(k, set) * (int64_t)MICROS;

            for (uint32_t i = 0; i < k->count; i++)
                if ((in >> i & 1) != 0)
                    earns -= price[2 * i + (yes >> i & 1 ? 0 : 1)];
            best = earns > best ? earns : best;
            if (yes == 0)
                break;
        }
    return best;
}

static int64_t
best_set(const struct kin *k, const int64_t *price, uint32_t *pays)
{
    int64_t best = 0;

    for (uint32_t i = 0; i < k->sets; i++) {
        int64_t earns = k->set[i].pays * (int64_t)MICROS;

        for (uint32_t m = 0; m < k->count; m++)
            earns -= (k->set[i].yes >> m & 1 ? price[2 * m] : 0) +
                     (k->set[i].no >> m & 1 ? price[2 * m + 1] : 0);
        if (earns > best) {
            best = earns;
            *pays = k->set[i].pays;
        }
    }
    return best;
}

/* Needs no other. */
static bool
has_one_that_always_pays(const struct kin *k)
{
    for (uint32_t bit = 1; bit < 1u << k->count; bit <<= 1)
        if (related_pays(k, (struct related_set){ (uint8_t)bit, 0, 0 }) > 0 ||
            related_pays(k, (struct related_set){ 0, (uint8_t)bit, 0 }) > 0)
            return true;
    return false;
}

/* Whatever earns, in any number of dollars, has a part among the sets that
 * earns; and none is left out for want of room. */
static void
no_set_that_earns_is_missed(void **state)
{
    struct universe *u = universe_new(16);
    struct related *r = related_new(16);
    uint64_t seed = 6;
    uint32_t found = 0, dollars = 0, most = 0;

    (void)state;
    for (uint32_t e = 0; e < EVENTS; e++) {
        const struct kin *k = random_kin(r, u, &seed);
        int64_t price[RELATED_TOKENS];

        if (k == NULL || k->outcomes == 0 || has_one_that_always_pays(k))
            continue;
        assert_int_equal(k->sets_left_out, 0);
        most = k->sets > most ? k->sets : most;
        for (uint32_t n = 0; n < 20; n++) {
            uint32_t pays = 0;
            int64_t all, whole;

            for (uint32_t t = 0; t < 2 * k->count; t++)
                price[t] = 200000 + 10000 * (int64_t)draw(&seed, 60);
            all = best_of_all(k, price);
            whole = best_set(k, price, &pays);
            assert_true((all > 0) == (whole > 0));
            assert_true(whole <= all);
            found += whole > 0;
            dollars += pays > 1;
        }
    }
    assert_true(found > EVENTS);
    assert_true(dollars > 20);
    assert_in_range(most, 20, RELATED_SETS);
    related_destroy(&r);
    universe_destroy(&u);
}

/* Eight of which exactly one is yes: NO of any two and more, and YES of all. */
static void
an_event_of_eight_has_all_its_sets(void **state)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct universe *u = universe_new(16);
    struct related *r = related_new(16);
    struct ties *ties;
    const struct kin *k;

    (void)state;
    kit_tie(t, "exclusive", (const int[]){ 0, 1, 2, 3, 4, 5, 6, 7, -1 });
    kit_tie(t, "exhaustive", (const int[]){ 0, 1, 2, 3, 4, 5, 6, 7, -1 });
    ties = kit_ties(t);
    related_tie(r, ties);
    for (uint32_t i = 0; i < TIE_MARKETS; i++) {
        struct market m = { .rules = kit_text(i), .open = true };

        snprintf(m.market.s, sizeof m.market.s, "m%03u", i);
        snprintf(m.event.s, sizeof m.event.s, "e");
        m.yes.b[0] = m.no.b[0] = (uint8_t)(i + 1);
        m.no.b[1] = 1;
        assert_int_equal(related_renew(r, u, universe_put(u, &m)), 0);
    }
    k = related_kin(r, 0);
    assert_int_equal(k->sets_left_out, 0);
    assert_int_equal(k->sets, 256 - 1 - 8 + 1);
    for (uint32_t i = 0; i < k->sets; i++) {
        uint32_t no = (uint32_t)__builtin_popcount(k->set[i].no);

        assert_int_equal(k->set[i].yes, no > 0 ? 0 : 0xff);
        assert_int_equal(k->set[i].pays, no > 0 ? no - 1 : 1);
    }
    related_destroy(&r);
    universe_destroy(&u);
    ties_destroy(&ties);
    free(t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_pay_always_and_have_nothing_to_spare),
        cmocka_unit_test(no_set_that_earns_is_missed),
        cmocka_unit_test(an_event_of_eight_has_all_its_sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
