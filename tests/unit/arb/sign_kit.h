/* sign_kit - asks arb's sign commands a line and reads the answer */
#ifndef TESTS_UNIT_ARB_SIGN_KIT_H
#define TESTS_UNIT_ARB_SIGN_KIT_H

#include "deploy/arb/sign.h"
#include "tests/unit/executor/anvil_key.h"
#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct key *key;
static char out[LINE_OUT_CAP];

static inline int
make_key(void **state)
{
    (void)state;
    key = key_of_hex(ANVIL_0);
    return 0;
}

static inline int
drop_key(void **state)
{
    (void)state;
    key_destroy(&key);
    return 0;
}

/* The answer to a line, which must be one JSON object on one line. */
static inline struct json *
ask_bytes(sign_line *fn, const char *line, size_t size)
{
    size_t used = fn(key, line, size, out);
    struct why why = { "" };

    assert_int_equal(used, strlen(out));
    assert_null(memchr(out, '\n', used));
    struct json *j = json_parse(out, used, &why);
    if (!j || !json_is_object(json_root(j)))
        fail_msg("%s: %s", why.s, out);
    return j;
}

static inline struct json *
ask(sign_line *fn, const char *line)
{
    return ask_bytes(fn, line, strlen(line));
}

#endif /* TESTS_UNIT_ARB_SIGN_KIT_H */
