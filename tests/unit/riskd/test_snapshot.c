/* test_snapshot - the state written down and loaded: the same, or nothing */
#include "tests/unit/riskd/control_desk.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/journal.h"
#include "riskd/wiring_snapshot.h"

static char dir[64], facts[80], newest[80], older[80];
static struct desk *d;
static struct snapshot_of of;

/* The first count facts of the desk as riskd's journal. */
static void
write_journal(uint32_t from, uint32_t count)
{
    static uint8_t bytes[1 << 17];
    uint64_t cut;
    struct why why;
    struct journal *j =
        journal_open(facts, SOURCE_riskd, 1, 1 << 22, &cut, &why);
    assert_non_null(j);
    for (uint32_t i = from; i < count; i++) {
        const struct fact *f = &d->facts[i];
        size_t size = schema_pack(f->schema, f->msg, bytes, sizeof bytes);
        assert_true(size > 0);
        journal_append(j, f->schema->type, f->mono, f->wall, 0, bytes, size,
                       false);
    }
    journal_sync(j);
    journal_close(&j);
}

/* Things of every kind happen. */
static void
play(uint32_t n)
{
    struct authorize m = desk_ask(n, 2, 10 * n, 400000, 100);
    keep_well(d);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_grant], 1);
    struct grant g = d->grant;
    char id[16];
    (void)snprintf(id, sizeof id, "fill %u", n);
    struct fill f = desk_fill(&g, 0, id, 390000, 40 * MICROS);
    f.state = FILL_STATE_matched;
    HEAR(d, fill, &f);
    struct execution e = { .exec_id = desk_uuid(n), .mode = MODE_paper,
                           .status = n % 2 ? EXEC_STATUS_ERROR
                                           : EXEC_STATUS_FILLED };
    HEAR(d, execution, &e);
    assert_true(say(d, VERB_reduce, ROLE_operator, "", "0.5"));
    pass_well(d, 1000);
}

static int
start(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/snapshot-XXXXXX");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(facts, sizeof facts, "%s/facts", dir);
    (void)snprintf(newest, sizeof newest, "%s/snapshot", dir);
    (void)snprintf(older, sizeof older, "%s/snapshot.old", dir);
    memset(&of, 0, sizeof of);
    (void)snprintf(of.version, sizeof of.version, "v1");
    of.conf = 7;
    d = desk_new();
    play(1);
    play(2);
    write_journal(0, d->facts_count);
    return 0;
}

