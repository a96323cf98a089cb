/* test_approve - a relation more in relations.yaml, whole or not at all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deploy/arb/relate/approve.h"
#include "deploy/arb/relate/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/approve.XXXXXX", file[64], next[64];

static int
make_folder_once(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(file, sizeof file, "%s/r.yaml", folder);
    snprintf(next, sizeof next, "%s/r.yaml.new", folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    (void)unlink(file);
    (void)unlink(next);
    return rmdir(folder);
}

static struct approval
one(const char *id)
{
    return (struct approval){
        .id = id, .kind = "implies", .source = "the \"spot\" price: a feed",
        .cutoff = "noon", .voided = "50-50 \\ each", .by = "ada",
        .when = "2026-11-22T01:00:00Z", .count = 2,
        .markets = { { "m0" }, { "m1" } },
        .texts = { { { 1 } }, { { 2 } } },
    };
}

static struct ties *
read_back(void)
{
    struct complaints bad = { 0 };

    return ties_read(file, &bad);
}

static void
what_is_approved_reads_back_as_it_was_said(void **state)
{
    struct approval a = one("first"), b = one("second");
    struct ties *t;
    struct why why;

    (void)state;
    assert_true(approve(file, &a, &why));
    assert_true(approve(file, &b, &why));
    t = read_back();
    assert_non_null(t);
    assert_int_equal(t->count, 2);
    assert_string_equal(t->at[1].id.s, "second");
    assert_string_equal(t->at[1].source.s, a.source);
    assert_string_equal(t->at[1].voided.s, a.voided);
    assert_string_equal(t->at[1].by.s, "ada");
    assert_string_equal(t->at[1].when.s, a.when);
    assert_int_equal(t->at[1].text[1].b[0], 2);
    ties_destroy(&t);
    assert_int_not_equal(access(next, F_OK), 0);
}

static void
what_is_refused_leaves_the_file_as_it_was(void **state)
{
    struct approval bad[] = { one("first"), one("a b"), one("x"), one("y"),
                              one("z"), one("base:"), one("w") };
    struct why why;
    struct ties *t;
    FILE *f;

    (void)state;
    bad[2].kind = "follows";
    bad[3].by = "";
    bad[4].markets[1] = bad[4].markets[0];
    bad[6].source = "two\nlines";
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(approve(file, &bad[i], &why));
        assert_int_not_equal(access(next, F_OK), 0);
    }
    /* Somebody else is at it. */
    f = fopen(next, "w");
    assert_non_null(f);
    fclose(f);
    bad[0] = one("third");
    assert_false(approve(file, &bad[0], &why));
    assert_non_null(strstr(why.s, "another approval"));
    assert_int_equal(unlink(next), 0);
    t = read_back();
    assert_int_equal(t->count, 2);
    ties_destroy(&t);
}

enum { PEOPLE = 4, EACH = 25 };

/* Each says it again until it is taken; no two say the same. */
static int
approve_some(int who)
{
    for (int i = 0; i < EACH; i++) {
        char id[32];
        struct why why;
        (void)snprintf(id, sizeof id, "by-%d-%d", who, i);
        struct approval a = one(id);
        while (!approve(file, &a, &why))
            if (strstr(why.s, "another approval") == NULL)
                return 1;
    }
    return 0;
}

static void
of_two_at_once_neither_is_lost(void **state)
{
    struct ties *t = read_back();
    uint32_t before = t->count;
    int status, bad = 0;

    (void)state;
    ties_destroy(&t);
    for (int i = 0; i < PEOPLE; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(approve_some(i));
    }
    for (int i = 0; i < PEOPLE; i++) {
        assert_true(wait(&status) > 0);
        bad += status != 0;
    }
    assert_int_equal(bad, 0);
    t = read_back();
    assert_int_equal(t->count, before + PEOPLE * EACH);
    ties_destroy(&t);
}

static void
lists_of_markets_are_two_to_eight(void **state)
{
    static const struct { const char *list; uint32_t count; } all[] = {
        { "a,b", 2 }, { "a,b,c,d,e,f,g,h", 8 }, { "a", 0 }, { "a,", 0 },
        { "a,a", 0 }, { ",a", 0 }, { "", 0 }, { "a,b,c,d,e,f,g,h,i", 0 },
    };
    struct text out[TIE_MARKETS];

    (void)state;
    for (uint32_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct why why;
        uint32_t count;
        bool ok = texts_markets(all[i].list, out, &count, &why);

        assert_int_equal(ok, all[i].count > 0);
        if (ok)
            assert_int_equal(count, all[i].count);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_approved_reads_back_as_it_was_said),
        cmocka_unit_test(what_is_refused_leaves_the_file_as_it_was),
        cmocka_unit_test(of_two_at_once_neither_is_lost),
        cmocka_unit_test(lists_of_markets_are_two_to_eight),
    };

    return cmocka_run_group_tests(tests, make_folder_once, remove_folder);
}
