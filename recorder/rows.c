/* rows - messages as rows of PostgreSQL, in its binary form
 *
 * The server reads an array of composite values several times faster than
 * text or JSON, and the functions of the migrations get typed columns.  Which
 * columns, the tables of proto say: times become timestamps, prices, shares
 * and dollars decimals, enums words, lists JSON.  A time of 0 and a token of
 * zeros are none: NULL. */
#include "recorder/rows.h"

#include "common/must.h"
#include "proto/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* JSON of the largest list, 32 legs, is near 20 kB. */
enum { ROWS_CAP = 1 << 20, MESSAGE_CAP = 256 * 1024, FIELDS_CAP = 48 };

struct rows {
    const struct schema *schema;
    uint32_t oids[FIELDS_CAP];
    uint32_t count;
    uint8_t *at;            /* Behind the last byte written. */
    uint8_t bytes[ROWS_CAP];
};

/* Types of PostgreSQL, by their fixed numbers. */
static const struct sql_type {
    const char *name;
    uint32_t oid;
} types[] = {
    { "boolean", 16 },   { "bytea", 17 },         { "bigint", 20 },
    { "text", 25 },      { "timestamptz", 1184 }, { "numeric", 1700 },
    { "uuid", 2950 },    { "jsonb", 3802 },
};
enum { BIGINT = 20, TEXT = 25, TIMESTAMPTZ = 1184, NUMERIC = 1700 };

static const struct {
    const char *name;
    uint32_t oid;
} heads[] = {
    { "src", TEXT }, { "n", BIGINT }, { "crc", BIGINT },
    { "wall", TIMESTAMPTZ },
};
enum { HEADS = sizeof heads / sizeof heads[0] };

static uint32_t
oid_of(const struct field *f)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, f->sql) == 0)
            return types[i].oid;
    unreachable();
}

struct rows *
rows_new(void)
{
    struct rows *r = malloc(sizeof *r);
    must(r != NULL);
    r->schema = NULL;
    return r;
}

void
rows_destroy(struct rows **r)
{
    free(*r);
    *r = NULL;
}

static size_t
column(char *out, size_t cap, const char *name, uint32_t oid,
       enum rows_text as)
{
    const char *type = "";
    char number[16];
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].oid == oid)
            type = types[i].name;
    snprintf(number, sizeof number, "%u", oid);
    int size = snprintf(out, cap, ", %s\"%s\" %s",
                        as == ROWS_ALTER ? "ADD ATTRIBUTE " : "", name,
                        as == ROWS_KNOWN ? number : type);
    must(size > 0 && (size_t)size < cap);
    return (size_t)size;
}

/* A field of that name is told from the head's by its message: audit_n. */
static bool
is_head(const char *name)
{
    for (size_t i = 0; i < HEADS; i++)
        if (strcmp(heads[i].name, name) == 0)
            return true;
    return false;
}

void
rows_columns(const struct schema *sc, enum rows_text as, char *out, size_t cap)
{
    size_t used = 0;
    for (size_t i = 0; i < HEADS; i++)
        used += column(out + used, cap - used, heads[i].name, heads[i].oid,
                       as);
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s%s",
                 is_head(sc->fields[i].name) ? sc->name : "",
                 is_head(sc->fields[i].name) ? "_" : "", sc->fields[i].name);
        used += column(out + used, cap - used, name, oid_of(&sc->fields[i]),
                       as);
    }
    memmove(out, out + 2, used - 1); /* Without the first comma. */
}

/* Big endian, as everything PostgreSQL reads. */
static uint8_t *
put(uint8_t *at, uint64_t v, unsigned size)
{
    for (unsigned i = size; i-- > 0; v >>= 8)
        at[i] = (uint8_t)v;
    return at + size;
}

static void
put_sized(struct rows *r, const void *data, size_t size)
{
    r->at = put(r->at, size, 4);
    memcpy(r->at, data, size);
    r->at += size;
}

static void
put_null(struct rows *r)
{
    r->at = put(r->at, UINT32_MAX, 4);
}

static void
put_text(struct rows *r, const char *text)
{
    put_sized(r, text, strlen(text));
}

static void
put_bigint(struct rows *r, uint64_t v)
{
    r->at = put(put(r->at, 8, 4), v, 8);
}

/* Microseconds since the year 2000. */
static void
put_time(struct rows *r, int64_t ns)
{
    const int64_t epoch = INT64_C(946684800000000);
    put_bigint(r, (uint64_t)(ns / 1000 - (ns % 1000 < 0) - epoch));
}

/* A decimal is a row of digits to the base 10,000 without zeros at its ends,
 * where the first stands, and a sign: four digits for whole units, two for
 * the millionths. */
