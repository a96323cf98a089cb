/* test_typed - digests and signers against what the official client signed */
#include "tests/simex/seal.h"
#include "tests/simex/sponge.h"
#include "tests/simex/typed.h"

#include "common/json.h"
#include "proto/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROOM 262144

static struct json *j;

static int
open_file(void **state)
{
    static char text[ROOM];
    struct why why = { "" };
    FILE *f = fopen("tests/unit/simex/signed.json", "r");
    (void)state;
    if (!f)
        return -1;
    size_t size = fread(text, 1, sizeof text, f);
    fclose(f);
    j = json_parse(text, size, &why);
    return j ? 0 : -1;
}

static int
close_file(void **state)
{
    (void)state;
    json_destroy(&j);
    return 0;
}

static const char *
text(const struct json_value *v, const char *key)
{
    const char *s = json_scalar(json_get(v, key));
    assert_non_null(s);
    return s;
}

static void
number(const struct json_value *v, const char *key, uint8_t out[32])
{
    struct hash h;
    const char *s = text(v, key);
    assert_true(token_parse(s, strlen(s), &h));
    memcpy(out, h.b, 32);
}

static void
bytes(const struct json_value *v, const char *key, uint8_t out[32])
{
    struct hash h;
    const char *s = text(v, key);
    assert_true(hash_parse(s, strlen(s), &h));
    memcpy(out, h.b, 32);
}

