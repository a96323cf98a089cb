/* question - the title of a market, cut into pieces that can be compared */

/* A number gets its meaning from the words around it, which then belong to
 * it: "above", "or higher", "between .. and", "top", "o/u", "dip to". */

#include "common/question.h"

#include "common/question_token.h"

#include <string.h>

struct reader {
    const struct token *t;
    uint32_t count;
    struct question_text *out;
};

/* One of the words of a list that spaces divide. */
static bool
is_one(const struct token *t, const char *list)
{
    size_t size = strlen(t->word);

    if (t->kind != TOKEN_WORD || size == 0)
        return false;
    for (const char *s = strstr(list, t->word); s;
         s = strstr(s + 1, t->word))
        if ((s == list || s[-1] == ' ') && (s[size] == ' ' || !s[size]))
            return true;
    return false;
}

/* The piece `back` places before the end of what is read so far. */
static const struct piece *
before(const struct reader *r, uint32_t back)
{
    static const struct piece none = { .kind = PIECE_DAY };

    return r->out->count >= back ? &r->out->at[r->out->count - back] : &none;
}

static bool
said(const struct reader *r, uint32_t back, const char *list)
{
    struct token t = { .kind = TOKEN_WORD };
    const struct piece *p = before(r, back);

    memcpy(t.word, p->word, sizeof t.word);
    return p->kind == PIECE_WORD && is_one(&t, list);
}

static bool
follows(const struct reader *r, uint32_t at, const char *list)
{
    return at < r->count && is_one(&r->t[at], list);
}

static void
above(struct piece *p, int64_t low, bool out)
{
    p->low = low;
    p->low_out = out;
    p->high = INT64_MAX;
}

static void
below(struct piece *p, int64_t high, bool out)
{
    p->high = high;
    p->high_out = out;
    p->low = INT64_MIN;
}

/* By the words before it; how many of them are part of it. */
static uint32_t
read_before(const struct reader *r, struct piece *p, int64_t n)
{
    if (said(r, 1, "above over exceed exceeds exceeding o/u")) {
        above(p, n, true);
        return 1;
    }
    if (said(r, 1, "below under")) {
        below(p, n, true);
        return 1;
    }
    if (said(r, 1, "top")) {
        below(p, n, false);
        return 1;
    }
    if (said(r, 1, "than") && said(r, 2, "greater more higher")) {
        above(p, n, true);
        return 2;
    }
    if (said(r, 1, "than") && said(r, 2, "less fewer lower")) {
        below(p, n, true);
        return 2;
    }
    if (said(r, 1, "least") && said(r, 2, "at")) {
        above(p, n, false);
        return 2;
    }
    if (said(r, 1, "most") && said(r, 2, "at")) {
        below(p, n, false);
        return 2;
    }
    if (said(r, 1, "reach reaches hit hits")) {
        p->touch = TOUCH_above;
        above(p, n, false);
        return 1;
    }
    if (said(r, 1, "to") && said(r, 2, "dip dips drop drops fall falls")) {
        p->touch = TOUCH_below;
        below(p, n, false);
        return 2;
    }
    return 0;
}

/* By those behind it, which win; how many. */
static uint32_t
read_behind(const struct reader *r, uint32_t at, struct piece *p, int64_t n)
{
    static const char more[] = "higher above more greater over";
    static const char less[] = "lower below less fewer under";

    if (follows(r, at, "low") && p->touch != TOUCH_no) {
        p->touch = TOUCH_below;
        below(p, n, false);
        return 1;
    }
    if (follows(r, at, "high") && p->touch != TOUCH_no)
        return 1;
    if (follows(r, at, "or") && follows(r, at + 1, more)) {
        above(p, n, false);
        return 2;
    }
    if (follows(r, at, "or") && follows(r, at + 1, less)) {
        if (p->touch != TOUCH_no)
            p->touch = TOUCH_below;
        below(p, n, false);
        return 2;
    }
    return 0;
}

static bool
is_number(const struct reader *r, uint32_t at)
{
    return at < r->count && r->t[at].kind == TOKEN_NUMBER;
}

/* "94-95", "between 60 and 65"; how many tokens, 0 = it is none. */
static uint32_t
read_range(const struct reader *r, uint32_t at, struct piece *p)
{
    const struct token *a = &r->t[at];
    bool joined = is_number(r, at + 1) && r->t[at + 1].joined;
    bool between = said(r, 1, "between") && follows(r, at + 1, "and") &&
                   is_number(r, at + 2);
    const struct token *b = joined ? a + 1 : between ? a + 2 : NULL;

    if (!b || b->micros < a->micros)
        return 0;
    p->low = a->micros;
    p->high = b->micros;
    p->unit = b->unit != UNIT_none ? b->unit : a->unit;
    return between ? 3 : 2;
}

/* The line of a spread: who is named wins by more than it. */
static bool
read_margin(const struct reader *r, const struct token *t, struct piece *p)
{
    const struct piece *first = &r->out->at[0];

    if (r->out->count < 2 || first->kind != PIECE_WORD ||
        strcmp(first->word, "spread") != 0 || t->sign == 0)
        return false;
    p->unit = UNIT_margin;
    above(p, t->sign == '-' ? t->micros : -t->micros, true);
    return true;
}

/* How many tokens it took. */
static uint32_t
read_set(struct reader *r, uint32_t at)
{
    const struct token *t = &r->t[at];
    struct piece p = { .kind = PIECE_SET, .low = t->micros,
                       .high = t->micros, .unit = t->unit };
    uint32_t used = read_range(r, at, &p), words = 0;

    if (used > 0) {
        words = said(r, 1, "between") ? 1 : 0;
    } else if (read_margin(r, t, &p)) {
        used = 1;
    } else {
        words = read_before(r, &p, t->micros);
        if (t->more)
            above(&p, t->micros, false);
        else if (t->sign == '<')
            below(&p, t->micros, true);
        else if (t->sign == '>')
            above(&p, t->micros, true);
        used = 1 + read_behind(r, at + 1, &p, t->micros);
    }
    r->out->count -= words;
    r->out->at[r->out->count++] = p;
    return used;
}

/* "by" and "before" make a deadline of a day, or of a year. */
static bool
read_time(struct reader *r, const struct token *t)
{
    bool until = said(r, 1, "by before");
    bool year = t->kind == TOKEN_NUMBER && t->whole &&
                t->micros >= INT64_C(2000) * 1000000 &&
                t->micros <= INT64_C(2100) * 1000000;
    struct piece p = { .kind = until ? PIECE_DEADLINE : PIECE_DAY,
                       .day = t->day, .year = t->year };

    if (t->kind != TOKEN_DATE && !(until && year))
        return false;
    if (t->kind != TOKEN_DATE) {
        p.day = (int32_t)(t->micros / 1000000) * 12 * 31;
        p.year = true;
    }
    p.day -= until && said(r, 1, "before");
    r->out->count -= until;
    r->out->at[r->out->count++] = p;
    return true;
}

bool
question_read(const char *title, struct question_text *out)
{
    struct token t[TOKENS_CAP];
    struct reader r = { t, tokens_read(title, t), out };
    uint32_t i = 0;

    out->count = 0;
    while (i < r.count) {
        if (out->count == QUESTION_PIECES)
            return false;
        if (read_time(&r, &t[i])) {
            i++;
        } else if (t[i].kind == TOKEN_NUMBER) {
            i += read_set(&r, i);
        } else {
            struct piece p = { .kind = PIECE_WORD };
            memcpy(p.word, t[i].word, sizeof p.word);
            out->at[out->count++] = p;
            i++;
        }
    }
    return out->count > 0;
}
