/* account_view - the account judged, as text, and as JSON */
#include "deploy/arb/account.h"
#include "deploy/arb/dollars.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
problem(struct tally *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
problem(struct tally *a, const char *format, ...)
{
    size_t used = strlen(a->problems), left = sizeof a->problems - used;
    va_list args;
    va_start(args, format);
    int size = vsnprintf(a->problems + used, left, format, args);
    va_end(args);
    if (size >= 0 && (size_t)size + 1 < left)
        memcpy(a->problems + used + size, "\n", 2);
}

/* One settlement for each split, merge and conversion; of one redemption there
 * may be two, as both tokens went. */
static void
judge_chain(struct tally *a)
{
    const struct account_chain *c = &a->chain;
    char there[MICROS_TEXT_CAP], here[MICROS_TEXT_CAP];
    if (!c->given)
        return;
    if (c->cash.micros != a->venue.cash.micros || c->tokens_off > 0)
        problem(a, "on chain there is $%s, at the venue $%s; %" PRId64
                " tokens differ", micros_format(c->cash.micros, there),
                micros_format(a->venue.cash.micros, here), c->tokens_off);
    if (c->done[CHAIN_PURPOSE_split] != c->settled[SETTLE_KIND_split] ||
        c->done[CHAIN_PURPOSE_merge] != c->settled[SETTLE_KIND_merge] ||
        c->done[CHAIN_PURPOSE_convert] != c->settled[SETTLE_KIND_convert] ||
        c->done[CHAIN_PURPOSE_redeem] > c->settled[SETTLE_KIND_redeem])
        problem(a, "what was done on chain is not what was booked");
    if (c->paid != c->settled[SETTLE_KIND_gas])
        problem(a, "%" PRId64 " transactions cost gas, %" PRId64
                " are booked", c->paid, c->settled[SETTLE_KIND_gas]);
    if (c->open > 0 || c->unproved > 0)
        problem(a, "%" PRId64 " transactions have not ended, of %" PRId64
                " the node knows nothing", c->open, c->unproved);
    if (c->pairs > 0)
        problem(a, "%" PRId64 " pairs of B were not merged", c->pairs);
}

void
account_judge(struct tally *a)
{
    char sum[MICROS_TEXT_CAP], more[MICROS_TEXT_CAP];
    if (a->executions[EXEC_STATUS_FILLED] == 0)
        problem(a, "nothing was FILLED");
    if (a->ledger_sum.micros != 0 || a->unbalanced > 0)
        problem(a, "the ledger does not sum to 0 (%s, %" PRId64 " refs)",
                micros_format(a->ledger_sum.micros, sum), a->unbalanced);
    if (a->reserved.micros != 0)
        problem(a, "$%s is still reserved",
                micros_format(a->reserved.micros, sum));
    if (a->orphans > 0)
        problem(a, "%" PRId64 " rows do not fit together (view arb_orphan)",
                a->orphans);
    for (uint32_t i = 0; i < a->tables_count; i++)
        if (a->tables[i].expected >= 0 &&
            a->tables[i].rows != a->tables[i].expected)
            problem(a, "%s: %" PRId64 " rows, the journals say %" PRId64,
                    a->tables[i].name, a->tables[i].rows,
                    a->tables[i].expected);
    if (a->planted.given && a->planted.missed > 0)
        problem(a, "%" PRId64 " planted situations were not found",
                a->planted.missed);
    for (uint32_t i = 0; i < STRATEGIES; i++)
        if (a->planted.fooled[i] > 0)
            problem(a, "%s: %" PRId64 " near misses were taken for "
                    "opportunities", enum_word(&strategy_words, i),
                    a->planted.fooled[i]);
    if (a->planted.given && a->planted.extra > 0)
        problem(a, "%" PRId64 " opportunities were not planted",
                a->planted.extra);
    if (a->planted.mischief && a->planted.mismatches != a->hash_mismatch)
        problem(a, "%" PRId64 " hash mismatches, %" PRId64 " planted",
                a->hash_mismatch, a->planted.mismatches);
    if (a->venue.given && a->venue.cash.micros != a->venue.ledger.micros)
        problem(a, "the venue holds $%s of cash, the ledger $%s",
                micros_format(a->venue.cash.micros, sum),
                micros_format(a->venue.ledger.micros, more));
    if (a->venue.given && a->venue.tokens_off > 0)
        problem(a, "%" PRId64 " tokens are held otherwise at the venue, one "
                "is %s", a->venue.tokens_off, a->venue.which.s);
    judge_chain(a);
    if (a->hash_checked == 0)
        problem(a, "no book was proved by its hash");
    a->ok = a->problems[0] == '\0';
}

static void
print_words(const char *title, const struct enum_table *words,
            const int64_t *counts)
{
    printf("%-18s", title);
    bool any = false;
    for (uint32_t i = 0; i < words->count; i++) {
        if (counts[i] == 0)
            continue;
        printf("%s%s %" PRId64, any ? ", " : " ", words->values[i],
               counts[i]);
        any = true;
    }
    printf(any ? "\n" : " none\n");
}

/* A line for each strategy that is on. */
static void
print_strategies(const struct tally *a)
{
    const struct account_planted *p = &a->planted;
    printf("%-18s %9s%9s%9s%9s%12s\n", "strategy", "opened", "filled",
           "planted", "found", "near misses");
    for (uint32_t i = 0; i < STRATEGIES; i++) {
        if (p->off[i] || a->opportunities[i] + p->planted[i] == 0)
            continue;
        printf("  %-16s %9" PRId64 "%9" PRId64 "%9" PRId64 "%9" PRId64
               "%12" PRId64 ", %" PRId64 " found\n",
               enum_word(&strategy_words, i), a->opportunities[i],
               a->filled[i], p->planted[i], p->found[i], p->near[i],
               p->fooled[i]);
    }
}

static int64_t
micros_of(const struct account_hop *h, unsigned permille)
{
    return histogram_at(&h->histogram, permille).ns / 1000;
}

static void
print_chain(const struct account_chain *c)
{
    char cash[MICROS_TEXT_CAP], gas[MICROS_TEXT_CAP];
    printf("%-18s $%s there; %" PRId64 " splits, %" PRId64 " merges, %" PRId64
           " redemptions done, and booked %" PRId64 ", %" PRId64 ", %" PRId64
           "\n", "chain", dollars(c->cash, cash),
           c->done[CHAIN_PURPOSE_split], c->done[CHAIN_PURPOSE_merge],
           c->done[CHAIN_PURPOSE_redeem], c->settled[SETTLE_KIND_split],
           c->settled[SETTLE_KIND_merge], c->settled[SETTLE_KIND_redeem]);
    printf("%-18s $%s of gas for %" PRId64 " transactions, %" PRId64
           " failed; %" PRId64 " pairs left unmerged\n", "",
           dollars(c->gas, gas), c->paid, c->failed, c->pairs);
}

void
account_text(const struct tally *a, const char *var)
{
    char pnl[MICROS_TEXT_CAP];
    printf("\n--- account of %" PRId64 " s in %s mode ---\n", a->seconds,
           a->mode.s);
    printf("%-18s %" PRId64 " markets (%" PRId64 " tokens) in %" PRId64
           " events\n", "followed", a->markets, a->tokens, a->events);
    printf("%-18s %" PRId64 " proved by hash, %" PRId64 " mismatches",
           "books", a->hash_checked, a->hash_mismatch);
    if (a->planted.mischief)
        printf(" (%" PRId64 " planted)", a->planted.mismatches);
    printf("\n");
    if (a->planted.given)
        print_strategies(a);
    else
        print_words("opportunities", &strategy_words, a->opportunities);
    print_words("executions", &exec_status_words, a->executions);
    print_words("  why not FILLED", &reason_words, a->reasons);
    print_words("riskd stepped in", &action_words, a->actions);
    printf("%-18s %" PRId64 " orders, %" PRId64 " fills\n", "sent",
           a->orders, a->fills);
    printf("%-18s $%s realised, net of fees\n",
           a->venue.given ? "P&L" : "virtual P&L", dollars(a->pnl, pnl));
    if (a->venue.given)
        printf("%-18s $%s there and in the ledger, %" PRId64 " tokens equal\n",
               "venue", dollars(a->venue.cash, pnl),
               a->venue.tokens - a->venue.tokens_off);
    if (a->chain.given)
        print_chain(&a->chain);
    for (int i = 0; i < ACCOUNT_HOPS; i++)
        if (histogram_count(&a->hops[i].histogram) > 0)
            printf("%-18s p50 %" PRId64 " us, p99 %" PRId64 " us (%" PRIu64
                   " samples)\n", a->hops[i].name,
                   micros_of(&a->hops[i], 500), micros_of(&a->hops[i], 990),
                   histogram_count(&a->hops[i].histogram));
    for (uint32_t i = 0; i < a->tables_count; i++) {
        printf("%-22s %8" PRId64 " rows", a->tables[i].name,
               a->tables[i].rows);
        if (a->tables[i].expected >= 0)
            printf(", %" PRId64 " in the journals", a->tables[i].expected);
        printf("\n");
    }
    printf("logs               %s/log/\njournals           %s/journal/\n",
           var, var);
    if (a->ok)
        printf("every check of this account holds\n");
    else
        printf("THIS ACCOUNT IS NOT GOOD:\n%s", a->problems);
}

struct text_out { char *at; size_t left; bool full; };

static void
put(struct text_out *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct text_out *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(o->at, o->left, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= o->left) {
        o->full = true;
        return;
    }
    o->at += n;
    o->left -= (size_t)n;
}

static void
put_words(struct text_out *o, const char *name,
          const struct enum_table *words, const int64_t *counts)
{
    put(o, "\"%s\":{", name);
    bool any = false;
    for (uint32_t i = 0; i < words->count; i++) {
        if (counts[i] == 0)
            continue;
        put(o, "%s\"%s\":%" PRId64, any ? "," : "", words->values[i],
            counts[i]);
        any = true;
    }
    put(o, "},");
}

size_t
account_json(const struct tally *a, char *out, size_t cap)
{
    struct text_out o = { out, cap, false };
    put(&o, "{\"markets\":%" PRId64 ",\"tokens\":%" PRId64 ",\"events\":%"
        PRId64 ",\"hash_checked\":%" PRId64 ",\"hash_mismatch\":%" PRId64
        ",", a->markets, a->tokens, a->events, a->hash_checked,
        a->hash_mismatch);
    put_words(&o, "opportunities", &strategy_words, a->opportunities);
    put_words(&o, "executions", &exec_status_words, a->executions);
    put_words(&o, "reasons", &reason_words, a->reasons);
    put_words(&o, "actions", &action_words, a->actions);
    put(&o, "\"orders\":%" PRId64 ",\"fills\":%" PRId64
        ",\"pnl_micros\":%" PRId64 ",\"latency_us\":{", a->orders, a->fills,
        a->pnl.micros);
    const char *comma = "";
    for (int i = 0; i < ACCOUNT_HOPS; i++) {
        uint64_t n = histogram_count(&a->hops[i].histogram);
        if (n == 0)
            continue;
        put(&o,
            "%s\"%s\":{\"p50\":%" PRId64 ",\"p99\":%" PRId64
            ",\"n\":%" PRIu64 "}",
            comma, a->hops[i].name, micros_of(&a->hops[i], 500),
            micros_of(&a->hops[i], 990), n);
        comma = ",";
    }
    put(&o, "},\"rows\":{");
    for (uint32_t i = 0; i < a->tables_count; i++)
        put(&o, "%s\"%s\":%" PRId64, i == 0 ? "" : ",", a->tables[i].name,
            a->tables[i].rows);
    put(&o, "},");
    put_words(&o, "planted", &strategy_words, a->planted.planted);
    put_words(&o, "found", &strategy_words, a->planted.found);
    put_words(&o, "near_misses", &strategy_words, a->planted.near);
    put_words(&o, "near_misses_found", &strategy_words, a->planted.fooled);
    put_words(&o, "filled", &strategy_words, a->filled);
    if (a->chain.given)
        put(&o, "\"chain\":{\"splits\":%" PRId64 ",\"merges\":%" PRId64
            ",\"redeems\":%" PRId64 ",\"transactions\":%" PRId64
            ",\"gas_micros\":%" PRId64 "},", a->chain.done[CHAIN_PURPOSE_split],
            a->chain.done[CHAIN_PURPOSE_merge],
            a->chain.done[CHAIN_PURPOSE_redeem], a->chain.paid,
            a->chain.gas.micros);
    put(&o, "\"mode\":\"%s\",\"seconds\":%" PRId64 ",\"ok\":%s}\n",
        a->mode.s, a->seconds, a->ok ? "true" : "false");
    return o.full ? 0 : (size_t)(o.at - out);
}
