/* fields - the members of a JSON object somebody typed, read one by one */
#include "deploy/arb/fields.h"

#include "common/hex.h"

#include <stdio.h>
#include <string.h>

struct fields
fields_of(const struct json_value *object, const char *const *names,
          struct why *why)
{
    struct fields f = { object, why, json_is_object(object) };

    if (!f.ok)
        (void)why_set(why, "expected one JSON object on the line");
    for (const struct json_value *v = json_first(object); f.ok && v;
         v = json_next(v)) {
        size_t i = 0;
        while (names[i] && strcmp(names[i], json_key(v)) != 0)
            i++;
        if (!names[i])
            f.ok = why_set(why, "%.60s: no such field", json_key(v));
    }
    return f;
}

bool
field_is_null(const struct fields *f, const char *name)
{
    const struct json_value *v = json_get(f->object, name);

    return !v || json_is_null(v);
}

static bool
wrong(struct fields *f, const char *name, const char *expected)
{
    f->ok = false;
    return why_set(f->why, "%s: expected %s", name, expected);
}

bool
field_needed(struct fields *f, const char *name)
{
    if (f->ok && field_is_null(f, name))
        return wrong(f, name, "a value");
    return f->ok;
}

bool
field_flag(struct fields *f, const char *name, bool *out)
{
    if (!f->ok || field_is_null(f, name))
        return f->ok;
    return json_bool(json_get(f->object, name), out) ||
           wrong(f, name, "true or false");
}

/* Digits without leading zeros, or hex digits behind 0x. */
static bool
parse_count(const char *s, uint64_t *out)
{
    unsigned base = s[0] == '0' && s[1] == 'x' ? 16 : 10;
    uint64_t n = 0;

    s += base == 16 ? 2 : 0;
    if (!*s || (*s == '0' && s[1]))
        return false;
    for (; *s; s++) {
        unsigned digit = (unsigned)(uint8_t)*s - '0';
        if (digit > 9 && base == 16)
            digit = *s >= 'a' && *s <= 'f' ? (unsigned)(*s - 'a') + 10 : 99;
        if (digit >= base || __builtin_mul_overflow(n, base, &n) ||
            __builtin_add_overflow(n, digit, &n))
            return false;
    }
    *out = n;
    return true;
}

bool
field_count(struct fields *f, const char *name, uint64_t *out)
{
    if (!f->ok || field_is_null(f, name))
        return f->ok;
    const char *s = json_scalar(json_get(f->object, name));
    return (s && parse_count(s, out)) ||
           wrong(f, name, "a whole number below 2^64");
}

bool
field_micros(struct fields *f, const char *name, int64_t *out)
{
    if (!f->ok || field_is_null(f, name))
        return f->ok;
    return json_micros(json_get(f->object, name), out) ||
           wrong(f, name, "a number with at most 6 decimals");
}

bool
field_word(struct fields *f, const char *name, struct hash *out)
{
    size_t count = 0;

    if (!f->ok || field_is_null(f, name))
        return f->ok;
    const char *s = json_string(json_get(f->object, name));
    return (s && hex_data_parse(s, strlen(s), out->b, 32, &count) &&
            count == 32) ||
           wrong(f, name, "0x and 64 hex digits");
}

bool
field_text(struct fields *f, const char *name, const char **out)
{
    if (!f->ok)
        return false;
    *out = json_string(json_get(f->object, name));
    return *out || wrong(f, name, "a text");
}

bool
field_token(struct fields *f, const char *name, struct hash *out)
{
    if (!f->ok)
        return false;
    const char *s = json_scalar(json_get(f->object, name));
    return (s && token_parse(s, strlen(s), out) && !hash_is_zero(out)) ||
           wrong(f, name, "the decimal digits of a token id");
}

bool
field_number(struct fields *f, const char *name, struct hash *out)
{
    uint64_t n;

    if (!f->ok || field_is_null(f, name))
        return f->ok;
    const char *s = json_scalar(json_get(f->object, name));
    if (s && s[0] == '0' && s[1] == 'x' && parse_count(s, &n)) {
        memset(out, 0, sizeof *out);
        for (int i = 31; n > 0; i--, n >>= 8)
            out->b[i] = (uint8_t)n;
        return true;
    }
    return (s && token_parse(s, strlen(s), out)) ||
           wrong(f, name, "a whole number below 2^256");
}

bool
field_address(struct fields *f, const char *name, struct address *out)
{
    if (!f->ok)
        return false;
    const char *s = json_string(json_get(f->object, name));
    return (s && address_parse(s, strlen(s), out)) ||
           wrong(f, name, "0x and 40 hex digits, of one case or with the "
                          "case of its checksum");
}

bool
field_among(struct fields *f, const char *name, const char *const *words,
            uint32_t count, uint32_t *out)
{
    char expected[100];
    size_t used = 0;

    if (!f->ok)
        return false;
    const char *s = json_string(json_get(f->object, name));
    for (uint32_t i = 0; s && i < count; i++)
        if (strcmp(s, words[i]) == 0) {
            *out = i;
            return true;
        }
    for (uint32_t i = 0; i < count && used < sizeof expected; i++)
        used += (size_t)snprintf(expected + used, sizeof expected - used,
                                 "%s%s", i ? " or " : "", words[i]);
    return wrong(f, name, expected);
}
