/* fuzz_json - any bytes as JSON; links: common proto; max_len: 8192
 *
 * What is accepted can be looked at in every way, and written out and read
 * again it is the same; cJSON alone accepts it too.
 */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/json.h"
#include "proto/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text_out {
    char *s;
    size_t used, cap;
};

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
put(struct text_out *out, const char *s, size_t size)
{
    insist(size <= out->cap - out->used);
    memcpy(out->s + out->used, s, size);
    out->used += size;
}

static void
put_string(struct text_out *out, const char *s)
{
    size_t n =
        json_quote(s, strlen(s), out->s + out->used, out->cap - out->used);
    insist(n > 0);
    out->used += n;
}

static void
ask_everything(const struct json_value *v)
{
    int64_t n;
    bool b, yes = json_bool(v, &b);

    insist(json_is_string(v) + json_is_number(v) + json_is_null(v) +
               json_is_object(v) + json_is_array(v) + yes ==
           1);
    insist((json_scalar(v) != NULL) ==
           (json_is_string(v) || json_is_number(v)));
    insist((json_string(v) != NULL) == json_is_string(v));
    if (json_int(v, &n) || json_micros(v, &n))
        insist(json_scalar(v) != NULL);
    insist(json_size(v) == 0 || json_first(v) != NULL);
}

static void
put_value(struct text_out *out, const struct json_value *v)
{
    bool b = false;

    ask_everything(v);
    if (json_is_string(v)) {
        put_string(out, json_string(v));
    } else if (json_is_number(v)) {
        put(out, json_scalar(v), strlen(json_scalar(v)));
    } else if (json_is_null(v)) {
        put(out, "null", 4);
    } else if (json_bool(v, &b)) {
        put(out, b ? "true" : "false", b ? 4 : 5);
    } else {
        bool object = json_is_object(v);
        put(out, object ? "{" : "[", 1);
        for (const struct json_value *c = json_first(v); c; c = json_next(c)) {
            if (c != json_first(v))
                put(out, ",", 1);
            if (object) {
                insist(json_get(v, json_key(c)) == c);
                put_string(out, json_key(c));
                put(out, ":", 1);
            }
            put_value(out, c);
        }
        put(out, object ? "}" : "]", 1);
    }
}

static void
write_out(const struct json *j, struct text_out *out, size_t size)
{
    out->cap = size * 6 + 64; /* \u00xx for one byte. */
    out->s = malloc(out->cap);
    out->used = 0;
    insist(out->s != NULL);
    put_value(out, json_root(j));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct why why = { "" };
    struct text_out first, second;
    struct json *j = json_parse((const char *)data, size, &why);

    if (!j) {
        insist(why.s[0] != '\0');
        return 0;
    }
    cJSON *lenient = cJSON_ParseWithLength((const char *)data, size);
    insist(lenient != NULL);
    cJSON_Delete(lenient);
    write_out(j, &first, size);
    json_destroy(&j);
    j = json_parse(first.s, first.used, &why);
    insist(j != NULL);
    write_out(j, &second, first.used);
    json_destroy(&j);
    insist(first.used == second.used &&
           memcmp(first.s, second.s, first.used) == 0);
    free(first.s);
    free(second.s);
    return 0;
}
