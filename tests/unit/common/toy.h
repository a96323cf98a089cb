/* toy - a section of settings with every kind, and files to set it */
#ifndef TESTS_UNIT_COMMON_TOY_H
#define TESTS_UNIT_COMMON_TOY_H

#include "common/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS_                                               \
    ROW(count, levels, "10", "1", "1000", "how many")       \
    ROW(flag, on, "true", "", "", "whether")                \
    ROW(money, most, "250", "0", "1000", "at most so much") \
    ROW(price, floor_, "0.9", "0", "1", "not below")        \
    ROW(qty, size, "12.5", "0", "", "shares")               \
    ROW(ppm, edge, "0.03", "-1", "1", "edge wanted")        \
    ROW(ms, wait, "500", "1", "60000", "how long")          \
    ROW(text, name, "\"\"", "", "8", "a name")              \
    ROW(word, kind, "soft", "soft hard no", "", "which one") \
    ROW(path, place, "var/x", "1", "255", "where")          \
    ROW(list, ids, "[a, 7]", "", "12", "which")             \
    ROW(mode, mode, "shadow", "", "", "what may be done")

struct toy_conf {
#define ROW(kind, name, def, min, max, help) conf_##kind name;
    ROWS_
#undef ROW
};

static const struct conf_row toy_rows[] = {
#define ROW(kind, name, def, min, max, help) \
    CONF_ROW(toy, kind, name, def, min, max, help)
    ROWS_
#undef ROW
};

static const struct conf_section toy = { "toy", "A section to test with.",
                                         toy_rows,
                                         sizeof toy_rows / sizeof toy_rows[0] };
static const struct conf_section other = { "other", "Not ours.", NULL, 0 };
static const struct conf_section *const sections[] = { &toy, &other };

static char folder[] = "/tmp/test_conf.XXXXXX";
static struct complaints bad;

static inline const char *
put_bytes(const char *name, const char *s, size_t size)
{
    static char path[8][128];
    static unsigned turn;
    char *p = path[turn++ % 8];

    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    FILE *f = fopen(p, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(s, 1, size, f), size);
    fclose(f);
    return p;
}

static inline const char *
put(const char *name, const char *s)
{
    return put_bytes(name, s, strlen(s));
}

static inline struct conf *
try_file(const char *file)
{
    return conf_read(file, NULL, 0, sections, 2, &bad);
}

static inline struct conf *
take(const char *yaml)
{
    struct conf *conf = try_file(put("t.yaml", yaml));

    if (!conf)
        fail_msg("%s: %s", yaml, bad.text);
    assert_int_equal(bad.count, 0);
    return conf;
}

static inline void
refuse(const char *yaml, const char *complaint)
{
    struct conf *conf = try_file(put("t.yaml", yaml));

    if (conf)
        fail_msg("accepted: %s", yaml);
    assert_true(bad.count >= 1);
    if (!strstr(bad.text, complaint))
        fail_msg("%s: said \"%s\", not \"%s\"", yaml, bad.text, complaint);
}

static inline int
make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static inline int
remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

#endif /* TESTS_UNIT_COMMON_TOY_H */
