/* fuzz_wire - any bytes, read one value at a time; links: proto
 *
 * Whatever a reader accepts lies inside the input, and msgpack-c's packer
 * spells the value it read with the same bytes.
 */
#include <stdlib.h>

#include "proto/pack.h"
#include "proto/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

/* The bytes from `from` to w->at are what was packed into out. */
static void
check(const uint8_t *from, const struct wire *w, const struct span *out,
      const uint8_t *packed)
{
    size_t size = (size_t)(w->at - from);
    insist(w->at > from && w->at <= w->end && !out->full);
    insist((size_t)(out->at - packed) == size);
    insist(memcmp(from, packed, size) == 0);
}

static bool
read_number(struct wire *w)
{
    uint8_t packed[16];
    struct span out = { packed, packed + sizeof packed, false };
    const uint8_t *from = w->at;
    struct wire as_uint = *w, as_int = *w, as_bool = *w;
    uint64_t u;
    int64_t i;
    bool b;
    bool is_uint = wire_get_uint(&as_uint, &u);
    bool is_int = wire_get_int(&as_int, &i);
    if (is_uint) {
        (void)span_pack_uint64(&out, u);
        check(from, &as_uint, &out, packed);
        insist(is_int == (u <= INT64_MAX));
        *w = as_uint;
    } else if (is_int) {
        insist(i < 0);
        (void)span_pack_int64(&out, i);
        check(from, &as_int, &out, packed);
        *w = as_int;
    } else if (wire_get_bool(&as_bool, &b)) {
        (void)(b ? span_pack_true(&out) : span_pack_false(&out));
        check(from, &as_bool, &out, packed);
        *w = as_bool;
    } else {
        return false;
    }
    return true;
}

static bool
read_sized(struct wire *w)
{
    uint8_t packed[16];
    struct span out = { packed, packed + sizeof packed, false };
    const uint8_t *from = w->at, *bin;
    struct wire as_str = *w, as_bin = *w, as_array = *w;
    const char *str;
    uint32_t size;
    if (wire_get_str(&as_str, &str, &size)) {
        insist((const uint8_t *)str + size == as_str.at);
        as_str.at -= size;
        (void)span_pack_str(&out, size);
        check(from, &as_str, &out, packed);
        w->at = as_str.at + size;
    } else if (wire_get_bin(&as_bin, &bin, &size)) {
        insist(bin + size == as_bin.at);
        as_bin.at -= size;
        (void)span_pack_bin(&out, size);
        check(from, &as_bin, &out, packed);
        w->at = as_bin.at + size;
    } else if (wire_get_array(&as_array, &size)) {
        insist(size <= (size_t)(as_array.end - as_array.at));
        (void)span_pack_array(&out, size);
        check(from, &as_array, &out, packed);
        *w = as_array;
    } else {
        return false;
    }
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire w = { data, data + size };
    while (w.at != w.end)
        if (!read_number(&w) && !read_sized(&w))
            w.at++;
    return 0;
}
