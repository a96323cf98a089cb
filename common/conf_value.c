/* conf_value - one setting: its text checked against its row, and back */

/* A number here is what a person wrote, and a misread limit costs money: so
 * 5oo, 0,0125, 0500, 1e3, nan and maybe are complaints, never a guess. */

#include "common/conf_value.h"

#include "common/must.h"

#include <string.h>

size_t
conf_value_size(enum conf_kind kind)
{
    switch (kind) {
    case CONF_count: return sizeof(conf_count);
    case CONF_flag: return sizeof(conf_flag);
    case CONF_money: return sizeof(conf_money);
    case CONF_price: return sizeof(conf_price);
    case CONF_qty: return sizeof(conf_qty);
    case CONF_ppm: return sizeof(conf_ppm);
    case CONF_ms: return sizeof(conf_ms);
    case CONF_text: return sizeof(conf_text);
    case CONF_word: return sizeof(conf_word);
    case CONF_path: return sizeof(conf_path);
    case CONF_list: return sizeof(conf_list);
    case CONF_mode: return sizeof(conf_mode);
    }
    unreachable();
}

/* No leading zeros, no sign: 0500 may be 320 to someone. */
static bool
is_digits(const char *s)
{
    size_t n = strspn(s, "0123456789");

    return n > 0 && s[n] == '\0' && (n == 1 || s[0] != '0');
}

static bool
count_of(const char *s, uint64_t *out)
{
    uint64_t n = 0;

    if (!is_digits(s))
        return false;
    for (; *s; s++)
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
            return false;
    *out = n;
    return true;
}

static bool
micros_of(const char *s, int64_t *out)
{
    const char *first = s + (*s == '-');

    if (first[0] == '0' && first[1] >= '0' && first[1] <= '9')
        return false;
    return micros_parse(s, strlen(s), out);
}

/* An empty bound is none; a bound that is no number is our bug. */
static bool
micros_within(const struct conf_row *row, int64_t n)
{
    int64_t bound;

    if (row->min[0]) {
        bool ok = micros_of(row->min, &bound);
        must(ok);
        if (n < bound)
            return false;
    }
    if (row->max[0]) {
        bool ok = micros_of(row->max, &bound);
        must(ok);
        if (n > bound)
            return false;
    }
    return true;
}

static bool
count_within(const struct conf_row *row, uint64_t n)
{
    uint64_t bound;

    if (row->min[0]) {
        bool ok = count_of(row->min, &bound);
        must(ok);
        if (n < bound)
            return false;
    }
    if (row->max[0]) {
        bool ok = count_of(row->max, &bound);
        must(ok);
        if (n > bound)
            return false;
    }
    return true;
}

static bool
parse_micros(const struct conf_row *row, const char *s, void *out)
{
    int64_t n;

    if (!micros_of(s, &n) || !micros_within(row, n))
        return false;
    memcpy(out, &n, sizeof n); /* Each such kind is a struct of one. */
    return true;
}

static bool
parse_ms(const struct conf_row *row, const char *s, void *out)
{
    uint64_t n;

    if (!count_of(s, &n) || n > INT64_MAX || !count_within(row, n))
        return false;
    *(conf_ms *)out = (conf_ms){ (int64_t)n };
    return true;
}

static bool
parse_count(const struct conf_row *row, const char *s, void *out)
{
    uint64_t n;

    if (!count_of(s, &n) || !count_within(row, n))
        return false;
    *(conf_count *)out = n;
    return true;
}

static bool
parse_flag(const char *s, void *out)
{
    bool yes = strcmp(s, "true") == 0;

    if (!yes && strcmp(s, "false") != 0)
        return false;
    *(conf_flag *)out = yes;
    return true;
}

