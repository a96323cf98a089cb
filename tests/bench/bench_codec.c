/* bench_codec - packing and unpacking by the tables, against doing it by hand
 *
 * The floor does for one message what the codec does for any: the same bytes
 * into the same kind of bounded buffer, and back with the same checks, but
 * written out field by field, as one would without tables.  The bytes of the
 * two are compared before anything is measured. */
#include "tests/bench/bench.h"

#include "common/must.h"
#include "proto/pack.h"
#include "proto/proto.h"
#include "proto/utf8.h"
#include "proto/wire.h"

#include <stdio.h>
#include <string.h>

enum { MANY = 100000 };

struct codec {
    struct book_delta delta;
    struct fill fill;
    uint8_t packed[1024];
    size_t size;
};

static void
pack_delta(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        c->size = book_delta_pack(&c->delta, c->packed, sizeof c->packed);
        bench_use(c->packed);
    }
}

static void
pack_delta_by_hand(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        const struct book_delta *d = &c->delta;
        struct span s = { c->packed, c->packed + sizeof c->packed, false };
        span_pack_array(&s, 11);
        span_put_bin(&s, d->token.b, sizeof d->token.b);
        span_pack_uint64(&s, d->epoch);
        span_pack_uint64(&s, d->book_seq);
        span_pack_uint32(&s, d->side);
        span_pack_int64(&s, d->price.micros);
        span_pack_int64(&s, d->size.micros);
        span_pack_int64(&s, d->venue_time.ns);
        span_pack_int64(&s, d->received.ns);
        span_put_bin(&s, d->hash.b, sizeof d->hash.b);
        d->proved ? span_pack_true(&s) : span_pack_false(&s);
        d->more ? span_pack_true(&s) : span_pack_false(&s);
        c->size = s.full ? 0 : (size_t)(s.at - c->packed);
        bench_use(c->packed);
    }
}

static bool
get_bytes(struct wire *w, void *to, uint32_t size)
{
    const uint8_t *b;
    uint32_t n;
    if (!wire_get_bin(w, &b, &n) || n != size)
        return false;
    memcpy(to, b, size);
    return true;
}

static bool
get_word(struct wire *w, uint32_t count, void *to)
{
    uint64_t u;
    if (!wire_get_uint(w, &u) || u >= count)
        return false;
    uint32_t value = (uint32_t)u;
    memcpy(to, &value, sizeof value);
    return true;
}

static void
unpack_delta(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        must(book_delta_unpack(&c->delta, c->packed, c->size));
        bench_use(&c->delta);
    }
}

static void
unpack_delta_by_hand(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        struct book_delta *d = &c->delta;
        struct wire w = { c->packed, c->packed + c->size };
        uint32_t count;
        must(wire_get_array(&w, &count) && count == 11 &&
             get_bytes(&w, d->token.b, sizeof d->token.b) &&
             wire_get_uint(&w, &d->epoch) &&
             wire_get_uint(&w, &d->book_seq) &&
             get_word(&w, side_end_, &d->side) &&
             wire_get_int(&w, &d->price.micros) &&
             wire_get_int(&w, &d->size.micros) &&
             wire_get_int(&w, &d->venue_time.ns) &&
             wire_get_int(&w, &d->received.ns) &&
             get_bytes(&w, d->hash.b, sizeof d->hash.b) &&
             wire_get_bool(&w, &d->proved) && wire_get_bool(&w, &d->more) &&
             w.at == w.end);
        bench_use(d);
    }
}

static void
pack_fill(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        c->size = fill_pack(&c->fill, c->packed, sizeof c->packed);
        bench_use(c->packed);
    }
}

