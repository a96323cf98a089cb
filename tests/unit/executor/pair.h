/* pair - a pair bought, of which one side did not fill */
#ifndef TESTS_EXECUTOR_PAIR_H
#define TESTS_EXECUTOR_PAIR_H

#include "tests/unit/executor/floor.h"

enum { YES = 8, NO = 9 };

/* A pair meant for 60 sets at 45 + 50, its orders sent; then the book of NO
 * keeps only so many shares at 50. */
static inline struct floor *
sent_by(struct floor *f, int64_t shares_left)
{
    floor_book(f, YES, 43, 45, 60);
    floor_book(f, NO, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    assert_int_equal(f->intents, 2);
    floor_book(f, NO, 43, shares_left > 0 ? 50 : 90,
               shares_left > 0 ? shares_left : 1);
    return f;
}

static inline struct floor *
sent(int64_t shares_left)
{
    return sent_by(floor_new(), shares_left);
}

static inline void
assert_quiet(struct floor *f)
{
    floor_run(f, 3000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(f->said_fills, f->fills);
    floor_destroy(f);
}

#endif /* TESTS_EXECUTOR_PAIR_H */