static bool
text_within(const struct conf_row *row, const char *s, size_t room)
{
    for (const char *c = s; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return false;
    return strlen(s) < room && count_within(row, strlen(s));
}

static bool
parse_text(const struct conf_row *row, const char *s, void *out, size_t room)
{
    if (!text_within(row, s, room))
        return false;
    memset(out, 0, room);
    memcpy(out, s, strlen(s));
    return true;
}

static bool
parse_mode(const char *s, void *out)
{
    uint32_t word;

    if (!enum_parse(&mode_words, s, &word))
        return false;
    *(conf_mode *)out = (conf_mode)word;
    return true;
}

static bool
parse_word(const char *words, const char *s, conf_word *out)
{
    size_t n;

    for (; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        if (strlen(s) == n && memcmp(words, s, n) == 0)
            return text_set(out, s);
    }
    return false;
}

static bool
parse_list(const struct conf_row *row, const struct conf_given *given,
           conf_list *out)
{
    const char *s = given->text;

    if (!given->list || given->count > sizeof out->at / sizeof out->at[0])
        return false;
    memset(out, 0, sizeof *out);
    for (; out->count < given->count; s += strlen(s) + 1) {
        struct text *t = &out->at[out->count++];
        if (!parse_text(row, s, t->s, sizeof t->s))
            return false;
    }
    return true;
}

static bool
parse_one(const struct conf_row *row, const struct conf_given *given, void *out)
{
    const char *s = given->text;

    if (given->list != (row->kind == CONF_list))
        return false;
    switch (row->kind) {
    case CONF_count: return parse_count(row, s, out);
    case CONF_flag: return parse_flag(s, out);
    case CONF_money:
    case CONF_price:
    case CONF_qty:
    case CONF_ppm: return parse_micros(row, s, out);
    case CONF_ms: return parse_ms(row, s, out);
    case CONF_text: return parse_text(row, s, out, sizeof(struct text));
    case CONF_word: return parse_word(row->min, s, out);
    case CONF_path: return parse_text(row, s, out, sizeof(struct path));
    case CONF_list: return parse_list(row, given, out);
    case CONF_mode: return parse_mode(s, out);
    }
    unreachable();
}

bool
conf_value_split(const char *s, char *text, size_t cap,
                 struct conf_given *given)
{
    size_t n = strlen(s), used = 0;

    if (n < 2 || n > cap || s[0] != '[' || s[n - 1] != ']')
        return false;
    *given = (struct conf_given){ true, 0, 0, text };
    for (const char *at = s + 1; *at != ']';) {
        size_t item = strcspn(at, ",]");
        memcpy(text + used, at, item);
        used += item;
        text[used++] = '\0';
        given->count++;
        at += item;
        at += *at == ',';
        at += strspn(at, " ");
    }
    given->size = used;
    return true;
}

void
conf_value_default(const struct conf_row *row, void *out)
{
    char text[1024];
    struct why why;
    struct conf_given given = { false, 1, strlen(row->def) + 1, row->def };

    bool ok = row->kind != CONF_list ||
              conf_value_split(row->def, text, sizeof text, &given);
    must(ok);
    if (strcmp(row->def, "\"\"") == 0)
        given.text = "";
    ok = conf_value_parse(row, &given, out, &why);
    must(ok);
}

static void
put_got(const struct conf_given *given, struct conf_sink *to)
{
    if (given->list) {
        conf_put(to, "a list of %u", given->count);
        return;
    }
    conf_put(to, "'");
    for (int i = 0; i < 48 && given->text[i]; i++) {
        unsigned char c = (unsigned char)given->text[i];
        conf_put(to, "%c", c < 0x20 || c == 0x7f ? '?' : c);
    }
    conf_put(to, "%s", strlen(given->text) > 48 ? "...'" : "'");
}

bool
conf_value_parse(const struct conf_row *row, const struct conf_given *given,
                 void *out, struct why *why)
{
    if (parse_one(row, given, out))
        return true;
    char s[sizeof why->s];
    struct conf_sink to = { s, sizeof s, 0, false };
    s[0] = '\0';
    conf_put(&to, "expected ");
    conf_value_expected(row, &to);
    conf_put(&to, ", got ");
    put_got(given, &to);
    return why_set(why, "%s", s);
}
