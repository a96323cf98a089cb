/* relation - what the titles of two markets say about their outcomes */

/* Two titles that differ in one set of numbers: one set inside the other is an
 * implication, two without a common value exclude each other.  In one
 * deadline: the earlier implies the later.  In one name, before a verb that
 * only one can satisfy ("win the", "be the"): exclusive. */

#include "deploy/arb/relate/relation.h"

#include <string.h>

const char *
relation_word(enum relation r)
{
    static const char *const words[] = { "none", "equivalent", "implies",
                                         "implied", "exclusive" };

    return words[r];
}

static bool
is_word(const struct piece *p, const char *word)
{
    return p->kind == PIECE_WORD && strcmp(p->word, word) == 0;
}

static bool
same_set(const struct piece *a, const struct piece *b)
{
    return a->low == b->low && a->high == b->high &&
           a->low_out == b->low_out && a->high_out == b->high_out;
}

static bool
is_same(const struct piece *a, const struct piece *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case PIECE_WORD: return strcmp(a->word, b->word) == 0;
    case PIECE_SET:
        return a->unit == b->unit && a->touch == b->touch && same_set(a, b);
    case PIECE_DEADLINE:
    case PIECE_DAY: return a->day == b->day && a->year == b->year;
    }
    return false;
}

/* Every value of a is one of b. */
static bool
is_inside(const struct piece *a, const struct piece *b)
{
    bool low = a->low > b->low ||
               (a->low == b->low && (a->low_out || !b->low_out));
    bool high = a->high < b->high ||
                (a->high == b->high && (a->high_out || !b->high_out));

    return low && high;
}

/* No value is in both.  One common end counts as none: brackets share their
 * ends in the title, and the rules give it to one. */
static bool
is_apart(const struct piece *a, const struct piece *b)
{
    return a->high <= b->low || b->high <= a->low;
}

static bool
is_point(const struct piece *p)
{
    return p->low == p->high;
}

static enum relation
of_sets(const struct piece *a, const struct piece *b, const char **why)
{
    /* Two numbers that nothing is said about are names: map 1 and map 2. */
    bool names = is_point(a) && is_point(b) && a->unit != UNIT_degree;

    if (a->unit != b->unit || a->touch != b->touch || names)
        return RELATION_none;
    *why = "the same but for a number: one range lies inside the other";
    if (is_inside(a, b))
        return RELATION_implies;
    if (is_inside(b, a))
        return RELATION_implied;
    *why = "the same but for a number: the ranges have nothing in common";
    return a->touch == TOUCH_no && is_apart(a, b) ? RELATION_exclusive
                                                  : RELATION_none;
}

static enum relation
of_deadlines(const struct piece *a, const struct piece *b, const char **why)
{
    if (a->year != b->year)
        return RELATION_none;
    *why = "the same but for the deadline: what came by the earlier one came "
           "by the later";
    return a->day < b->day ? RELATION_implies : RELATION_implied;
}

/* The same length, and all the same but one place. */
static enum relation
of_one_piece(const struct question_text *a, const struct question_text *b,
             const char **why)
{
    const struct piece *x = NULL, *y = NULL;

    for (uint32_t i = 0; i < a->count; i++) {
        if (is_same(&a->at[i], &b->at[i]))
            continue;
        if (x || a->at[i].kind != b->at[i].kind)
            return RELATION_none;
        x = &a->at[i];
        y = &b->at[i];
    }
    if (!x) {
        *why = "the same question twice";
        return RELATION_equivalent;
    }
    return x->kind == PIECE_SET        ? of_sets(x, y, why)
           : x->kind == PIECE_DEADLINE ? of_deadlines(x, y, why)
                                       : RELATION_none;
}

/* "Exact Score: A 3 - 1 B": one of them at most. */
static bool
are_scores(const struct question_text *a, const struct question_text *b)
{
    bool differ = false;

    if (a->count != b->count || a->count < 3 || !is_word(&a->at[0], "exact") ||
        !is_word(&a->at[1], "score"))
        return false;
    for (uint32_t i = 2; i < a->count; i++) {
        bool same = is_same(&a->at[i], &b->at[i]);

        if (!same && (a->at[i].kind != PIECE_SET || b->at[i].kind != PIECE_SET))
            return false;
        differ |= !same;
    }
    return differ;
}

/* Only one can do that. */
static bool
is_for_one(const struct question_text *q, uint32_t at)
{
    static const char *const verbs[] = { "win", "be", "lead", "have" };

    if (at + 2 >= q->count || !is_word(&q->at[at + 1], "the"))
        return false;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (is_word(&q->at[at], verbs[i]))
            return true;
    return false;
}

uint32_t
relation_for_one(const struct question_text *q)
{
    for (uint32_t at = 1; is_word(&q->at[0], "will") && at < q->count; at++)
        if (is_for_one(q, at))
            return at;
    return q->count;
}

/* "Will NAME win the ...": the names differ, all else is the same. */
static bool
are_rivals(const struct question_text *a, const struct question_text *b)
{
    uint32_t head = 0, tail = 0, most = a->count < b->count ? a->count
                                                            : b->count;

    while (head < most && is_same(&a->at[head], &b->at[head]))
        head++;
    while (tail < most - head && is_same(&a->at[a->count - 1 - tail],
                                         &b->at[b->count - 1 - tail]))
        tail++;
    if (head == 0 || !is_word(&a->at[0], "will") || head + tail >= most)
        return false;
    /* The names may begin alike: Alex, Alexander; and end alike. */
    for (uint32_t at = a->count - tail; at < a->count; at++)
        if (is_for_one(a, at))
            return true;
    return false;
}

enum relation
relation_of(const struct question_text *a, const struct question_text *b,
            const char **why)
{
    enum relation r = RELATION_none;

    *why = "";
    if (a->count == b->count)
        r = of_one_piece(a, b, why);
    if (r == RELATION_none && are_scores(a, b)) {
        *why = "two scores of one match";
        r = RELATION_exclusive;
    }
    if (r == RELATION_none && are_rivals(a, b)) {
        *why = "two names for what only one can be";
        r = RELATION_exclusive;
    }
    if (r == RELATION_none)
        *why = "nothing in the titles";
    return r;
}