static void
pack_fill_by_hand(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        const struct fill *f = &c->fill;
        struct span s = { c->packed, c->packed + sizeof c->packed, false };
        span_pack_array(&s, 16);
        span_put_str(&s, f->fill_id.s,
                     strnlen(f->fill_id.s, sizeof f->fill_id.s - 1));
        span_put_bin(&s, f->order.b, sizeof f->order.b);
        span_put_bin(&s, f->group.b, sizeof f->group.b);
        span_put_bin(&s, f->auth.b, sizeof f->auth.b);
        span_pack_uint64(&s, f->leg);
        span_pack_uint32(&s, f->mode);
        span_put_bin(&s, f->token.b, sizeof f->token.b);
        span_pack_uint32(&s, f->side);
        span_pack_int64(&s, f->price.micros);
        span_pack_int64(&s, f->qty.micros);
        span_pack_int64(&s, f->fee.micros);
        span_pack_int64(&s, f->fee_bps.bps);
        span_pack_int64(&s, f->slippage.bps);
        span_pack_int64(&s, f->impact.bps);
        span_pack_int64(&s, f->delay.ms);
        span_pack_uint32(&s, f->state);
        c->size = s.full ? 0 : (size_t)(s.at - c->packed);
        bench_use(c->packed);
    }
}

static bool
get_text(struct wire *w, struct text *to)
{
    const char *s;
    uint32_t size;
    if (!wire_get_str(w, &s, &size) || size >= sizeof to->s ||
        memchr(s, 0, size) != NULL || !utf8_is_valid(s, size))
        return false;
    memcpy(to->s, s, size);
    memset(to->s + size, 0, sizeof to->s - size);
    return true;
}

static void
unpack_fill(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        must(fill_unpack(&c->fill, c->packed, c->size));
        bench_use(&c->fill);
    }
}

static void
unpack_fill_by_hand(void *arg, uint64_t n)
{
    struct codec *c = arg;
    for (uint64_t i = 0; i < n; i++) {
        struct fill *f = &c->fill;
        struct wire w = { c->packed, c->packed + c->size };
        uint32_t count;
        must(wire_get_array(&w, &count) && count == 16 &&
             get_text(&w, &f->fill_id) &&
             get_bytes(&w, f->order.b, sizeof f->order.b) &&
             get_bytes(&w, f->group.b, sizeof f->group.b) &&
             get_bytes(&w, f->auth.b, sizeof f->auth.b) &&
             wire_get_uint(&w, &f->leg) && get_word(&w, mode_end_, &f->mode) &&
             get_bytes(&w, f->token.b, sizeof f->token.b) &&
             get_word(&w, side_end_, &f->side) &&
             wire_get_int(&w, &f->price.micros) &&
             wire_get_int(&w, &f->qty.micros) &&
             wire_get_int(&w, &f->fee.micros) &&
             wire_get_int(&w, &f->fee_bps.bps) &&
             wire_get_int(&w, &f->slippage.bps) &&
             wire_get_int(&w, &f->impact.bps) &&
             wire_get_int(&w, &f->delay.ms) &&
             get_word(&w, fill_state_end_, &f->state) && w.at == w.end);
        bench_use(f);
    }
}

static void
compare(struct codec *c, bench_fn *ours, bench_fn *by_hand)
{
    uint8_t first[sizeof c->packed];
    ours(c, 1);
    size_t size = c->size;
    memcpy(first, c->packed, size);
    by_hand(c, 1);
    must(c->size == size && memcmp(first, c->packed, size) == 0);
}

void
bench_codec(const char *dir)
{
    static struct codec c;
    (void)dir;
    c.delta.epoch = 1 << 24;
    c.delta.book_seq = 4711;
    c.delta.price.micros = 480000;
    c.delta.size.micros = 125500000;
    c.delta.venue_time.ns = c.delta.received.ns = 1700000000000000000;
    c.delta.proved = true;
    memset(c.delta.token.b, 0xab, 32);
    memset(c.delta.hash.b, 0xcd, 20);
    text_set(&c.fill.fill_id, "paper-0011223344556677-3");
    c.fill.price.micros = 480000;
    c.fill.qty.micros = 50000000;
    c.fill.fee.micros = 12340;
    compare(&c, pack_delta, pack_delta_by_hand);
    bench_ns("codec_pack_book_delta", MANY, pack_delta, pack_delta_by_hand,
             &c);
    bench_ns("codec_unpack_book_delta", MANY, unpack_delta,
             unpack_delta_by_hand, &c);
    compare(&c, pack_fill, pack_fill_by_hand);
    bench_ns("codec_pack_fill", MANY, pack_fill, pack_fill_by_hand, &c);
    bench_ns("codec_unpack_fill", MANY, unpack_fill, unpack_fill_by_hand,
             &c);
}
