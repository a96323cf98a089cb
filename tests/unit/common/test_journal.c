/* test_journal - a journal cut and bent at every byte */

/* The same small journal is cut at every byte and bent at every byte; what
 * comes back is always a beginning of what was written, whole batches only,
 * or a refusal that names the place. */

#include "common/journal_own.h"
#include "tests/unit/common/journal_kit.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCHES = 6 };

struct image { uint8_t b[SEGMENT * 2]; size_t size; char name[32]; };

static void
load(struct image *im, const char *dir, uint64_t first)
{
    char path[200];

    snprintf(im->name, sizeof im->name, "%016llx.seg",
             (unsigned long long)first);
    path_in(path, dir, im->name);
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    ssize_t size = read(fd, im->b, sizeof im->b);
    assert_true(size > 0 && size < (ssize_t)sizeof im->b);
    im->size = (size_t)size;
    close(fd);
}

static void
store(const struct image *im, const char *dir, size_t size)
{
    char path[200];

    mkdir(dir, 0700);
    path_in(path, dir, im->name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, im->b, size), (ssize_t)size);
    close(fd);
}

/* A journal of six batches of one to three records, its bytes, and where
 * each batch ends. */
struct sample {
    char dir[100];
    struct image im;
    size_t end[BATCHES + 1];
    uint64_t n[BATCHES + 1];
    size_t last_record;
};

static size_t
file_size(const char *dir, const char *name)
{
    char path[200];
    struct stat st;

    path_in(path, dir, name);
    assert_int_equal(stat(path, &st), 0);
    return (size_t)st.st_size;
}

static void
make_sample(struct sample *s)
{
    uint64_t cut;

    snprintf(s->dir, sizeof s->dir, "%s/sample", scratch.path);
    struct journal *j = open_in(s->dir, 1, &cut);
    s->end[0] = SEGMENT_HEAD;
    s->n[0] = 0;
    for (unsigned i = 1; i <= BATCHES; i++) {
        append_batch(j, i % 3 + 1);
        s->end[i] = file_size(s->dir, "0000000000000001.seg");
        s->n[i] = journal_head(j);
    }
    uint8_t body[64];
    s->last_record = s->end[BATCHES] - RECORD_HEAD
                     - body_of(s->n[BATCHES], 0, body);
    journal_close(&j);
    load(&s->im, s->dir, 1);
    assert_int_equal(s->im.size, s->end[BATCHES]);
}

static void
records_come_back_as_they_were_written(void **state)
{
    (void)state;
    struct sample s;
    struct why why;

    make_sample(&s);
    assert_int_equal(read_all(s.dir, 1, &why), s.n[BATCHES]);
    assert_int_equal(read_all(s.dir, 5, &why), s.n[BATCHES] - 4);
    assert_int_equal(read_all(s.dir, s.n[BATCHES] + 1, &why), 0);
}

/* faults: F-112 */
static void
a_torn_tail_is_cut_at_the_last_whole_batch_wherever_it_tore(void **state)
{
    (void)state;
    struct sample s;
    struct why why;
    char dir[100];

    make_sample(&s);
    snprintf(dir, sizeof dir, "%s/torn", scratch.path);
    for (size_t size = 0; size <= s.im.size; size++) {
        unsigned whole = 0;
        uint64_t cut;
        while (whole < BATCHES && s.end[whole + 1] <= size)
            whole++;
        store(&s.im, dir, size);
        if (size >= SEGMENT_HEAD)
            assert_int_equal(read_all(dir, 1, &why), s.n[whole]);
        struct journal *j = open_in(dir, 2, &cut);
        assert_int_equal(journal_head(j), s.n[whole]);
        assert_int_equal(cut, size < SEGMENT_HEAD ? 0 : size - s.end[whole]);
        append_batch(j, 2);
        journal_close(&j);
        assert_int_equal(read_all(dir, 1, &why), s.n[whole] + 2);
        scratch_remove(dir);
    }
}

/* faults: F-113 */
static void
a_bent_byte_before_the_last_record_is_refused_with_its_place(void **state)
{
    (void)state;
    struct sample s;
    char dir[100];

    make_sample(&s);
    snprintf(dir, sizeof dir, "%s/bent", scratch.path);
    for (size_t at = 0; at < s.last_record; at++) {
        struct image bent = s.im;
        struct why why = { "" };
        uint64_t cut;
        if (at >= 40 && at < 60)
            continue; /* Reserved, but under the sum: seen below. */
        bent.b[at] ^= 0x10;
        store(&bent, dir, bent.size);
        struct journal *j = journal_open(dir, SOURCE_riskd, 2, SEGMENT, &cut,
                                         &why);
        assert_null(j);
        assert_non_null(strstr(why.s, "0000000000000001.seg"));
        assert_non_null(strstr(why.s, "offset "));
        if (at >= SEGMENT_HEAD)
            assert_non_null(strstr(why.s, "last good record "));
        /* The reader hands out only what is unbent (read_all compares). */
        assert_int_equal(read_all(dir, 1, &why), -1);
        scratch_remove(dir);
    }
}

