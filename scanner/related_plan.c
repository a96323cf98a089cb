/* related_plan - the best portfolio of related markets over depth */

/* Bought are shares of any tokens of a component, each as deep into its asks
 * as pays.  The program has a column for each level (shares of it cost its
 * price and fee), one for all shares of each token, and one for the least
 * payout; a row for each token (its shares are those of its levels) and one
 * for each possible outcome (the least payout is at most what pays there).
 * Basket sums, pairs and the NO of all outcomes of an event are such
 * portfolios too.
 *
 * The solver's answer is shares, and nothing else of it is used: what they
 * cost and pay is worked out here, level by level, rounded against us. */

#include "scanner/related.h"

#include "common/book.h"
#include "common/must.h"

enum {
    LEVELS = 24, /* Of a token; deeper ones are left out. */
    LEAST = 0    /* The column of the least payout. */
};

_Static_assert(1 + RELATED_TOKENS * (LEVELS + 1) <= LINEAR_COLUMNS &&
               RELATED_TOKENS + TIE_OUTCOMES <= LINEAR_ROWS &&
               RELATED_TOKENS * (LEVELS + 1) +
                   TIE_OUTCOMES * (TIE_MARKETS + 1) <= LINEAR_ENTRIES,
               "the largest program fits");

static void
add_entry(struct linear *l, uint32_t row, uint32_t column, int value)
{
    l->entry[l->entries++] = (struct linear_entry){
        (uint16_t)row, (uint16_t)column, (int16_t)value
    };
}

static uint32_t
add_column(struct linear *l, int64_t gain, int64_t most)
{
    l->column[l->columns] = (struct linear_column){ gain, most };
    return l->columns++;
}

static int64_t
least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Of a share, in whole micros; asked of many, for the sake of its rounding. */
static bool
fee_of_share(const struct fee_schedule *fees, struct price p, int64_t *micros)
{
    enum { MANY = 1000 };
    struct money fee;

    if (!fee_up(fees, p, (struct qty){ MANY * (int64_t)MICROS }, &fee))
        return false;
    *micros = (fee.micros + MANY - 1) / MANY;
    return true;
}

/* The column of its shares; its levels are behind it. */
static uint32_t
add_token(struct linear *l, const struct levels *asks,
          const struct fee_schedule *fees, int64_t most)
{
    uint32_t column = add_column(l, 0, most), row = l->rows++;

    add_entry(l, row, column, 1);
    for (uint32_t i = 0; i < asks->count && i < LEVELS; i++) {
        const struct level *level = &asks->at[i];
        int64_t fee, size = least_of(level->size.micros, most);

        if (!fee_of_share(fees, level->price, &fee))
            break;
        add_entry(l, row, add_column(l, -level->price.micros - fee, size),
                  -1);
    }
    return column;
}

static bool
pays(uint32_t token, uint32_t outcome)
{
    return (outcome >> token / 2 & 1) == (token % 2 == 0);
}

static void
write_program(const struct kin *k, const struct related_offer *o,
              uint32_t column[RELATED_TOKENS], struct linear *l)
{
    int64_t most = least_of(o->most.micros, BOOK_SIZE_MAX);

    l->columns = l->rows = l->entries = 0;
    (void)add_column(l, MICROS, most * k->count);
    for (uint32_t t = 0; t < 2 * k->count; t++)
        if (o->asks[t] != NULL)
            column[t] = add_token(l, o->asks[t], &o->fees[t / 2], most);
    for (uint32_t i = 0; i < k->outcomes; i++) {
        uint32_t row = l->rows++;

        add_entry(l, row, LEAST, 1);
        for (uint32_t t = 0; t < 2 * k->count; t++)
            if (o->asks[t] != NULL && pays(t, k->outcome[i]))
                add_entry(l, row, column[t], -1);
    }
}

static bool
work_out(const struct kin *k, const struct related_offer *o,
         struct related_plan *p)
{
    int64_t least = INT64_MAX;

    p->cost.micros = p->fees.micros = 0;
    for (uint32_t t = 0; t < 2 * k->count; t++) {
        struct walk walk;
        struct money fee;

        if (p->shares[t] == 0)
            continue;
        walk = book_walk(o->asks[t], (struct qty){ p->shares[t] });
        p->shares[t] = walk.took.micros;
        if (!fee_walk_up(&o->fees[t / 2], o->asks[t], walk.took, &fee))
            return false;
        p->cost.micros += walk.cost_up.micros;
        p->fees.micros += fee.micros;
    }
    for (uint32_t i = 0; i < k->outcomes; i++) {
        int64_t paid = 0;

        for (uint32_t t = 0; t < 2 * k->count; t++)
            paid += pays(t, k->outcome[i]) ? p->shares[t] : 0;
        least = least_of(least, paid);
    }
    p->least.micros = k->outcomes > 0 ? least : 0;
    return p->least.micros > p->cost.micros + p->fees.micros;
}

bool
related_best(const struct kin *k, const struct related_offer *o,
             struct related_plan *out)
{
    struct linear l;
    uint32_t column[RELATED_TOKENS] = { 0 };

    *out = (struct related_plan){ .shares = { 0 } };
    if (k->outcomes == 0)
        return false;
    write_program(k, o, column, &l);
    if (!linear_solve(&l))
        return false;
    for (uint32_t t = 0; t < 2 * k->count; t++)
        if (o->asks[t] != NULL)
            out->shares[t] = l.x[column[t]];
    return work_out(k, o, out);
}
