/* markup - text and numbers as a page shows them */
#include "deploy/arb/markup.h"

#include "proto/render.h"
#include "proto/utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NO_CHARACTER "\xef\xbf\xbd"

/* The next character of s for out: its bytes, 1 for what is none. */
static size_t
step(const char *s, size_t left, bool *good)
{
    size_t size = utf8_step(s, left);

    *good = size > 0 && ((unsigned char)*s >= 0x20 || *s == '\t' ||
                         *s == '\n') && *s != 0x7f;
    return size > 0 ? size : 1;
}

static const char *
html_word(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    }
    return NULL;
}

void
put_html(FILE *out, const char *text)
{
    size_t left = strlen(text), size;

    for (; left > 0; text += size, left -= size) {
        bool good;
        size = step(text, left, &good);
        if (!good)
            fputs(NO_CHARACTER, out);
        else if (html_word(*text) != NULL)
            fputs(html_word(*text), out);
        else
            fwrite(text, 1, size, out);
    }
}

void
put_markdown(FILE *out, const char *text)
{
    size_t left = strlen(text), size;

    for (; left > 0; text += size, left -= size) {
        bool good;
        size = step(text, left, &good);
        if (!good || *text == '\n' || *text == '\t')
            fputs(good ? " " : NO_CHARACTER, out);
        else if (*text == '<' || *text == '>' || *text == '&')
            fputs(html_word(*text), out);
        else if (strchr("\\`*_[]()#!|~$", *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fwrite(text, 1, size, out);
    }
}

void
put_csv(FILE *out, const char *text)
{
    int64_t number;
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL &&
                   !number_of(text, &number);

    if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputs(formula ? "\"'" : "\"", out);
    for (; *text != '\0'; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', out);
}

void
put_json(FILE *out, const char *text)
{
    if (text == NULL) {
        fputs("null", out);
        return;
    }
    size_t size = strlen(text), cap = 6 * size + 3;
    char *quoted = malloc(cap);
    if (quoted == NULL || json_quote(text, size, quoted, cap) == 0)
        fputs("null", out);
    else
        fputs(quoted, out);
    free(quoted);
}

bool
number_of(const char *cell, int64_t *micros)
{
    if (cell == NULL)
        return false;
    size_t size = strspn(cell, "-0123456789");
    if (cell[size] == '.') {
        size_t places = strspn(cell + size + 1, "0123456789");
        if (cell[size + 1 + places] != '\0')
            return false;
        size += 1 + (places > 6 ? 6 : places);
    } else if (cell[size] != '\0') {
        return false;
    }
    return micros_parse(cell, size, micros);
}

/* The whole part with commas, then so many decimals, rounded. */
static void
grouped(uint64_t micros, unsigned places, char *out, size_t cap)
{
    static const uint64_t step_of[] = { 1000000, 100000, 10000, 1000, 100 };
    uint64_t step = step_of[places];
    uint64_t rounded = (micros + step / 2) / step;
    uint64_t scale = MICROS / step, whole = rounded / scale;
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, whole);
    size_t used = 0;

    for (int i = 0; i < size && used + 2 < cap; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    if (places > 0)
        snprintf(out + used, cap - used, ".%0*" PRIu64, (int)places,
                 rounded % scale);
}

struct scale { uint64_t from; uint64_t per; const char *word; };

static void
scaled(uint64_t v, const struct scale *scales, char *out, size_t cap)
{
    while (v < scales->from)
        scales++;
    uint64_t of = v / scales->per * MICROS + v % scales->per * MICROS /
                  scales->per;
    unsigned places = of >= 100 * MICROS ? 0 : of >= 10 * MICROS ? 1 : 2;
    if (of % MICROS == 0)
        places = 0;
    else if (of % 100000 == 0 && places > 1)
        places = 1;
    grouped(of, places, out, cap);
    size_t used = strlen(out);
    snprintf(out + used, cap - used, "%s", scales->word);
}

/* v in micros of a microsecond. */
static void
show_time(uint64_t v, char *out, size_t cap)
{
    const uint64_t us = MICROS, ms = 1000 * us, s = 1000 * ms;
    const struct scale scales[] = {
        { 48 * 3600 * s, 24 * 3600 * s, " d" }, { 5400 * s, 3600 * s, " h" },
        { 90 * s, 60 * s, " min" }, { s, s, " s" }, { ms, ms, " ms" },
        { 0, us, " \xc2\xb5s" },
    };
    if (v == 0)
        snprintf(out, cap, "0");
    else
        scaled(v, scales, out, cap);
}

static void
show_brief(uint64_t v, char *out, size_t cap)
{
    const uint64_t one = MICROS;
    const struct scale scales[] = {
        { 1000000 * one, 1000000 * one, "M" }, { 1000 * one, 1000 * one, "k" },
        { 0, one, "" },
    };
    scaled(v, scales, out, cap);
}

char *
number_show(int64_t micros, enum unit unit, bool brief,
            char text[SHOWN_TEXT_CAP])
{
    char amount[SHOWN_TEXT_CAP - 8];
    const char *sign = micros < 0 ? "\xe2\x88\x92" : "", *before = "";
    const char *after = "";
    uint64_t v = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;

    switch (unit) {
    case UNIT_usd:
        before = "$";
        if (brief)
            show_brief(v, amount, sizeof amount);
        else
            grouped(v, v > 0 && v < 10000 ? 4 : 2, amount, sizeof amount);
        break;
    case UNIT_percent:
        after = " %";
        grouped(v * 100, v % 10000 == 0 ? 0 : v >= 10000 || brief ? 1 : 2,
                amount, sizeof amount);
        break;
    case UNIT_ms: show_time(v * 1000, amount, sizeof amount); break;
    case UNIT_us: show_time(v, amount, sizeof amount); break;
    case UNIT_bps:
        after = " bps";
        grouped(v, v % MICROS ? 1 : 0, amount, sizeof amount);
        break;
    case UNIT_none:
    case UNIT_count:
    case UNITS:
        if (brief)
            show_brief(v, amount, sizeof amount);
        else
            grouped(v, v % MICROS == 0 ? 0 : v < MICROS ? 3 : 2, amount,
                    sizeof amount);
        break;
    }
    snprintf(text, SHOWN_TEXT_CAP, "%s%s%s%s", sign, before, amount, after);
    return text;
}

bool
unit_of(const char *column, enum unit *out)
{
    static const struct { const char *end; enum unit unit; } ends[] = {
        { "_usd", UNIT_usd }, { "_ms", UNIT_ms }, { "_us", UNIT_us },
        { "_bps", UNIT_bps }, { "_rate", UNIT_percent },
        { "_ratio", UNIT_percent },
    };
    size_t size = strlen(column);

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t end = strlen(ends[i].end);
        if (size > end && strcmp(column + size - end, ends[i].end) == 0) {
            *out = ends[i].unit;
            return true;
        }
    }
    return false;
}
