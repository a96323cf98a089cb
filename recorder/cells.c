/* cells - values of PostgreSQL in its binary form, one behind the other
 *
 * What parameters and COPY are made of: the server reads them several times
 * faster than text. */
#include "recorder/cells.h"

#include "common/must.h"
#include "proto/render.h"

#include <string.h>

uint8_t *
cell_raw(uint8_t *at, uint64_t v, unsigned size)
{
    for (unsigned i = size; i-- > 0; v >>= 8)
        at[i] = (uint8_t)v;
    return at + size;
}

uint8_t *
cell_null(uint8_t *at)
{
    return cell_raw(at, UINT32_MAX, 4);
}

uint8_t *
cell_sized(uint8_t *at, const void *data, size_t size)
{
    at = cell_raw(at, size, 4);
    memcpy(at, data, size);
    return at + size;
}

uint8_t *
cell_text(uint8_t *at, const char *text)
{
    return cell_sized(at, text, strlen(text));
}

uint8_t *
cell_flag(uint8_t *at, bool v)
{
    return cell_raw(cell_raw(at, 1, 4), v, 1);
}

uint8_t *
cell_bigint(uint8_t *at, uint64_t v)
{
    return cell_raw(cell_raw(at, 8, 4), v, 8);
}

/* Microseconds since the year 2000. */
uint8_t *
cell_time(uint8_t *at, int64_t ns)
{
    const int64_t epoch = INT64_C(946684800000000);
    return cell_bigint(at, (uint64_t)(ns / 1000 - (ns % 1000 < 0) - epoch));
}

/* A decimal is a row of digits to the base 10,000 without zeros at its ends,
 * where the first stands, and a sign: four digits for whole units, two for
 * the millionths. */
uint8_t *
cell_decimal(uint8_t *at, int64_t micros)
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
    at = cell_raw(at, 8 + 2 * (uint64_t)(end - first), 4);
    at = cell_raw(at, (uint64_t)(end - first), 2);
    at = cell_raw(at, (uint64_t)(WHOLE - 1 - first), 2);
    at = cell_raw(at, micros < 0 ? MINUS : 0, 2);
    at = cell_raw(at, PLACES, 2);
    for (int i = first; i < end; i++)
        at = cell_raw(at, digits[i], 2);
    return at;
}

/* Its size, the version of jsonb's binary form, the text. */
uint8_t *
cell_json(uint8_t *at, const struct field *f, const void *msg, size_t cap)
{
    uint8_t *text = cell_raw(at + 4, 1, 1);
    size_t size = field_json(f, msg, (char *)text, cap);
    must(size > 0);
    cell_raw(at, size + 1, 4);
    return text + size;
}

/* Dimensions, no NULLs, the type; how many, from 1. */
uint8_t *
cell_array(uint8_t *at, uint32_t oid, uint32_t count)
{
    at = cell_raw(cell_raw(cell_raw(at, 1, 4), 0, 4), oid, 4);
    return cell_raw(cell_raw(at, count, 4), 1, 4);
}
