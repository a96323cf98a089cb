/* bench_recorded - the journals of a demo, proved again and written again
 *
 * DIR is the var folder of a demo on paper.  `replay_verify` is all of `arb
 * replay --verify`, the making of engines included; its floor reads the same
 * inputs, sums and chain checked, and unpacks every message.  The rest is what
 * keeping them costs: the scanner's inputs, which are what feed published,
 * into a journal of their own, packed; the floor writes the bare messages into
 * a file and packs that.  All of it in processor time. */
#include "tests/bench/bench.h"

#include "common/must.h"
#include "common/zstd_file.h"
#include "deploy/arb/replay/core.h"
#include "deploy/arb/replay/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 5, GROUP = 64, PATH_CAP = 400, SEGMENT = 64 << 20 };

/* --- proved again --------------------------------------------------------- */

/* Inputs of all three, read and unpacked. */
static uint64_t
read_all(const char *var)
{
    uint64_t count = 0;
    struct record r;
    struct heard h;
    struct why why;
    struct core core;
    char dir[PATH_CAP];
    core_begin(&core, SOURCE_scanner);
    for (int i = 0; i < CORES; i++) {
        core_journal(var, core_sources[i], "inputs", dir, sizeof dir);
        struct journal_reader *reader = journal_read(dir, 0, &why);
        must(reader != NULL);
        for (; journal_next(reader, &r, &why) > 0; count++) {
            must(heard_of(&h, core_sources[i], &r, &why));
            must(schema_unpack_kept(schema_find(h.e.type), core.msg, h.e.body,
                                    h.e.body_size, NULL));
        }
        journal_reader_close(&reader);
    }
    core_end(&core);
    return count;
}

/* Its words are for people. */
static void
verify_unheard(const char *var)
{
    const struct verify_options o = { .var = var };
    fflush(stdout);
    int before = dup(STDOUT_FILENO), none = open("/dev/null", O_WRONLY);
    must(before >= 0 && none >= 0 && dup2(none, STDOUT_FILENO) >= 0);
    int code = verify(&o);
    fflush(stdout);
    must(dup2(before, STDOUT_FILENO) >= 0);
    close(before);
    close(none);
    must(code == 0);
}

static void
measure_verify(const char *var)
{
    double ours[ROUNDS], bare[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = bench_cpu();
        verify_unheard(var);
        int64_t between = bench_cpu();
        uint64_t count = read_all(var);
        int64_t end = bench_cpu();
        ours[i] = (double)count * 1e9 / (double)(between - from);
        bare[i] = (double)count * 1e9 / (double)(end - between);
    }
    bench_line("replay_verify", "inputs/s", bench_median(ours, ROUNDS),
               bench_median(bare, ROUNDS));
}

/* --- kept ----------------------------------------------------------------- */

enum { MESSAGES = 1 << 20, BYTES = SEGMENT / 4 * 3 };

/* What feed published and the scanner heard, as much as fits one segment. */
struct tape {
    struct record at[MESSAGES];
    uint8_t bytes[BYTES];
    uint32_t count, used;
};

static void
load(struct tape *t, const char *var)
{
    struct record r;
    struct why why;
    char dir[PATH_CAP];
    core_journal(var, SOURCE_scanner, "inputs", dir, sizeof dir);
    struct journal_reader *reader = journal_read(dir, 0, &why);
    must(reader != NULL);
    while (t->count < MESSAGES && journal_next(reader, &r, &why) > 0 &&
           t->used + r.body_size <= BYTES) {
        memcpy(t->bytes + t->used, r.body, r.body_size);
        r.body = t->bytes + t->used;
        t->used += r.body_size;
        t->at[t->count++] = r;
    }
    journal_reader_close(&reader);
}

/* Packed as complete segments are; the bytes that are left. */
static double
pack(const char *from, const char *to)
{
    struct stat st;
    struct why why;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(in >= 0 && out >= 0 && zstd_pack(in, out, &why));
    must(fstat(out, &st) == 0);
    close(in);
    close(out);
    must(unlink(from) == 0 && unlink(to) == 0);
    return (double)st.st_size;
}

static double
keep(const struct tape *t, const char *var)
{
    char dir[PATH_CAP], from[PATH_CAP + 32], to[PATH_CAP + 8];
    struct why why;
    uint64_t cut;
    snprintf(dir, sizeof dir, "%s/kept", var);
    snprintf(from, sizeof from, "%s/0000000000000001.seg", dir);
    snprintf(to, sizeof to, "%s.zst", dir);
    struct journal *j = journal_open(dir, SOURCE_scanner, 1, SEGMENT, &cut,
                                     &why);
    must(j != NULL);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct record *r = &t->at[i];
        journal_append(j, r->type, r->mono, r->wall, r->trace, r->body,
                       r->body_size, false);
        if (i % GROUP == 0)
            journal_flush(j);
    }
    journal_close(&j);
    return pack(from, to);
}

static double
write_bare(const struct tape *t, const char *var)
{
    char from[PATH_CAP], to[PATH_CAP + 8];
    snprintf(from, sizeof from, "%s/bare", var);
    snprintf(to, sizeof to, "%s.zst", from);
    FILE *f = fopen(from, "we");
    must(f != NULL);
    for (uint32_t i = 0; i < t->count; i++)
        must(fwrite(t->at[i].body, 1, t->at[i].body_size, f) ==
             t->at[i].body_size);
    must(fclose(f) == 0);
    return pack(from, to);
}

static void
measure_keeping(const char *var)
{
    double ours[ROUNDS], bare[ROUNDS], bytes = 0, bare_bytes = 0;
    struct tape *t = calloc(1, sizeof *t);
    must(t != NULL);
    load(t, var);
    must(t->count > 0);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = bench_cpu();
        bytes = keep(t, var) / t->count;
        int64_t between = bench_cpu();
        bare_bytes = write_bare(t, var) / t->count;
        int64_t end = bench_cpu();
        ours[i] = t->count * 1e9 / (double)(between - from);
        bare[i] = t->count * 1e9 / (double)(end - between);
    }
    free(t);
    bench_line("capture_messages", "messages/s", bench_median(ours, ROUNDS),
               bench_median(bare, ROUNDS));
    bench_line("capture_bytes", "bytes/message", bytes, bare_bytes);
}

/* What a fact takes on disk while PostgreSQL is away, and its message. */
static void
measure_facts(const char *var)
{
    double count = 0, disk = 0, messages = 0;
    struct record r;
    struct why why;
    char dir[PATH_CAP];
    for (int i = 0; i < CORES; i++) {
        core_journal(var, core_sources[i], "facts", dir, sizeof dir);
        struct journal_reader *reader = journal_read(dir, 0, &why);
        must(reader != NULL);
        for (; journal_next(reader, &r, &why) > 0; count++)
            messages += r.body_size;
        journal_reader_close(&reader);
        disk += (double)journal_bytes(dir);
    }
    must(count > 0);
    bench_line("facts_bytes", "bytes/fact", disk / count, messages / count);
}

void
bench_recorded(const char *dir)
{
    measure_verify(dir);
    measure_keeping(dir);
    measure_facts(dir);
}
