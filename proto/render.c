/* render - any message as JSON, and the schema as text
 *
 * For people and their tools: logs, `arb --json`, jsonb columns.  Driven by
 * the same tables as the codec; writes into the caller's buffer and says 0
 * when it does not fit.
 */
#include "proto/render.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/utf8.h"

/* Text being written.  Once something did not fit it stays full; there is
 * always room for the NUL. */
struct sheet {
    char *at;
    size_t left;
    bool full;
};

static void
put(struct sheet *s, const char *text, size_t size)
{
    if (s->full || size >= s->left) {
        s->full = true;
        return;
    }
    memcpy(s->at, text, size);
    s->at += size;
    s->left -= size;
    *s->at = 0;
}

static void
put_text(struct sheet *s, const char *text)
{
    put(s, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static void
put_format(struct sheet *s, const char *format, ...)
{
    char line[160];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line)
        s->full = true;
    else
        put(s, line, (size_t)n);
}

static size_t
finish(const struct sheet *s, const char *out)
{
    return s->full ? 0 : (size_t)(s->at - out);
}

static void
put_quoted(struct sheet *s, const char *text, size_t size)
{
    put(s, "\"", 1);
    while (size > 0) {
        size_t n = utf8_step(text, size);
        uint8_t c = (uint8_t)text[0];
        if (n == 0)
            put_text(s, "\xef\xbf\xbd"); /* U+FFFD */
        else if (c == '"' || c == '\\')
            put_format(s, "\\%c", c);
        else if (c < 0x20)
            put_format(s, "\\u%04x", c);
        else
            put(s, text, n);
        n = n == 0 ? 1 : n;
        text += n;
        size -= n;
    }
    put(s, "\"", 1);
}

static void
put_word(struct sheet *s, const char *word)
{
    put(s, "\"", 1);
    put_text(s, word);
    put(s, "\"", 1);
}

/* Counted in millionths of a share or a dollar, and read as such. */
static bool
is_amount(const struct field *f)
{
    return strcmp(f->kind, "price") == 0 || strcmp(f->kind, "qty") == 0 ||
           strcmp(f->kind, "money") == 0;
}

static void
put_count(struct sheet *s, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    put(s, digits + at, sizeof digits - at);
}

static void
put_int(struct sheet *s, const struct field *f, int64_t v)
{
    char text[MICROS_TEXT_CAP];
    if (is_amount(f))
        put_word(s, micros_format(v, text));
    else if (v < 0)
        put_format(s, "%" PRId64, v);
    else
        put_count(s, (uint64_t)v);
}

static void
put_bytes(struct sheet *s, const struct bytes *bytes)
{
    uint32_t size = bytes->size < BYTES_CAP ? bytes->size : BYTES_CAP;
    put(s, "\"", 1);
    for (uint32_t i = 0; i < size; i++)
        put_format(s, "%02x", bytes->b[i]);
    put(s, "\"", 1);
}

static void put_list(struct sheet *s, const struct field *f, const void *p);

static void
put_value(struct sheet *s, const struct field *f, const void *p)
{
    char text[TOKEN_TEXT_CAP]; /* The longest of the three. */
    switch (f->form) {
    case FORM_INT: put_int(s, f, *(const int64_t *)p); return;
    case FORM_COUNT: put_count(s, *(const uint64_t *)p); return;
    case FORM_FLAG: put_text(s, *(const bool *)p ? "true" : "false"); return;
    case FORM_ENUM:
        put_word(s, enum_word(f->words, *(const uint32_t *)p));
        return;
    case FORM_TOKEN: put_word(s, token_format(p, text)); return;
    case FORM_HASH: put_word(s, hash_format(p, text)); return;
    case FORM_UUID: put_word(s, uuid_format(p, text)); return;
    case FORM_TEXT: put_quoted(s, p, strnlen(p, sizeof(struct text))); return;
    case FORM_TITLE: put_quoted(s, p, strnlen(p, sizeof(struct title))); return;
    case FORM_BYTES: put_bytes(s, p); return;
    case FORM_LIST: put_list(s, f, p); return;
    }
}

static void
put_fields(struct sheet *s, const struct schema *sc, const void *msg,
           const char *comma)
{
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        put_text(s, comma);
        comma = ",";
        put_word(s, f->name);
        put(s, ":", 1);
        put_value(s, f, (const char *)msg + f->offset);
    }
}

static void
put_list(struct sheet *s, const struct field *f, const void *p)
{
    uint32_t count = *(const uint32_t *)p;
    if (count > f->cap)
        count = f->cap;
    const char *at = (const char *)p + f->at;
    put(s, "[", 1);
    for (uint32_t i = 0; i < count; i++, at += f->record->size) {
        put_text(s, i == 0 ? "{" : ",{");
        put_fields(s, f->record, at, "");
        put(s, "}", 1);
    }
    put(s, "]", 1);
}

size_t
schema_json(const struct schema *sc, const void *msg, char *out, size_t cap)
{
    struct sheet s = { out, cap, false };
    put_text(&s, "{");
    const char *comma = "";
    if (sc->type != 0) {
        put_text(&s, "\"type\":");
        put_word(&s, sc->name);
        comma = ",";
    }
    put_fields(&s, sc, msg, comma);
    put_text(&s, "}");
    return finish(&s, out);
}

size_t
field_json(const struct field *f, const void *msg, char *out, size_t cap)
{
    struct sheet s = { out, cap, false };
    put_value(&s, f, (const char *)msg + f->offset);
    return finish(&s, out);
}

size_t
json_quote(const char *s, size_t size, char *out, size_t cap)
{
    struct sheet sheet = { out, cap, false };
    put_quoted(&sheet, s, size);
    return finish(&sheet, out);
}

static const struct enum_table *const enums[] = {
#define ENUM(name, help) &name##_words,
#define VALUE(name, value, help)
#define END_ENUM(name)
#include "proto/enums.def"
};

static void
print_fields(struct sheet *s, const struct schema *sc)
{
    for (uint32_t i = 0; i < sc->fields_count; i++)
        put_format(s, "    %s %s\n", sc->fields[i].kind, sc->fields[i].name);
}

/* Help texts are left out: wording is not what is said. */
size_t
schema_print(char *out, size_t cap)
{
    struct sheet s = { out, cap, false };
#define KIND(name, ctype, form, sql) put_text(&s, "kind " #name " " #form "\n");
#include "proto/kinds.def"
    for (size_t i = 0; i < sizeof enums / sizeof enums[0]; i++) {
        put_format(&s, "enum %s\n", enums[i]->name);
        for (uint32_t v = 0; v < enums[i]->count; v++)
            put_format(&s, "    %u %s\n", v, enums[i]->values[v]);
    }
#define RECORD(rec, help)              \
    put_text(&s, "record " #rec "\n"); \
    print_fields(&s, &rec##_schema);
#define FIELD(rec, kind, name, help)
#define END(rec)
#define LIST(kind, rec, cap) put_text(&s, "list " #kind " " #rec " " #cap "\n");
#include "proto/lists.def"
    for (size_t i = 0; i < schema_all_count; i++) {
        put_format(&s, "message %s %u\n", schema_all[i]->name,
                   schema_all[i]->type);
        print_fields(&s, schema_all[i]);
    }
    return finish(&s, out);
}
