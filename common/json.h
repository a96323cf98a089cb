/* json - strict reading of JSON texts from outside (cJSON's one door)
 *
 * Refuses: trailing bytes, more than 64 levels, more than 8 MiB, invalid
 * UTF-8, control characters in strings, \u0000, leading zeros, "1.", NaN,
 * duplicate keys.  Numbers keep their text: there is no double. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "proto/units.h"
#include "common/why.h"

struct json;             /* A parsed text; owns everything below it. */
struct json_value;       /* A value inside it. */

MUST_CHECK struct json *json_parse(const char *s, size_t size,
                                   struct why *why);
void json_destroy(struct json **j);
const struct json_value *json_root(const struct json *j);

/* All accept NULL and a wrong type, and then say "no" (NULL, 0, false). */
bool json_is_object(const struct json_value *v);
bool json_is_array(const struct json_value *v);
bool json_is_string(const struct json_value *v);
bool json_is_number(const struct json_value *v);
bool json_is_null(const struct json_value *v);
const struct json_value *json_get(const struct json_value *object,
                                  const char *key);
const struct json_value *json_first(const struct json_value *v); /* Child. */
const struct json_value *json_next(const struct json_value *v);  /* Sibling. */
const char *json_key(const struct json_value *v);  /* Of an object's child. */
size_t json_size(const struct json_value *v);      /* Children. */
/* The text of a string, or NULL. */
const char *json_string(const struct json_value *v);
/* The text of a number or string, or NULL: "0.5", "-3", "1e3" (as written). */
const char *json_scalar(const struct json_value *v);
bool json_bool(const struct json_value *v, bool *out);
/* A number or a string holding one, exactly representable; exponents are
 * refused.  False leaves *out alone. */
MUST_CHECK bool json_micros(const struct json_value *v, int64_t *out);
MUST_CHECK bool json_int(const struct json_value *v, int64_t *out);

#endif /* COMMON_JSON_H */
