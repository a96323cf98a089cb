/* rows - messages as rows of PostgreSQL, in its binary form
 *
 * The server reads an array of composite values several times faster than
 * text or JSON, and the functions of the migrations get typed columns.  Which
 * columns, the tables of proto say: times become timestamps, prices, shares
 * and dollars decimals, enums words, lists JSON.  A time of 0 and a token of
 * zeros are none: NULL. */
#include "recorder/rows.h"

#include "common/must.h"
#include "recorder/cells.h"

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

static const struct {
    const char *name;
    uint32_t oid;
} heads[] = {
    { "src", OID_TEXT }, { "n", OID_BIGINT }, { "crc", OID_BIGINT },
    { "wall", OID_TIMESTAMPTZ },
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

static void
put_int(struct rows *r, uint32_t oid, int64_t v)
{
    if (oid == OID_NUMERIC)
        r->at = cell_decimal(r->at, v);
    else if (oid == OID_TIMESTAMPTZ && v == 0)
        r->at = cell_null(r->at);
    else if (oid == OID_TIMESTAMPTZ)
        r->at = cell_time(r->at, v);
    else
        r->at = cell_bigint(r->at, (uint64_t)v);
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
        r->at = cell_bigint(r->at, u > INT64_MAX ? INT64_MAX : u);
        return;
    case FORM_FLAG: r->at = cell_flag(r->at, *(const bool *)p); return;
    case FORM_ENUM:
        r->at = cell_text(r->at, enum_word(f->words, *(const uint32_t *)p));
        return;
    case FORM_TOKEN:
        if (memcmp(p, &no_token, sizeof no_token) == 0)
            r->at = cell_null(r->at);
        else
            r->at = cell_text(r->at, token_format(p, text));
        return;
    case FORM_HASH: r->at = cell_text(r->at, hash_format(p, text)); return;
    case FORM_UUID: r->at = cell_sized(r->at, p, sizeof(struct uuid)); return;
    case FORM_TEXT:
        r->at = cell_sized(r->at, p, strnlen(p, sizeof(struct text)));
        return;
    case FORM_TITLE:
        r->at = cell_sized(r->at, p, strnlen(p, sizeof(struct title)));
        return;
    case FORM_BYTES:
        u = ((const struct bytes *)p)->size;
        r->at = cell_sized(r->at, ((const struct bytes *)p)->b, u);
        return;
    case FORM_LIST:
        r->at = cell_json(r->at, f, msg, MESSAGE_CAP / 2);
        return;
    }
}

void
rows_begin(struct rows *r, const struct schema *sc, uint32_t oid)
{
    must(sc->fields_count <= FIELDS_CAP);
    r->schema = sc;
    for (uint32_t i = 0; i < sc->fields_count; i++)
        r->oids[i] = oid_of(&sc->fields[i]);
    r->count = 0;
    r->at = cell_array(r->bytes, oid, 0);
}

bool
rows_add(struct rows *r, const struct row_head *head, const void *msg)
{
    const struct schema *sc = r->schema;
    if (r->at + MESSAGE_CAP > r->bytes + ROWS_CAP)
        return false;
    uint8_t *size_at = r->at;
    r->at = cell_raw(r->at + 4, HEADS + sc->fields_count, 4);
    r->at = cell_raw(r->at, OID_TEXT, 4);
    r->at = cell_text(r->at, head->src);
    r->at = cell_raw(r->at, OID_BIGINT, 4);
    r->at = cell_bigint(r->at, head->n);
    r->at = cell_raw(r->at, OID_BIGINT, 4);
    r->at = cell_bigint(r->at, head->crc);
    r->at = cell_raw(r->at, OID_TIMESTAMPTZ, 4);
    r->at = cell_time(r->at, head->wall.ns);
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        r->at = cell_raw(r->at, r->oids[i], 4);
        put_value(r, &sc->fields[i], r->oids[i], msg);
    }
    cell_raw(size_at, (uint64_t)(r->at - size_at) - 4, 4);
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
    cell_raw(r->bytes + COUNT_AT, r->count, 4);
    *size = (size_t)(r->at - r->bytes);
    return (const char *)r->bytes;
}
