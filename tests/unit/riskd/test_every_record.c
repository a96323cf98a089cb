/* test_every_record - riskd ends anywhere in a busy run: its journal is cut at
 * every record, and in the middle of some, and read again.  What a turn said
 * is there whole or not at all, the books are those of the last whole turn,
 * and what was promised is promised once. */
#include "tests/unit/riskd/play.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/journal.h"

enum { STEPS = 120, SEGMENT = 1 << 22, BYTES = 8192 };

static char dir[64], whole[80], torn[80];
static struct hash after[FACTS_CAP]; /* The engine, after so many facts. */
static bool known[FACTS_CAP];

static int
start(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/every-record-XXXXXX");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(whole, sizeof whole, "%s/whole", dir);
    (void)snprintf(torn, sizeof torn, "%s/torn", dir);
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    setenv("D", dir, 1);
    return system("rm -rf \"$D\"");
}

/* As the daemon does: a turn is a batch. */
static void
write_down(const struct desk *d)
{
    uint64_t cut;
    struct why why;
    uint8_t bytes[BYTES];
    struct journal *j = journal_open(whole, SOURCE_riskd, 1, SEGMENT, &cut,
                                     &why);
    assert_non_null(j);
    for (uint32_t i = 0; i < d->facts_count; i++) {
        const struct fact *f = &d->facts[i];
        size_t size = schema_pack(f->schema, f->msg, bytes, sizeof bytes);
        assert_true(size > 0);
        journal_append(j, f->schema->type, f->mono, f->wall, 0, bytes, size,
                       i + 1 < d->facts_count && f[1].turn == f->turn);
    }
    journal_sync(j);
    journal_close(&j);
}

static struct riskd *
read_back(const struct desk *d, uint64_t *records)
{
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    struct journal_reader *in = journal_read(torn, 0, NULL);
    struct record rec;
    struct why why;
    assert_non_null(in);
    for (*records = 0; journal_next(in, &rec, &why) == 1; ++*records) {
        const struct schema *schema = schema_find(rec.type);
        struct fact f = { schema, calloc(1, schema->size), rec.mono,
                          rec.wall, 0 };
        assert_true(schema_unpack(schema, f.msg, rec.body, rec.body_size,
                                  NULL));
        desk_recall(x, &f);
        free(f.msg);
    }
    journal_reader_close(&in);
    return x;
}

/* The same question again: the same answer, and nothing more is reserved. */
static void
ask_again(struct desk *d, struct riskd *x, const struct grant *g)
{
    struct authorize m = { .group = g->group, .attempt = g->attempt,
                           .epoch = g->epoch, .kind = g->kind,
                           .mode = g->mode, .strategy = g->strategy,
                           .event = g->event, .legs = g->legs };
    struct risk_state was, is;
    riskd_state(x, d->in.wall, d->in.mono, &was);
    riskd_on_authorize(x, &m, &d->in, d->out);
    bool same = false;
    for (size_t i = 0; i < outbox_count(d->out); i++) {
        const struct said *s = outbox_at(d->out, i);
        const struct grant *answer = s->msg;
        assert_true(s->schema != &ledger_entry_schema);
        same |= s->schema == &grant_schema &&
                uuid_equal(&answer->auth, &g->auth);
    }
    assert_true(same);
    outbox_clear(d->out);
    riskd_state(x, d->in.wall, d->in.mono, &is);
    assert_int_equal(is.reserved.micros, was.reserved.micros);
    assert_int_equal(is.cash.micros, was.cash.micros);
}

/* It ends after so many bytes of its journal. */
static uint64_t
end_at(struct desk *d, const uint8_t *bytes, size_t size, const char *name,
       uint64_t last)
{
    char path[400];
    uint64_t cut, records;
    struct why why;
    (void)mkdir(torn, 0700);
    (void)snprintf(path, sizeof path, "%s/%s", torn, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
    struct journal *j = journal_open(torn, SOURCE_riskd, 2, SEGMENT, &cut,
                                     &why);
    assert_non_null(j);
    uint64_t head = journal_head(j);
    journal_close(&j);
    assert_true(head == d->facts_count || head == 0 ||
                d->facts[head].turn != d->facts[head - 1].turn);
    if (head == last) {
        return head;
    }
    struct riskd *x = read_back(d, &records);
    assert_int_equal(records, head);
    if (known[head]) {
        struct hash is = riskd_digest(x);
        assert_memory_equal(is.b, after[head].b, sizeof is.b);
    }
    for (uint64_t i = head; i-- > 0;) {
        if (d->facts[i].schema == &grant_schema) {
            ask_again(d, x, d->facts[i].msg);
            break;
        }
    }
    riskd_destroy(&x);
    return head;
}

static uint8_t *
read_segment(char name[256], size_t *size)
{
    char path[400];
    struct stat st;
    setenv("W", whole, 1);
    FILE *list = popen("ls \"$W\" | grep -v lock", "r");
    assert_non_null(list);
    assert_int_equal(fscanf(list, "%255s", name), 1);
    pclose(list);
    (void)snprintf(path, sizeof path, "%s/%s", whole, name);
    int fd = open(path, O_RDONLY);
    assert_int_equal(fstat(fd, &st), 0);
    uint8_t *bytes = malloc((size_t)st.st_size);
    assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
    close(fd);
    *size = (size_t)st.st_size;
    while (*size > 0 && bytes[*size - 1] == 0) {
        --*size;
    }
    return bytes;
}

static void
wherever_it_ends_it_goes_on_from_the_last_whole_turn(void **state)
{
    (void)state;
    struct play *p = open_play(11);
    char name[256];
    size_t size;
    uint32_t ends = 0;
    for (int i = 0; i < STEPS; i++) {
        step(p);
        known[p->d->facts_count] = true;
        after[p->d->facts_count] = riskd_digest(p->d->x);
    }
    write_down(p->d);
    uint8_t *bytes = read_segment(name, &size);
    uint64_t last = UINT64_MAX;
    /* No record is as short as this: each end lies between two cuts. */
    for (size_t at = 64; at <= size; at += at + 48 > size && at < size
                                               ? size - at
                                               : 48) {
        uint64_t head = end_at(p->d, bytes, at, name, last);
        assert_true(last == UINT64_MAX || head >= last);
        ends += head != last;
        last = head;
    }
    assert_int_equal(last, p->d->facts_count);
    print_message("%u records in %u turns; %zu bytes\n", p->d->facts_count,
                  ends, size);
    assert_true(ends > STEPS / 3);
    free(bytes);
    close_play(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            wherever_it_ends_it_goes_on_from_the_last_whole_turn, start,
            stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
