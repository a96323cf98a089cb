/* question_token - words, numbers and dates of a title, without meaning yet */

/* Letters fold to lower case, bytes above ASCII belong to words, a dash of any
 * length is '-'.  What begins with a digit and is no plain number (10:35am,
 * 2nd, 2026-27) stays a word. */

#include "common/question_token.h"

#include "proto/units.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const months[] = { "jan", "feb", "mar", "apr", "may",
                                      "jun", "jul", "aug", "sep", "oct",
                                      "nov", "dec" };
static const char *const long_months[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"
};

/* Grows with time; the same for the same day. */
static int32_t
day_of(int32_t year, int32_t month, int32_t day)
{
    return (year * 12 + month - 1) * 31 + day - 1;
}

/* The bytes of a dash at s, ASCII or not; 0 = none there. */
static size_t
dash(const char *s)
{
    static const char *const dashes[] = { "-", "\xe2\x80\x90", "\xe2\x80\x91",
                                          "\xe2\x80\x92", "\xe2\x80\x93",
                                          "\xe2\x80\x94", "\xe2\x88\x92" };

    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
        if (strncmp(s, dashes[i], strlen(dashes[i])) == 0)
            return strlen(dashes[i]);
    return 0;
}

static bool
starts_word(const char *s)
{
    unsigned char c = (unsigned char)*s;

    return isalnum(c) || (c >= 0x80 && dash(s) == 0 &&
                          strncmp(s, "\xc2\xb0", 2) != 0 &&
                          strncmp(s, "\xe2\x80\x98", 3) != 0 &&
                          strncmp(s, "\xe2\x80\x99", 3) != 0 &&
                          strncmp(s, "\xe2\x80\x9c", 3) != 0 &&
                          strncmp(s, "\xe2\x80\x9d", 3) != 0);
}

/* Inside a word: also what joins its parts ("o/u", "ny-13", "10:35am"). */
static const char *
word_end(const char *s)
{
    const char *from = s;

    while (starts_word(s) ||
           (*s != '\0' && s > from && isalnum((unsigned char)s[1]) &&
            (strchr("/:.&'", *s) ||
             (*s == '-' && isalpha((unsigned char)*from)))))
        s++;
    return s;
}

static void
put_word(struct token *t, const char *s, size_t size)
{
    size_t most = sizeof t->word - 1;

    t->kind = TOKEN_WORD;
    for (size_t i = 0; i < size && i < most; i++)
        t->word[i] = (char)tolower((unsigned char)s[i]);
}

/* Digits with commas, a decimal part, and k, m, b, bn, t behind.  The end, or
 * NULL when it is none. */
static const char *
read_number(const char *s, struct token *t)
{
    char digits[32];
    size_t n = 0;
    int64_t scale = 1;
    bool whole = true;

    for (; *s != '\0' && n + 1 < sizeof digits; s++) {
        bool inside = n > 0 && isdigit((unsigned char)s[1]);

        if (isdigit((unsigned char)*s) || (*s == '.' && inside && whole)) {
            whole &= *s != '.';
            digits[n++] = *s;
        } else if (!(*s == ',' && inside && isdigit((unsigned char)s[2]) &&
                     isdigit((unsigned char)s[3]) && whole)) {
            break;
        }
    }
    if (strncasecmp(s, "bn", 2) == 0 && !isalnum((unsigned char)s[2])) {
        scale = 1000000000;
        s += 2;
    } else if (*s != '\0' && strchr("kKmMbBtT", *s) &&
               !isalnum((unsigned char)s[1])) {
        scale = *s == 'k' || *s == 'K'   ? 1000
                : *s == 'm' || *s == 'M' ? 1000000
                : *s == 'b' || *s == 'B' ? 1000000000
                                         : 1000000000000;
        s++;
    }
    if (starts_word(s) || (*s == ':' && isdigit((unsigned char)s[1])) ||
        !micros_parse(digits, n, &t->micros) ||
        __builtin_mul_overflow(t->micros, scale, &t->micros))
        return NULL;
    t->kind = TOKEN_NUMBER;
    t->whole = whole && scale == 1;
    return s;
}

