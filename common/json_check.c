/* json_check - the strict pass over a JSON text, before cJSON sees it */

/* cJSON 1.7.15 reads numbers as doubles and lets through trailing bytes, 01,
 * "1.", invalid UTF-8 and raw control characters.  So this pass checks the
 * grammar of RFC 8259 byte by byte, and hands cJSON a text in which numbers
 * are marked strings.  It does not recurse: the kinds of the open brackets
 * are the bits of one word. */

#include "common/json_check.h"

#include "proto/utf8.h"

#include <stdint.h>
#include <string.h>

struct pass {
    const unsigned char *start, *at, *end;
    char *out;
    uint32_t values;
    const char *want; /* What was expected at `at`, when it failed. */
};

static bool
expected(struct pass *p, const char *want)
{
    p->want = want;
    return false;
}

static void
skip_space(struct pass *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' ||
                              *p->at == '\r' || *p->at == '\t'))
        p->at++;
}

static bool
next_is(const struct pass *p, char c)
{
    return p->at < p->end && *p->at == (unsigned char)c;
}

static void
copy(struct pass *p, const unsigned char *from)
{
    size_t n = (size_t)(p->at - from);

    memcpy(p->out, from, n);
    p->out += n;
}

static bool
take(struct pass *p, char c, const char *want)
{
    if (!next_is(p, c))
        return expected(p, want);
    p->at++;
    *p->out++ = c;
    return true;
}

static bool
digits(struct pass *p)
{
    const unsigned char *from = p->at;

    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return p->at > from ? true : expected(p, "a digit");
}

static bool
number(struct pass *p)
{
    const unsigned char *from = p->at;

    if (next_is(p, '-'))
        p->at++;
    if (next_is(p, '0'))
        p->at++;
    else if (!digits(p))
        return false;
    if (next_is(p, '.')) {
        p->at++;
        if (!digits(p))
            return false;
    }
    if (next_is(p, 'e') || next_is(p, 'E')) {
        p->at++;
        if (next_is(p, '+') || next_is(p, '-'))
            p->at++;
        if (!digits(p))
            return false;
    }
    *p->out++ = '"';
    *p->out++ = JSON_NUMBER_MARK;
    copy(p, from);
    *p->out++ = '"';
    return true;
}

static bool
hex4(struct pass *p, unsigned *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        unsigned c = p->at < p->end ? *p->at : 0;
        if (c >= '0' && c <= '9')
            *code = *code << 4 | (c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            *code = *code << 4 | ((c | 32) - 'a' + 10);
        else
            return expected(p, "four hex digits");
    }
    return true;
}

/* After the backslash. */
static bool
escape(struct pass *p)
{
    unsigned code;

    if (p->at == p->end)
        return expected(p, "the rest of an escape");
    if (*p->at != 'u') {
        if (*p->at == '\0' || !strchr("\"\\/bfnrt", *p->at))
            return expected(p, "a known escape");
        p->at++;
        return true;
    }
    p->at++;
    if (!hex4(p, &code))
        return false;
    if (code == 0)
        return expected(p, "no \\u0000");
    if (code >= 0xdc00 && code <= 0xdfff)
        return expected(p, "the first half of a surrogate pair");
    if (code >= 0xd800 && code <= 0xdbff) {
        if (p->end - p->at < 2 || p->at[0] != '\\' || p->at[1] != 'u')
            return expected(p, "the second half of a surrogate pair");
        p->at += 2;
        if (!hex4(p, &code))
            return false;
        if (code < 0xdc00 || code > 0xdfff)
            return expected(p, "the second half of a surrogate pair");
    }
    return true;
}

static bool
string(struct pass *p)
{
    const unsigned char *from = p->at;

    if (!next_is(p, '"'))
        return expected(p, "a string");
    p->at++;
    while (p->at < p->end) {
        unsigned char c = *p->at;
        if (c == '"') {
            p->at++;
            copy(p, from);
            return true;
        }
        if (c == '\\') {
            p->at++;
            if (!escape(p))
                return false;
        } else if (c < 0x20) {
            return expected(p, "no control character");
        } else if (c < 0x80) {
            p->at++;
        } else {
            size_t n = utf8_step((const char *)p->at,
                                 (size_t)(p->end - p->at));
            if (n == 0)
                return expected(p, "valid UTF-8");
            p->at += n;
        }
    }
    return expected(p, "the end of a string");
}

static bool
word(struct pass *p, const char *text)
{
    const unsigned char *from = p->at;
    size_t n = strlen(text);

    if ((size_t)(p->end - p->at) < n || memcmp(p->at, text, n) != 0)
        return expected(p, "a value");
    p->at += n;
    copy(p, from);
    return true;
}

static bool
plain_value(struct pass *p)
{
    if (p->at == p->end)
        return expected(p, "a value");
    switch (*p->at) {
    case '"': return string(p);
    case 't': return word(p, "true");
    case 'f': return word(p, "false");
    case 'n': return word(p, "null");
    default:
        if (*p->at != '-' && (*p->at < '0' || *p->at > '9'))
            return expected(p, "a value");
        return number(p);
    }
}

static bool
key(struct pass *p)
{
    skip_space(p);
    if (!string(p))
        return false;
    skip_space(p);
    return take(p, ':', "':'");
}

/* Opens brackets until a plain value or an empty bracket stands complete.
 * *kinds has a 1 bit for each open object, the innermost lowest. */
static bool
one_value(struct pass *p, uint64_t *kinds, unsigned *depth)
{
    for (;;) {
        skip_space(p);
        if (++p->values > JSON_VALUES_CAP)
            return expected(p, "fewer values");
        bool object = next_is(p, '{');
        if (!object && !next_is(p, '['))
            return plain_value(p);
        if (*depth == JSON_DEPTH_CAP)
            return expected(p, "at most 64 levels");
        *p->out++ = (char)*p->at++;
        *kinds = *kinds << 1 | object;
        ++*depth;
        skip_space(p);
        if (next_is(p, object ? '}' : ']'))
            return true;
        if (object && !key(p))
            return false;
    }
}

static bool
whole_text(struct pass *p)
{
    uint64_t kinds = 0;
    unsigned depth = 0;

    do {
        if (!one_value(p, &kinds, &depth))
            return false;
        skip_space(p);
        while (depth > 0 && next_is(p, kinds & 1 ? '}' : ']')) {
            *p->out++ = (char)*p->at++;
            kinds >>= 1;
            depth--;
            skip_space(p);
        }
        if (depth == 0)
            break;
        if (!take(p, ',', kinds & 1 ? "',' or '}'" : "',' or ']'"))
            return false;
        if (kinds & 1 && !key(p))
            return false;
    } while (p->at < p->end);
    if (depth > 0)
        return expected(p, "a value");
    return p->at == p->end ? true : expected(p, "the end");
}

bool
json_check(const char *s, size_t size, char *out, size_t *out_size,
           struct why *why)
{
    const unsigned char *start = (const unsigned char *)s;
    struct pass p = { start, start, start + size, out, 0, NULL };

    if (!whole_text(&p))
        return why_set(why, "JSON, byte %zu: expected %s",
                       (size_t)(p.at - p.start), p.want);
    *p.out = '\0';
    *out_size = (size_t)(p.out - out);
    return true;
}