static size_t
hex(const char *s, uint8_t *out)
{
    size_t n = 0;
    for (s += 2; s[0] && s[1]; s += 2) {
        char pair[3] = { s[0], s[1], '\0' };
        out[n++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

static void
read_order(const struct json_value *v, struct typed_order *o)
{
    memset(o, 0, sizeof *o);
    number(v, "salt", o->salt);
    number(v, "tokenId", o->token);
    number(v, "makerAmount", o->maker_amount);
    number(v, "takerAmount", o->taker_amount);
    number(v, "timestamp", o->timestamp);
    bytes(v, "metadata", o->metadata);
    bytes(v, "builder", o->builder);
    assert_true(address_read(text(v, "maker"), &o->maker));
    assert_true(address_read(text(v, "signer"), &o->signer));
    o->sell = strcmp(text(v, "side"), "SELL") == 0;
    o->type = (uint8_t)strtoul(text(v, "signatureType"), NULL, 10);
}

static struct typed_place
read_place(const struct json_value *v)
{
    struct typed_place p = { .version = 2 };
    p.version = (uint32_t)strtoul(text(v, "version"), NULL, 10);
    p.chain = strtoull(text(v, "chain"), NULL, 10);
    assert_true(json_bool(json_get(v, "negRisk"), &p.neg_risk));
    return p;
}

static void
keccak_is_the_one_before_sha3(void **state)
{
    static const uint8_t empty[4] = { 0xc5, 0xd2, 0x46, 0x01 };
    char text_room[400];
    uint8_t sum[32], again[32];
    (void)state;
    sponge256("", 0, sum);
    assert_memory_equal(sum, empty, 4);
    /* Around the block's size each length pads differently. */
    memset(text_room, 'a', sizeof text_room);
    sponge256(text_room, 135, sum);
    sponge256(text_room, 136, again);
    assert_memory_not_equal(sum, again, 32);
    sponge256(text_room, 137, sum);
    assert_memory_not_equal(sum, again, 32);
}

static void
each_order_has_the_clients_digest_and_its_signer(void **state)
{
    const struct json_value *v =
        json_first(json_get(json_root(j), "orders"));
    struct address signer, owner;
    uint32_t count = 0;
    (void)state;
    assert_true(address_read(text(json_root(j), "signer"), &owner));
    for (; v; v = json_next(v), count++) {
        struct typed_order o;
        struct typed_place p = read_place(v);
        uint8_t digest[32], want[32], signature[400];
        read_order(json_get(v, "order"), &o);
        bytes(v, "digest", want);
        typed_order_digest(&o, &p, digest);
        assert_memory_equal(digest, want, 32);
        size_t size = hex(text(json_get(v, "order"), "signature"), signature);
        assert_true(typed_order_signer(&o, &p, signature, size, &signer));
        assert_true(address_same(&signer, &owner));
        o.salt[31] ^= 1; /* Anything else was not signed by him. */
        if (typed_order_signer(&o, &p, signature, size, &signer))
            assert_false(address_same(&signer, &owner));
    }
    assert_int_equal(count, 18);
}

static void
the_auth_message_has_the_clients_digest_and_its_signer(void **state)
{
    const struct json_value *v = json_first(json_get(json_root(j), "auth"));
    uint32_t count = 0;
    (void)state;
    for (; v; v = json_next(v), count++) {
        struct address who, signer;
        uint8_t digest[32], want[32], signature[65];
        char shown[43];
        assert_true(address_read(text(v, "address"), &who));
        typed_auth_digest(&who, text(v, "timestamp"),
                          strtoull(text(v, "nonce"), NULL, 10),
                          strtoull(text(v, "chain"), NULL, 10), digest);
        bytes(v, "digest", want);
        assert_memory_equal(digest, want, 32);
        assert_int_equal(hex(text(v, "signature"), signature), 65);
        assert_true(recover_signer(digest, signature, &signer));
        assert_true(address_same(&signer, &who));
        assert_string_equal(address_text(&signer, shown),
                            text(v, "address"));
    }
    assert_int_equal(count, 3);
}

static void
a_request_has_the_clients_seal(void **state)
{
    const struct json_value *v = json_first(json_get(json_root(j), "hmac"));
    uint32_t count = 0;
    (void)state;
    for (; v; v = json_next(v), count++) {
        uint8_t key[64], sum[32];
        char shown[48];
        int size = seal_decode(text(v, "secret"), key, sizeof key);
        assert_true(size > 0);
        const char *m = text(v, "message");
        seal_hmac(key, (size_t)size, m, strlen(m), sum);
        assert_string_equal(seal_encode(sum, 32, shown),
                            text(v, "signature"));
    }
    assert_int_equal(count, 18);
}

static void
what_is_no_signature_has_no_signer(void **state)
{
    uint8_t digest[32] = { 1 }, signature[65] = { 0 };
    struct address signer;
    (void)state;
    assert_false(recover_signer(digest, signature, &signer));
    signature[64] = 27;
    assert_false(recover_signer(digest, signature, &signer)); /* r = 0 */
    signature[31] = 5;
    signature[63] = 1;
    assert_false(recover_signer(digest, signature, &signer)); /* no point */
    memset(signature, 0xff, 64);
    assert_false(recover_signer(digest, signature, &signer));
    memset(signature, 0, 64);
    signature[31] = 1;
    signature[63] = 1;
    signature[64] = 29;
    assert_false(recover_signer(digest, signature, &signer));
    signature[64] = 28;
    assert_true(recover_signer(digest, signature, &signer));
    signature[32] = 0xf0; /* The upper half: malleable, refused. */
    assert_false(recover_signer(digest, signature, &signer));
}

static void
broken_base64_is_refused(void **state)
{
    uint8_t out[4];
    (void)state;
    assert_int_equal(seal_decode("_-8=", out, 4), 2);
    assert_int_equal(seal_decode("/+8", out, 4), 2);
    assert_int_equal(seal_decode("a b=", out, 4), -1);
    assert_int_equal(seal_decode("ab=c", out, 4), -1);
    assert_int_equal(seal_decode("abcdefgh", out, 4), -1);
    assert_int_equal(seal_decode("", out, 4), 0);
}

static void
broken_addresses_are_refused(void **state)
{
    struct address a;
    (void)state;
    assert_false(address_read("", &a));
    assert_false(address_read("0x12", &a));
    assert_false(address_read("f39Fd6e51aad88F6F4ce6aB8827279cffFb9226600",
                              &a));
    assert_false(address_read("0xg39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                              &a));
    assert_true(address_read("0xF39fd6e51aad88f6f4ce6ab8827279cfffb92266",
                             &a));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keccak_is_the_one_before_sha3),
        cmocka_unit_test(each_order_has_the_clients_digest_and_its_signer),
        cmocka_unit_test(
            the_auth_message_has_the_clients_digest_and_its_signer),
        cmocka_unit_test(a_request_has_the_clients_seal),
        cmocka_unit_test(what_is_no_signature_has_no_signer),
        cmocka_unit_test(broken_base64_is_refused),
        cmocka_unit_test(broken_addresses_are_refused),
    };
    return cmocka_run_group_tests(tests, open_file, close_file);
}
