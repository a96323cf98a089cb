/* question - the title of a market, cut into pieces that can be compared
 *
 * "Will Apple close above $300 on March 31?" is the words will, apple, close,
 * then the set of prices above 300, then a day.  Two titles that differ in one
 * set alone are related as the sets are. */
#ifndef COMMON_QUESTION_H
#define COMMON_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum piece_kind {
    PIECE_WORD,
    PIECE_SET,      /* Of numbers: "above 5", "3-4", "at most 7", "7". */
    PIECE_DEADLINE, /* "by March 31", "before 2027". */
    PIECE_DAY       /* "on March 31", "March 31". */
};

/* What kind of number a set is of, as far as the title says. */
enum unit { UNIT_none, UNIT_dollar, UNIT_percent, UNIT_degree, UNIT_margin };

/* Whether one value decides ("closes above"), or any that was there once
 * ("hits", "dips to"). */
enum touch { TOUCH_no, TOUCH_above, TOUCH_below };

struct piece {
    enum piece_kind kind;
    char word[32];           /* Lower case, cut to fit. */
    int64_t low, high;       /* Micros; INT64_MIN and INT64_MAX = none. */
    bool low_out, high_out;  /* The end itself is not in the set. */
    enum unit unit;
    enum touch touch;
    int32_t day;             /* DEADLINE, DAY: grows with time. */
    bool year;               /* The title names it. */
};

enum { QUESTION_PIECES = 64 };

struct question_text {
    struct piece at[QUESTION_PIECES];
    uint32_t count;
};

/* False when it has too many pieces, or none. */
bool question_read(const char *title, struct question_text *out);

#endif /* COMMON_QUESTION_H */
