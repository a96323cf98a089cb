/* face_stage - a market place whose texts are asked for and read */
#ifndef TEST_SIMEX_FACE_STAGE_H
#define TEST_SIMEX_FACE_STAGE_H

#include "tests/simex/face.h"
#include "tests/simex/rest.h"

#include "common/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START INT64_C(1795271580123) /* 2026-11-21T14:33:00Z */

static struct simex *x;
static struct face *f;
static char *room;
static struct quill q;
static struct json *j;

static inline int
open_face(void **state)
{
    struct simex_terms terms = { .seed = 21, .start_ms = START, .events = 50,
                                 .rate = 200, .run_ms = 60000 };
    (void)state;
    x = simex_new(&terms);
    f = face_new(x, false);
    room = malloc(FACE_ROOM);
    simex_start(x, START);
    simex_tick(x, START + 5000);
    return room ? 0 : -1;
}

static inline int
close_face(void **state)
{
    (void)state;
    json_destroy(&j);
    face_destroy(&f);
    simex_destroy(&x);
    free(room);
    return 0;
}

/* Status; the body is then read in j. */
static inline int
ask(const char *path, const char *query, const char *body, uint32_t page)
{
    struct rest_request r = { .post = body != NULL, .path = path,
                              .query = query, .body = body ? body : "",
                              .body_size = body ? strlen(body) : 0 };
    struct why why = { "" };
    quill_start(&q, room, FACE_ROOM);
    int status = rest_answer(f, &r, page, &q);
    json_destroy(&j);
    j = json_parse(q.s, q.size, &why);
    if (!j)
        fail_msg("%s %s: %s: %.300s", path, query, why.s, q.s);
    return status;
}

static inline const struct json_value *
get(const char *key)
{
    return json_get(json_root(j), key);
}

static inline const char *
text(const struct json_value *v, const char *key)
{
    const char *s = json_string(json_get(v, key));
    if (!s)
        fail_msg("%s is no string", key);
    return s;
}

static inline void
assert_number(const struct json_value *v, const char *key)
{
    if (!json_is_number(json_get(v, key)))
        fail_msg("%s is no number", key);
}

static inline bool
flag(const struct json_value *v, const char *key)
{
    bool b = false;
    if (!json_bool(json_get(v, key), &b))
        fail_msg("%s is no boolean", key);
    return b;
}

#define STAGED(name) \
    cmocka_unit_test_setup_teardown(name, open_face, close_face)

#endif /* TEST_SIMEX_FACE_STAGE_H */
