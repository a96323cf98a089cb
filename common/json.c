/* json - strict reading of JSON texts from outside (cJSON's one door) */

/* json_check.c has validated the text and turned numbers into marked
 * strings; cJSON builds the tree; what is left to find here are duplicate
 * keys, which it would silently shadow.  A json_value is a cJSON node under
 * another name, so looking at one costs nothing. */

#include "common/json.h"

#include "common/json_check.h"
#include "common/must.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_KEYS = 12 }; /* Up to here every pair is compared. */

struct json {
    cJSON *root;
};

static const cJSON *
node(const struct json_value *v)
{
    return (const cJSON *)(const void *)v;
}

static const struct json_value *
value(const cJSON *item)
{
    return (const struct json_value *)(const void *)item;
}

static int
by_key(const void *a, const void *b)
{
    const cJSON *const *x = a, *const *y = b;

    return strcmp((*x)->string, (*y)->string);
}

/* The key that stands twice in the object, or NULL. */
static const char *
twice_among_many(const cJSON *object, size_t count)
{
    const cJSON **all = malloc(count * sizeof(cJSON *));
    const char *twice = NULL;
    size_t n = 0;

    must(all);
    for (const cJSON *c = object->child; c; c = c->next)
        all[n++] = c;
    must(n == count);
    qsort(all, n, sizeof(cJSON *), by_key);
    for (size_t i = 1; i < n && !twice; i++)
        if (strcmp(all[i - 1]->string, all[i]->string) == 0)
            twice = all[i]->string;
    free(all);
    return twice;
}

static const char *
key_twice(const cJSON *object)
{
    size_t count = 0;

    for (const cJSON *c = object->child; c; c = c->next)
        count++;
    if (count > FEW_KEYS)
        return twice_among_many(object, count);
    for (const cJSON *a = object->child; a; a = a->next)
        for (const cJSON *b = a->next; b; b = b->next)
            if (a->string[0] == b->string[0] &&
                strcmp(a->string, b->string) == 0)
                return b->string;
    return NULL;
}

/* Depth is bounded by json_check. */
static bool
keys_unique(const cJSON *item, struct why *why)
{
    if (cJSON_IsObject(item)) {
        const char *twice = key_twice(item);
        if (twice)
            return why_set(why, "JSON: the key \"%.60s\" stands twice", twice);
    }
    for (const cJSON *c = item->child; c; c = c->next)
        if (c->child && !keys_unique(c, why))
            return false;
    return true;
}

static cJSON *
build(const char *s, size_t size, struct why *why)
{
    char *text = malloc(JSON_REWRITE_CAP(size));
    cJSON *root = NULL;
    size_t text_size;

    must(text);
    if (!json_check(s, size, text, &text_size, why))
        goto out;
    /* The NUL counts, so that cJSON can insist on it. */
    root = cJSON_ParseWithLengthOpts(text, text_size + 1, NULL, 1);
    if (!root) {
        (void)why_set(why, "JSON: refused by cJSON");
        goto out;
    }
    if (!keys_unique(root, why)) {
        cJSON_Delete(root);
        root = NULL;
    }
out:
    free(text);
    return root;
}

struct json *
json_parse(const char *s, size_t size, struct why *why)
{
    if (size > JSON_SIZE_CAP) {
        (void)why_set(why, "JSON: %zu bytes, more than 8 MiB", size);
        return NULL;
    }
    cJSON *root = build(s, size, why);
    if (!root)
        return NULL;
    struct json *j = malloc(sizeof *j);
    must(j);
    j->root = root;
    return j;
}

void
json_destroy(struct json **j)
{
    if (!*j)
        return;
    cJSON_Delete((*j)->root);
    free(*j);
    *j = NULL;
}

const struct json_value *
json_root(const struct json *j)
{
    return j ? value(j->root) : NULL;
}

bool
json_is_object(const struct json_value *v)
{
    return cJSON_IsObject(node(v));
}

bool
json_is_array(const struct json_value *v)
{
    return cJSON_IsArray(node(v));
}

/* cJSON knows both as strings; the mark tells them apart. */
static bool
is_marked(const struct json_value *v)
{
    return node(v)->valuestring[0] == JSON_NUMBER_MARK;
}

bool
json_is_string(const struct json_value *v)
{
    return cJSON_IsString(node(v)) && !is_marked(v);
}

bool
json_is_number(const struct json_value *v)
{
    return cJSON_IsString(node(v)) && is_marked(v);
}

bool
json_is_null(const struct json_value *v)
{
    return cJSON_IsNull(node(v));
}

const struct json_value *
json_get(const struct json_value *object, const char *key)
{
    if (!json_is_object(object))
        return NULL;
    for (const cJSON *c = node(object)->child; c; c = c->next)
        if (strcmp(c->string, key) == 0)
            return value(c);
    return NULL;
}

const struct json_value *
json_first(const struct json_value *v)
{
    if (!json_is_object(v) && !json_is_array(v))
        return NULL;
    return value(node(v)->child);
}

const struct json_value *
json_next(const struct json_value *v)
{
    return v ? value(node(v)->next) : NULL;
}

const char *
json_key(const struct json_value *v)
{
    return v ? node(v)->string : NULL;
}

size_t
json_size(const struct json_value *v)
{
    size_t n = 0;

    for (v = json_first(v); v; v = json_next(v))
        n++;
    return n;
}

const char *
json_string(const struct json_value *v)
{
    return json_is_string(v) ? node(v)->valuestring : NULL;
}

const char *
json_scalar(const struct json_value *v)
{
    if (!cJSON_IsString(node(v)))
        return NULL;
    return node(v)->valuestring + (is_marked(v) ? 1 : 0);
}

bool
json_bool(const struct json_value *v, bool *out)
{
    if (!cJSON_IsBool(node(v)))
        return false;
    *out = cJSON_IsTrue(node(v));
    return true;
}

bool
json_micros(const struct json_value *v, int64_t *out)
{
    const char *s = json_scalar(v);

    return s && micros_parse(s, strlen(s), out);
}

/* Digits after a dot must be zeros: 5.0 is five. */
static bool
is_whole(const char *dot)
{
    if (*dot == '\0')
        return true;
    if (*dot != '.' || dot[1] == '\0')
        return false;
    return dot[1 + strspn(dot + 1, "0")] == '\0';
}

bool
json_int(const struct json_value *v, int64_t *out)
{
    const char *s = json_scalar(v);
    int64_t n = 0;

    if (!s)
        return false;
    bool minus = *s == '-';
    s += minus;
    if (*s < '0' || *s > '9' || (s[0] == '0' && s[1] >= '0' && s[1] <= '9'))
        return false;
    for (; *s >= '0' && *s <= '9'; s++) {
        int digit = minus ? '0' - *s : *s - '0';
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, digit, &n))
            return false;
    }
    if (!is_whole(s))
        return false;
    *out = n;
    return true;
}
