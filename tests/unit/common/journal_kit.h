/* journal_kit - journals whose every record says what it must be */
#ifndef TESTS_UNIT_COMMON_JOURNAL_KIT_H
#define TESTS_UNIT_COMMON_JOURNAL_KIT_H

#include "common/journal.h"
#include "common/journal_own.h"
#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

enum { SEGMENT = 4096 };

static struct scratch scratch;

static inline int
set_up(void **state)
{
    (void)state;
    scratch_open(&scratch);
    return 0;
}

static inline int
tear_down(void **state)
{
    (void)state;
    scratch_remove(scratch.path);
    return 0;
}

static inline struct journal *
open_in(const char *dir, uint64_t run, uint64_t *cut)
{
    struct why why = { "" };
    struct journal *j = journal_open(dir, SOURCE_riskd, run, SEGMENT, cut,
                                     &why);

    if (!j)
        fail_msg("%s", why.s);
    return j;
}

/* Record n of every journal here: its body says its number, how many records
 * of its batch come after it, and then something long. */
static inline size_t
body_of(uint64_t n, unsigned after, uint8_t *body)
{
    size_t size = 9 + n * 7 % 40;

    memcpy(body, &n, 8);
    body[8] = (uint8_t)after;
    for (size_t i = 9; i < size; i++)
        body[i] = (uint8_t)(n + i);
    return size;
}

static inline void
append(struct journal *j, unsigned after)
{
    uint8_t body[64];
    uint64_t n = journal_head(j) + 1;
    size_t size = body_of(n, after, body);

    journal_append(j, (uint16_t)(n % 60 + 1), (struct nanos){ (int64_t)n },
                   (struct nanos){ (int64_t)n * 2 }, n * 3, body, size,
                   after > 0);
}

static inline void
append_batch(struct journal *j, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        append(j, count - 1 - i);
    journal_flush(j);
}

/* Is it exactly what append wrote as that number?  Returns what comes after
 * it in its batch. */
static inline unsigned
check_record(const struct record *r)
{
    uint8_t body[64];

    assert_true(r->body_size >= 9);
    unsigned after = r->body[8];
    size_t size = body_of(r->n, after, body);
    assert_int_equal(r->body_size, size);
    assert_memory_equal(r->body, body, size);
    assert_int_equal(r->type, r->n % 60 + 1);
    assert_int_equal(r->mono.ns, (int64_t)r->n);
    assert_int_equal(r->wall.ns, (int64_t)r->n * 2);
    assert_int_equal(r->trace, r->n * 3);
    return after;
}

/* Reads to the end of what there is: how many records, whole batches only.
 * -1 when the reader found damage. */
static inline long
read_all(const char *dir, uint64_t from, struct why *why)
{
    struct journal_reader *r = journal_read(dir, from, why);
    struct record rec;
    uint64_t expected = from;
    unsigned after = 0;
    int got;

    if (!r)
        return -1;
    while ((got = journal_next(r, &rec, why)) > 0) {
        assert_int_equal(rec.n, expected);
        expected++;
        after = check_record(&rec);
    }
    if (got == 0)
        assert_int_equal(after, 0);
    /* Asked again, it says the same. */
    assert_int_equal(journal_next(r, &rec, why), got);
    journal_reader_close(&r);
    return got < 0 ? -1 : (long)(expected - from);
}

static inline void
path_in(char path[200], const char *dir, const char *name)
{
    snprintf(path, 200, "%s/%s", dir, name);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* TESTS_UNIT_COMMON_JOURNAL_KIT_H */
