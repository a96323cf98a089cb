/* units - prices, sizes, money, times and ids as types that do not mix */
#ifndef PROTO_UNITS_H
#define PROTO_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))

/* One dollar, or one share, in the integers everything is counted in. */
#define MICROS 1000000

__extension__ typedef __int128 wide; /* Every product goes through this. */

struct price { int64_t micros; }; /* Dollars per share, 0 = absent. */
struct qty { int64_t micros; };   /* Shares. */
struct money { int64_t micros; }; /* Dollars (pUSD). */
struct ppm { int64_t ppm; };      /* A ratio in millionths: 0.03 = 30000. */
struct bps { int64_t bps; };      /* A ratio in ten-thousandths. */
struct nanos { int64_t ns; };     /* Since the Unix epoch, or monotonic. */
struct ms { int64_t ms; };        /* A duration. */
struct hash { uint8_t b[32]; };   /* A token id (big endian), a digest. */
struct uuid { uint8_t b[16]; };
struct text { char s[81]; };      /* NUL terminated, zero filled. */
struct title { char s[201]; };

/* Strict decimals: optional '-', digits, optional '.' and 1..6 digits; no
 * exponent, space, sign '+', or leading/trailing dot; more than 6 decimals
 * are accepted only when the excess digits are zeros.  False leaves *micros
 * alone.  size is the number of bytes at s; no NUL is needed. */
MUST_CHECK bool micros_parse(const char *s, size_t size, int64_t *micros);
/* Shortest exact text ("0.5", "-12.000001", "3"); returns s. */
#define MICROS_TEXT_CAP 24
char *micros_format(int64_t micros, char s[MICROS_TEXT_CAP]);
/* Exactly six decimals ("0.500000"). */
char *micros_format6(int64_t micros, char s[MICROS_TEXT_CAP]);

/* Checked sums: false on overflow and the result is untouched. */
MUST_CHECK bool money_add(struct money a, struct money b, struct money *sum);
MUST_CHECK bool money_sub(struct money a, struct money b, struct money *rest);
MUST_CHECK bool qty_add(struct qty a, struct qty b, struct qty *sum);
MUST_CHECK bool qty_sub(struct qty a, struct qty b, struct qty *rest);

/* price x qty, rounded towards minus or plus infinity as the name says. */
MUST_CHECK bool cost_down(struct price p, struct qty q, struct money *cost);
MUST_CHECK bool cost_up(struct price p, struct qty q, struct money *cost);
/* a * b / c with c > 0, through 128 bits. */
MUST_CHECK bool muldiv_down(int64_t a, int64_t b, int64_t c, int64_t *out);
MUST_CHECK bool muldiv_up(int64_t a, int64_t b, int64_t c, int64_t *out);
/* The greatest common divisor of two that are not negative; gcd(a, 0) = a. */
int64_t gcd(int64_t a, int64_t b);

/* Token ids: decimal text of a 256-bit number on the venue's wire. */
MUST_CHECK bool token_parse(const char *s, size_t size, struct hash *token);
#define TOKEN_TEXT_CAP 80
char *token_format(const struct hash *token, char s[TOKEN_TEXT_CAP]);
/* The newer protocol's tokens, which are traded and asked for differently,
 * show it by bits 40 to 103, which are zero (the official SDK's rule). */
bool token_is_position(const struct hash *token);
/* Digests: 64 lower-case hex digits, "0x" in front. */
MUST_CHECK bool hash_parse(const char *s, size_t size, struct hash *hash);
#define HASH_TEXT_CAP 67
char *hash_format(const struct hash *hash, char s[HASH_TEXT_CAP]);
bool hash_equal(const struct hash *a, const struct hash *b);
bool hash_is_zero(const struct hash *h);

/* UUIDv7-shaped ids without randomness: the wall clock in ms, then who (src,
 * run) and a counter make it unique. */
struct uuid uuid_make(struct nanos wall, uint8_t src, uint64_t run,
                      uint64_t counter);
MUST_CHECK bool uuid_parse(const char *s, size_t size, struct uuid *uuid);
#define UUID_TEXT_CAP 37
char *uuid_format(const struct uuid *uuid, char s[UUID_TEXT_CAP]);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_zero(const struct uuid *u);

/* Copies at most the room there is; false when s had to be cut. */
bool text_set(struct text *t, const char *s);
bool title_set(struct title *t, const char *s);
bool text_equal(const struct text *a, const struct text *b);

#endif /* PROTO_UNITS_H */
