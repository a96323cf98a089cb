/* conf_put - a setting, and what its row allows, as text */

/* What is printed here reads back to the same value. */

#include "common/conf_value.h"

#include "common/must.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
conf_put(struct conf_sink *to, const char *format, ...)
{
    size_t room = to->cap - to->used;
    va_list ap;

    if (to->full)
        return;
    va_start(ap, format);
    int n = vsnprintf(to->out + to->used, room, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= room)
        to->full = true;
    else
        to->used += (size_t)n;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Safe without quotes anywhere in YAML, also between the brackets of a
 * list. */
static bool
is_plain(const char *s)
{
    if (!is_letter(s[0]) && s[0] != '/')
        return false;
    for (; *s; s++)
        if (!is_letter(*s) && (*s < '0' || *s > '9') && !strchr("_./-", *s))
            return false;
    return true;
}

void
conf_put_text(struct conf_sink *to, const char *s)
{
    if (is_plain(s)) {
        conf_put(to, "%s", s);
        return;
    }
    conf_put(to, "\"");
    for (; *s; s++)
        conf_put(to, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
    conf_put(to, "\"");
}

static void
put_micros(const void *value, struct conf_sink *to)
{
    char s[MICROS_TEXT_CAP];
    int64_t n;

    memcpy(&n, value, sizeof n);
    conf_put(to, "%s", micros_format(n, s));
}

static void
put_list(const conf_list *list, struct conf_sink *to)
{
    conf_put(to, "[");
    for (uint32_t i = 0; i < list->count; i++) {
        conf_put(to, "%s", i ? ", " : "");
        conf_put_text(to, list->at[i].s);
    }
    conf_put(to, "]");
}

void
conf_value_put(const struct conf_row *row, const void *value,
               struct conf_sink *to)
{
    switch (row->kind) {
    case CONF_count:
        conf_put(to, "%llu", (unsigned long long)*(const conf_count *)value);
        return;
    case CONF_flag:
        conf_put(to, "%s", *(const conf_flag *)value ? "true" : "false");
        return;
    case CONF_money:
    case CONF_price:
    case CONF_qty:
    case CONF_ppm: put_micros(value, to); return;
    case CONF_ms:
        conf_put(to, "%lld", (long long)((const conf_ms *)value)->ms);
        return;
    case CONF_text:
    case CONF_word: conf_put_text(to, ((const conf_text *)value)->s); return;
    case CONF_path: conf_put_text(to, ((const conf_path *)value)->s); return;
    case CONF_list: put_list(value, to); return;
    case CONF_mode:
        conf_put(to, "%s", enum_word(&mode_words, *(const conf_mode *)value));
        return;
    }
    unreachable();
}

static void
put_bounds(const struct conf_row *row, const char *unit, struct conf_sink *to)
{
    if (row->min[0] && row->max[0])
        conf_put(to, " from %s to %s%s", row->min, row->max, unit);
    else if (row->min[0])
        conf_put(to, " of at least %s%s", row->min, unit);
    else if (row->max[0])
        conf_put(to, " of at most %s%s", row->max, unit);
}

static void
put_text(const struct conf_row *row, const char *what, struct conf_sink *to)
{
    conf_put(to, "%s", what);
    put_bounds(row, " bytes", to);
}

/* "debug, info or warn" */
static void
put_words(const char *words, struct conf_sink *to)
{
    for (size_t n; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        conf_put(to, "%.*s%s", (int)n, words,
                 !words[n]                        ? ""
                 : strchr(words + n + 1, ' ')     ? ", "
                                                  : " or ");
    }
}

void
conf_value_expected(const struct conf_row *row, struct conf_sink *to)
{
    switch (row->kind) {
    case CONF_count: conf_put(to, "an integer"); break;
    case CONF_flag: conf_put(to, "true or false"); return;
    case CONF_money: conf_put(to, "an amount in dollars"); break;
    case CONF_price: conf_put(to, "a price"); break;
    case CONF_qty: conf_put(to, "a number of shares"); break;
    case CONF_ppm: conf_put(to, "a fraction"); break;
    case CONF_ms: conf_put(to, "milliseconds, an integer"); break;
    case CONF_text: put_text(row, "a text", to); return;
    case CONF_word: put_words(row->min, to); return;
    case CONF_path: put_text(row, "a path", to); return;
    case CONF_list: conf_put(to, "a list of at most 64 texts"); return;
    case CONF_mode: conf_put(to, "halted, shadow, paper or live"); return;
    }
    put_bounds(row, "", to);
}