static int
stop(void **state)
{
    char command[80];
    (void)state;
    desk_free(d);
    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

static void
take(void)
{
    struct why why = { "" };
    size_t size = 0;
    uint8_t *bytes =
        snapshot_make(d->x, &of, facts, d->facts_count, &size, &why);
    assert_string_equal(why.s, "");
    assert_int_equal(snapshot_write(dir, bytes, size), 0);
    free(bytes);
}

/* The record it is of, and whether the facts behind it make the same. */
static uint64_t
load(struct why *why)
{
    bool spoiled;
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    uint64_t n = snapshot_load(x, &of, dir, facts, &spoiled, why);
    assert_false(spoiled);
    for (uint64_t i = n; i < d->facts_count; i++) {
        desk_recall(x, &d->facts[i]);
    }
    struct hash was = riskd_digest(d->x), is = riskd_digest(x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    riskd_destroy(&x);
    return n;
}

/* faults: F-021 */
static void
a_snapshot_and_the_tail_are_what_all_facts_are(void **state)
{
    struct why why;
    (void)state;
    assert_int_equal(load(&why), 0); /* There is none. */
    assert_string_equal(why.s, "");
    take();
    uint32_t n = d->facts_count;
    assert_int_equal(load(&why), n);
    play(3);
    play(4);
    write_journal(n, d->facts_count);
    assert_int_equal(load(&why), n);
    take();
    assert_int_equal(load(&why), d->facts_count);
    struct stat st;
    assert_int_equal(stat(newest, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* Every byte of the head, and some of the state. */
/* faults: F-022 */
static void
a_damaged_one_is_not_used_and_the_older_one_is(void **state)
{
    struct why why;
    struct stat st;
    (void)state;
    take();
    uint32_t n = d->facts_count;
    play(3);
    write_journal(n, d->facts_count);
    take();
    assert_int_equal(stat(newest, &st), 0);
    for (off_t at = 0; at < st.st_size; at += at < 256 ? 1 : 99991) {
        uint8_t byte;
        FILE *f = fopen(newest, "r+");
        assert_non_null(f);
        assert_int_equal(fseek(f, at, SEEK_SET), 0);
        assert_int_equal(fread(&byte, 1, 1, f), 1);
        byte ^= 0x10;
        assert_int_equal(fseek(f, at, SEEK_SET), 0);
        assert_int_equal(fwrite(&byte, 1, 1, f), 1);
        fclose(f);
        bool spoiled;
        struct riskd *x =
            riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
        assert_int_equal(snapshot_load(x, &of, dir, facts, &spoiled, &why),
                         n);
        assert_false(spoiled);
        riskd_destroy(&x);
        f = fopen(newest, "r+");
        assert_int_equal(fseek(f, at, SEEK_SET), 0);
        byte ^= 0x10;
        assert_int_equal(fwrite(&byte, 1, 1, f), 1);
        fclose(f);
    }
    assert_int_equal(load(&why), d->facts_count); /* Mended again. */
    assert_int_equal(truncate(newest, st.st_size - 1), 0);
    assert_int_equal(load(&why), n);
    assert_int_equal(truncate(newest, 10), 0);
    assert_int_equal(load(&why), n);
    assert_int_equal(unlink(older), 0);
    assert_int_equal(load(&why), 0); /* All facts, then. */
    assert_true(strlen(why.s) > 0);
}

static void
one_of_another_program_configuration_or_journal_is_not_used(void **state)
{
    struct why why;
    (void)state;
    take();
    of.version[1] = '2';
    assert_int_equal(load(&why), 0);
    assert_string_equal(why.s, "of another program or configuration");
    of.version[1] = '1';
    of.conf++;
    assert_int_equal(load(&why), 0);
    of.conf--;
    assert_int_equal(load(&why), d->facts_count);
    char command[200];
    (void)snprintf(command, sizeof command, "rm %s/*", facts);
    assert_int_equal(system(command), 0);
    uint32_t all = d->facts_count;
    write_journal(0, all - 1); /* Its end was lost. */
    assert_int_equal(load(&why), 0);
    d->facts[all - 1].wall.ns++; /* And written otherwise. */
    write_journal(all - 1, all);
    assert_int_equal(load(&why), 0);
    assert_string_equal(why.s, "of another journal");
}

/* Summed up well, by a program that wrote nonsense: nothing of it is told. */
/* faults: F-037 */
static void
a_state_that_makes_no_sense_spoils_the_engine_and_no_more(void **state)
{
    struct why why = { "" };
    size_t size = 0;
    bool spoiled;
    (void)state;
    uint8_t *bytes =
        snapshot_make(d->x, &of, facts, d->facts_count, &size, &why);
    size_t image = riskd_save(d->x, NULL, 0);
    memset(bytes + size - image, 0xff, image);
    assert_int_equal(snapshot_write(dir, bytes, size), 0);
    free(bytes);
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_int_equal(snapshot_load(x, &of, dir, facts, &spoiled, &why), 0);
    assert_true(spoiled);
    assert_string_equal(why.s, "it does not make the state it was made of");
    riskd_destroy(&x);
}

static void
an_image_of_any_length_does_no_harm(void **state)
{
    (void)state;
    size_t size = riskd_save(d->x, NULL, 0);
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    assert_int_equal(riskd_save(d->x, bytes, size - 1), 0);
    assert_int_equal(riskd_save(d->x, bytes, size), size);
    for (size_t cut = 0; cut <= size + 1; cut += cut < 300 ? 7 : 50021) {
        struct riskd *x =
            riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
        assert_false(cut != size && riskd_load(x, bytes, cut));
        riskd_destroy(&x);
    }
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_false(riskd_load(x, bytes, size + 1));
    riskd_destroy(&x);
    memset(bytes, 0xff, size);
    x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_false(riskd_load(x, bytes, size));
    riskd_destroy(&x);
    free(bytes);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_snapshot_and_the_tail_are_what_all_facts_are),
        T(a_damaged_one_is_not_used_and_the_older_one_is),
        T(one_of_another_program_configuration_or_journal_is_not_used),
        T(a_state_that_makes_no_sense_spoils_the_engine_and_no_more),
        T(an_image_of_any_length_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
