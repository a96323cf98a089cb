/* bench_related - strategy E's program for a component of eight markets
 *
 *   related_nested    eight nested intervals: nine outcomes are possible
 *   related_loose     of eight at least one is yes: 255 are
 *
 * Every token has eight levels of asks, and there is something to be bought.
 * The floor is what any answer must be checked by: sixteen walks, and what
 * they pay in each outcome, added up by hand. */
#include "tests/bench/bench.h"

#include "common/book.h"
#include "common/must.h"
#include "scanner/related.h"

#include <stdlib.h>

enum { DEPTH = 8, SHARES = 120 };

struct component_load {
    struct kin kin;
    struct related_offer offer;
    struct levels asks[RELATED_TOKENS];
    int64_t found;
};

static void
fill_asks(struct component_load *l, int64_t yes, int64_t no)
{
    for (uint32_t t = 0; t < RELATED_TOKENS; t++) {
        int64_t first = t % 2 == 0 ? yes : no;

        l->asks[t].count = DEPTH;
        for (int64_t i = 0; i < DEPTH; i++)
            l->asks[t].at[i] = (struct level){
                { first + 10000 * i + 1000 * (int64_t)t },
                { (SHARES + 7 * (int64_t)t) * MICROS }
            };
        l->offer.asks[t] = &l->asks[t];
        l->offer.fees[t / 2] = (struct fee_schedule){ true, { 20000 }, 1 };
    }
    l->offer.most.micros = 500 * (int64_t)MICROS;
}

static void
solve(void *arg, uint64_t n)
{
    struct component_load *l = arg;

    for (uint64_t i = 0; i < n; i++) {
        struct related_plan plan;

        must(related_best(&l->kin, &l->offer, &plan));
        l->found += plan.least.micros;
    }
}

static void
check_by_hand(void *arg, uint64_t n)
{
    struct component_load *l = arg;

    for (uint64_t i = 0; i < n; i++) {
        int64_t cost = 0, least = INT64_MAX;

        for (uint32_t t = 0; t < RELATED_TOKENS; t++)
            cost += book_walk(&l->asks[t], (struct qty){ 300 * MICROS })
                        .cost_up.micros;
        for (uint32_t o = 0; o < l->kin.outcomes; o++) {
            int64_t paid = 0;

            for (uint32_t t = 0; t < RELATED_TOKENS; t++)
                paid += (l->kin.outcome[o] >> t / 2 & 1) == (t % 2 == 0)
                            ? l->asks[t].at[0].size.micros
                            : 0;
            least = paid < least ? paid : least;
        }
        l->found += cost < least;
    }
}

void
bench_related(const char *dir)
{
    struct component_load *l = calloc(1, sizeof *l);

    (void)dir;
    must(l != NULL);
    l->kin.count = TIE_MARKETS;
    for (uint32_t i = 0; i <= TIE_MARKETS; i++)
        l->kin.outcome[l->kin.outcomes++] = (uint8_t)(0xff00u >> i);
    fill_asks(l, 440000, 460000);
    bench_ns("related_nested", 40, solve, check_by_hand, l);
    l->kin.outcomes = 0;
    for (uint32_t i = 1; i < TIE_OUTCOMES; i++)
        l->kin.outcome[l->kin.outcomes++] = (uint8_t)i;
    fill_asks(l, 90000, 940000);
    bench_ns("related_loose", 10, solve, check_by_hand, l);
    bench_use(&l->found);
    free(l);
}