static void
put_decimal(struct rows *r, int64_t micros)
{
    enum { WHOLE = 4, DIGITS = 6, PLACES = 6, MINUS = 0x4000 };
    uint64_t v = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    uint64_t whole = v / MICROS, part = v % MICROS;
    uint16_t digits[DIGITS];
    int first = 0, end = DIGITS;
    digits[WHOLE] = (uint16_t)(part / 100);
    digits[WHOLE + 1] = (uint16_t)(part % 100 * 100);
    for (int i = WHOLE; i-- > 0; whole /= 10000)
        digits[i] = (uint16_t)(whole % 10000);
    while (first < end && digits[first] == 0)
        first++;
    while (end > first && digits[end - 1] == 0)
        end--;
    r->at = put(r->at, 8 + 2 * (uint64_t)(end - first), 4);
    r->at = put(r->at, (uint64_t)(end - first), 2);
    r->at = put(r->at, (uint64_t)(WHOLE - 1 - first), 2);
    r->at = put(r->at, micros < 0 ? MINUS : 0, 2);
    r->at = put(r->at, PLACES, 2);
    for (int i = first; i < end; i++)
        r->at = put(r->at, digits[i], 2);
}

static void
put_int(struct rows *r, uint32_t oid, int64_t v)
{
    if (oid == NUMERIC)
        put_decimal(r, v);
    else if (oid == TIMESTAMPTZ && v == 0)
        put_null(r);
    else if (oid == TIMESTAMPTZ)
        put_time(r, v);
    else
        put_bigint(r, (uint64_t)v);
}

/* Its size, the version of jsonb's binary form, the text. */
static void
put_json(struct rows *r, const struct field *f, const void *msg)
{
    uint8_t *size_at = r->at;
    r->at = put(r->at + 4, 1, 1);
    size_t size = field_json(f, msg, (char *)r->at, MESSAGE_CAP / 2);
    must(size > 0);
    r->at += size;
    put(size_at, size + 1, 4);
}

static void
put_value(struct rows *r, const struct field *f, uint32_t oid,
          const void *msg)
{
    static const struct hash no_token;
    const void *p = (const char *)msg + f->offset;
    char text[TOKEN_TEXT_CAP];
    uint64_t u;
    switch (f->form) {
    case FORM_INT: put_int(r, oid, *(const int64_t *)p); return;
    case FORM_COUNT: /* What a bigint cannot hold is its largest. */
        u = *(const uint64_t *)p;
        put_bigint(r, u > INT64_MAX ? INT64_MAX : u);
        return;
    case FORM_FLAG: r->at = put(put(r->at, 1, 4), *(const bool *)p, 1); return;
    case FORM_ENUM:
        put_text(r, enum_word(f->words, *(const uint32_t *)p));
        return;
    case FORM_TOKEN:
        if (memcmp(p, &no_token, sizeof no_token) == 0)
            put_null(r);
        else
            put_text(r, token_format(p, text));
        return;
    case FORM_HASH: put_text(r, hash_format(p, text)); return;
    case FORM_UUID: put_sized(r, p, sizeof(struct uuid)); return;
    case FORM_TEXT:
        put_sized(r, p, strnlen(p, sizeof(struct text)));
        return;
    case FORM_TITLE:
        put_sized(r, p, strnlen(p, sizeof(struct title)));
        return;
    case FORM_BYTES:
        u = ((const struct bytes *)p)->size;
        put_sized(r, ((const struct bytes *)p)->b, u);
        return;
    case FORM_LIST: put_json(r, f, msg); return;
    }
}

/* One dimension, no NULLs, of this type, so many, counted from 1. */
void
rows_begin(struct rows *r, const struct schema *sc, uint32_t oid)
{
    must(sc->fields_count <= FIELDS_CAP);
    r->schema = sc;
    for (uint32_t i = 0; i < sc->fields_count; i++)
        r->oids[i] = oid_of(&sc->fields[i]);
    r->count = 0;
    r->at = put(put(put(r->bytes, 1, 4), 0, 4), oid, 4);
    r->at = put(put(r->at, 0, 4), 1, 4);
}

bool
rows_add(struct rows *r, const struct row_head *head, const void *msg)
{
    const struct schema *sc = r->schema;
    if (r->at + MESSAGE_CAP > r->bytes + ROWS_CAP)
        return false;
    uint8_t *size_at = r->at;
    r->at = put(r->at + 4, HEADS + sc->fields_count, 4);
    r->at = put(r->at, TEXT, 4);
    put_text(r, head->src);
    r->at = put(r->at, BIGINT, 4);
    put_bigint(r, head->n);
    r->at = put(r->at, BIGINT, 4);
    put_bigint(r, head->crc);
    r->at = put(r->at, TIMESTAMPTZ, 4);
    put_time(r, head->wall.ns);
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        r->at = put(r->at, r->oids[i], 4);
        put_value(r, &sc->fields[i], r->oids[i], msg);
    }
    put(size_at, (uint64_t)(r->at - size_at) - 4, 4);
    r->count++;
    must(r->at <= r->bytes + ROWS_CAP);
    return true;
}

uint32_t
rows_count(const struct rows *r)
{
    return r->count;
}

const char *
rows_end(struct rows *r, size_t *size)
{
    enum { COUNT_AT = 12 };
    put(r->bytes + COUNT_AT, r->count, 4);
    *size = (size_t)(r->at - r->bytes);
    return (const char *)r->bytes;
}