static void
a_bent_reserved_byte_of_the_head_is_refused(void **state)
{
    (void)state;
    struct sample s;
    struct why why;
    uint64_t cut;

    make_sample(&s);
    s.im.b[50] ^= 1;
    store(&s.im, s.dir, s.im.size);
    assert_null(journal_open(s.dir, SOURCE_riskd, 2, SEGMENT, &cut, &why));
}

static void
a_bent_byte_in_the_last_record_cuts_its_batch(void **state)
{
    (void)state;
    struct sample s;
    char dir[100];

    make_sample(&s);
    snprintf(dir, sizeof dir, "%s/bent", scratch.path);
    for (size_t at = s.last_record; at < s.im.size; at++) {
        struct image bent = s.im;
        uint64_t cut;
        bent.b[at] ^= 0x10;
        store(&bent, dir, bent.size);
        struct journal *j = open_in(dir, 2, &cut);
        assert_int_equal(journal_head(j), s.n[BATCHES - 1]);
        assert_int_equal(cut, s.im.size - s.end[BATCHES - 1]);
        journal_close(&j);
        scratch_remove(dir);
    }
}

static void
damage_names_the_offset_and_the_last_good_record(void **state)
{
    (void)state;
    struct sample s;
    struct why why;
    uint64_t cut;
    char words[64];

    make_sample(&s);
    s.im.b[s.end[2] + RECORD_HEAD] ^= 1;
    store(&s.im, s.dir, s.im.size);
    assert_null(journal_open(s.dir, SOURCE_riskd, 2, SEGMENT, &cut, &why));
    snprintf(words, sizeof words, "offset %zu, last good record %llu",
             s.end[2], (unsigned long long)s.n[2]);
    assert_non_null(strstr(why.s, words));
}

static void
a_sync_begun_is_ended_only_for_what_was_there(void **state)
{
    (void)state;
    uint64_t cut;
    struct journal *j = open_in(scratch.path, 1, &cut);

    assert_int_equal(journal_sync_begin(j), -1); /* Nothing to do. */
    append_batch(j, 1);
    int fd = journal_sync_begin(j);
    assert_true(fd >= 0);
    assert_int_equal(fdatasync(fd), 0);
    close(fd);
    append_batch(j, 1); /* Came later: still to be synced. */
    journal_sync_end(j, 0);
    fd = journal_sync_begin(j);
    assert_true(fd >= 0);
    close(fd);
    journal_sync_end(j, 0);
    assert_int_equal(journal_sync_begin(j), -1);
    journal_close(&j);
}

/* faults: F-110 F-111 */
static void
a_write_error_ends_the_process(void **state)
{
    (void)state;
    int status;
    pid_t pid = fork_child();

    if (pid == 0) {
        struct rlimit most = { 1000, 1000 };
        uint64_t cut;
        struct journal *j = open_in(scratch.path, 1, &cut);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &most);
        close(STDERR_FILENO);
        for (int i = 0; i < 100; i++)
            append_batch(j, 1);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* The C library's, watched: which folders were synced, and whether that may
 * succeed. */
static struct {
    bool refuses;
    uint32_t folders;
} sync_seen;

int
fsync(int fd)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        sync_seen.folders++;
        if (sync_seen.refuses) {
            errno = EIO;
            return -1;
        }
    }
    return (int)syscall(SYS_fsync, fd);
}

/* A file whose name is lost with the power is lost with all its records. */
/* faults: F-115 */
static void
a_segment_has_its_name_on_disk_before_its_first_record(void **state)
{
    (void)state;
    uint64_t cut;
    struct why why;

    sync_seen.folders = 0;
    struct journal *j = open_in(scratch.path, 1, &cut);
    assert_int_equal(sync_seen.folders, 1);
    for (uint32_t i = 0; i < 100; i++)
        append_batch(j, 1);
    journal_close(&j);
    struct segments list;
    assert_true(segments_list(scratch.path, &list, &why));
    assert_true(list.count > 1);
    assert_int_equal(sync_seen.folders, list.count);
    free(list.first);
}

static void
a_folder_that_cannot_be_synced_takes_no_journal(void **state)
{
    (void)state;
    uint64_t cut;
    struct why why;

    sync_seen.refuses = true;
    assert_null(journal_open(scratch.path, SOURCE_riskd, 1, 4096, &cut, &why));
    sync_seen.refuses = false;
    assert_non_null(strstr(why.s, "Input/output error"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_come_back_as_they_were_written),
        TEST(a_torn_tail_is_cut_at_the_last_whole_batch_wherever_it_tore),
        TEST(a_bent_byte_before_the_last_record_is_refused_with_its_place),
        TEST(a_bent_reserved_byte_of_the_head_is_refused),
        TEST(a_bent_byte_in_the_last_record_cuts_its_batch),
        TEST(damage_names_the_offset_and_the_last_good_record),
        TEST(a_sync_begun_is_ended_only_for_what_was_there),
        TEST(a_write_error_ends_the_process),
        TEST(a_segment_has_its_name_on_disk_before_its_first_record),
        TEST(a_folder_that_cannot_be_synced_takes_no_journal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