static const char *
read_unit(const char *s, struct token *t)
{
    if (*s == '%') {
        t->unit = UNIT_percent;
        s++;
    }
    if (strncmp(s, "\xc2\xb0", 2) == 0) {
        t->unit = UNIT_degree;
        s += 2;
        if (*s == 'C' || *s == 'F')
            s++;
    }
    if (*s == '+') {
        t->more = true;
        s++;
    }
    return s;
}

/* 2026-03-27 */
static const char *
read_iso_date(const char *s, struct token *t)
{
    int32_t part[3] = { 0 };

    for (int i = 0, k = 0; i < 10; i++) {
        if (i == 4 || i == 7 ? s[i] != '-' : !isdigit((unsigned char)s[i]))
            return NULL;
        if (s[i] == '-')
            k++;
        else
            part[k] = part[k] * 10 + s[i] - '0';
    }
    if (isalnum((unsigned char)s[10]))
        return NULL;
    t->kind = TOKEN_DATE;
    t->year = true;
    t->day = day_of(part[0], part[1], part[2]);
    return s + 10;
}

static const char *
read_one(const char *s, struct token *t)
{
    const char *end = NULL;
    bool dollar = *s == '$';

    *t = (struct token){ 0 };
    s += dollar;
    if (isdigit((unsigned char)*s))
        end = read_iso_date(s, t);
    if (end)
        return end;
    if (isdigit((unsigned char)*s))
        end = read_number(s, t);
    if (end) {
        t->unit = dollar ? UNIT_dollar : UNIT_none;
        return read_unit(end, t);
    }
    end = word_end(s);
    put_word(t, s, (size_t)(end - s));
    return end;
}

static int32_t
month_of(const struct token *t)
{
    for (int32_t i = 0; t->kind == TOKEN_WORD && i < 12; i++)
        if (strcmp(t->word, months[i]) == 0 ||
            strcmp(t->word, long_months[i]) == 0)
            return i + 1;
    return 0;
}

static int32_t
whole_of(const struct token *t, int32_t low, int32_t high)
{
    int64_t n = t->micros / MICROS;

    return t->kind == TOKEN_NUMBER && t->whole && t->unit == UNIT_none &&
                   !t->joined && n >= low && n <= high
               ? (int32_t)n
               : 0;
}

/* "March 31", "March 31, 2026", "March 2026" (its last day) become one. */
static uint32_t
join_dates(struct token *t, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        int32_t month = month_of(&t[i]);
        int32_t day = i + 1 < count ? whole_of(&t[i + 1], 1, 31) : 0;
        uint32_t next = i + (day > 0 ? 2 : 1);
        int32_t year = next < count ? whole_of(&t[next], 2000, 2100) : 0;
        struct token date = { .kind = TOKEN_DATE, .year = year > 0 };

        if (month == 0 || (day == 0 && year == 0)) {
            t[kept++] = t[i];
            continue;
        }
        date.day = day_of(year, month, day > 0 ? day : 31);
        t[kept++] = date;
        i = next - (year > 0 ? 0 : 1);
    }
    return kept;
}

uint32_t
tokens_read(const char *title, struct token out[TOKENS_CAP])
{
    uint32_t count = 0;
    const char *s = title;
    bool joined = false;
    char sign = 0;

    while (*s != '\0') {
        size_t size = dash(s);
        bool tight = s > title && isalnum((unsigned char)s[-1]);

        if (!starts_word(s) && !(*s == '$' && isdigit((unsigned char)s[1]))) {
            tight |= s > title && (s[-1] == '%' || s[-1] == 'F');
            joined = size > 0 && tight && (isdigit((unsigned char)s[size]) ||
                                           s[size] == '$');
            if (*s != ' ' || (sign != '<' && sign != '>'))
                sign = tight || !strchr("-+<>", *s) ? 0 : *s;
            s += size > 0 ? size : 1;
            continue;
        }
        if (count == TOKENS_CAP)
            return 0;
        s = read_one(s, &out[count]);
        out[count].joined = joined && count > 0 &&
                            out[count].kind == TOKEN_NUMBER &&
                            out[count - 1].kind == TOKEN_NUMBER;
        out[count].sign = sign;
        joined = false;
        sign = 0;
        count++;
    }
    return join_dates(out, count);
}
