/* test_envelope - who said what, there and back and damaged */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "proto/proto.h"
#include "tests/unit/proto/generate.h"

static struct envelope
make_envelope(uint64_t *seed, const uint8_t *body, size_t size)
{
    return (struct envelope){
        .ver = (uint8_t)chance(seed),
        .type = (uint16_t)awkward(seed),
        .src = (enum source)(chance(seed) % source_end_),
        .run = awkward(seed),
        .seq = awkward(seed),
        .tseq = awkward(seed),
        .mono = { (int64_t)awkward(seed) },
        .wall = { (int64_t)awkward(seed) },
        .req = awkward(seed),
        .trace = awkward(seed),
        .body = body,
        .body_size = size,
    };
}

static void
an_envelope_comes_back_as_it_went(void **state)
{
    (void)state;
    uint64_t seed = 1;
    static uint8_t body[PACKED_CAP], buf[ENVELOPE_CAP];
    generate_bytes(body, sizeof body, &seed);
    for (int i = 0; i < 5000; i++) {
        size_t size = i == 0 ? PACKED_CAP : chance(&seed) % 400;
        struct envelope e = make_envelope(&seed, body, size), back;
        size_t used = envelope_pack(&e, buf, sizeof buf);
        assert_true(used > 0);
        assert_true(envelope_unpack(&back, buf, used, NULL));
        assert_true(back.body >= buf && back.body + size <= buf + used);
        assert_memory_equal(back.body, body, size);
        assert_true(back.body_size == size);
        assert_true(back.ver == e.ver && back.type == e.type);
        assert_true(back.src == e.src && back.run == e.run);
        assert_true(back.seq == e.seq && back.tseq == e.tseq);
        assert_true(back.mono.ns == e.mono.ns);
        assert_true(back.wall.ns == e.wall.ns);
        assert_true(back.req == e.req && back.trace == e.trace);
        assert_true(envelope_pack(&e, buf, used - 1) == 0);
        assert_true(envelope_pack(&e, buf, 0) == 0);
    }
}

/* faults: F-085 */
static void
a_body_larger_than_any_message_is_not_sent(void **state)
{
    (void)state;
    static uint8_t body[PACKED_CAP + 1], buf[2 * PACKED_CAP];
    uint64_t seed = 2;
    struct envelope e = make_envelope(&seed, body, sizeof body);
    assert_true(envelope_pack(&e, buf, sizeof buf) == 0);
}

static void
every_truncation_and_flip_is_refused_or_means_what_it_says(void **state)
{
    (void)state;
    uint64_t seed = 3;
    const uint8_t body[] = { 1, 2, 3 };
    for (int i = 0; i < 300; i++) {
        struct envelope e = make_envelope(&seed, body, sizeof body), back;
        uint8_t buf[256], again[256];
        size_t used = envelope_pack(&e, buf, sizeof buf);
        for (size_t cut = 0; cut < used; cut++) {
            uint8_t *part = malloc(cut + (cut == 0));
            memcpy(part, buf, cut);
            const char *bad = NULL;
            assert_false(envelope_unpack(&back, part, cut, &bad));
            assert_non_null(bad);
            free(part);
        }
        for (size_t bit = 0; bit < 8 * used; bit++) {
            buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (envelope_unpack(&back, buf, used, NULL)) {
                assert_true(envelope_pack(&back, again, sizeof again) == used);
                assert_memory_equal(again, buf, used);
            }
            buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

static const char *
refusal(const char *bytes, size_t size)
{
    struct envelope e;
    const char *bad = "(accepted)";
    if (envelope_unpack(&e, (const uint8_t *)bytes, size, &bad))
        return "(accepted)";
    return bad;
}

#define REFUSAL(bytes) refusal(bytes, sizeof(bytes) - 1)

static void
a_refusal_names_the_part(void **state)
{
    (void)state;
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\1\1\1\xc4\1x"),
                        "(accepted)");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\1\1\1\xc4\1xy"),
                        "(trailing)");
    assert_string_equal(REFUSAL("\x9a\1\1\1\1\1\1\1\1\1\1"), "(array)");
    assert_string_equal(REFUSAL("\x9b\xcd\1\0\1\1\1\1\1\1\1\1\1\xc4\1x"),
                        "ver");
    assert_string_equal(REFUSAL("\x9b\1\xce\0\1\0\0\1\1\1\1\1\1\1\1\xc4\1x"),
                        "type");
    assert_string_equal(REFUSAL("\x9b\1\1\x07\1\1\1\1\1\1\1\xc4\1x"), "src");
    assert_string_equal(REFUSAL("\x9b\1\1\1\xff\1\1\1\1\1\1\xc4\1x"), "run");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\xc0\1\1\1\1\1\xc4\1x"), "seq");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\xa0\1\1\1\1\xc4\1x"), "tseq");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\xc3\1\1\1\xc4\1x"), "mono");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\xa0\1\1\xc4\1x"), "wall");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\1\xff\1\xc4\1x"), "req");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\1\1\xff\xc4\1x"), "trace");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\1\1\1\xa1x"), "body");
    assert_string_equal(REFUSAL("\x9b\1\1\1\1\1\1\1\1\1\1\xc6\xff\xff\xff\xff"),
                        "body");
    assert_string_equal(REFUSAL(""), "(array)");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_envelope_comes_back_as_it_went),
        cmocka_unit_test(a_body_larger_than_any_message_is_not_sent),
        cmocka_unit_test(
            every_truncation_and_flip_is_refused_or_means_what_it_says),
        cmocka_unit_test(a_refusal_names_the_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
