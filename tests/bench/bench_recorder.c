/* bench_recorder - facts into their tables, against bare binary COPY
 *
 * Ours is a batch as it comes from a journal: packed records, unpacked, made
 * rows, the cursor moved, committed.  The floor is COPY of those very rows,
 * ready-made in binary form, into a table of the same columns, checks, indexes
 * and kind of partitions in the same PostgreSQL, as durable: one COPY, one
 * commit, and nothing that makes a repeated record harmless.  The two take
 * turns, batch by batch.  Openings, which come most, are copied as well; fills
 * and ledger lines go through the functions of the migrations. */
#include "tests/bench/bench.h"

#include "common/digest.h"
#include "common/must.h"
#include "recorder/store.h"

#include <libpq-fe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 500, BATCHES = 60, WARM = 5, RECORD_CAP = 2048, MARKETS = 100 };

/* A type of fact, and the table it comes to rest in. */
struct kind {
    const char *name, *table, *parted; /* By which column, if it is. */
    const struct schema *schema;
    size_t (*pack)(uint64_t n, uint8_t *at, size_t cap);
};

static struct kept kept[BATCH];
static uint8_t bytes[BATCH * RECORD_CAP];
static uint64_t written;

/* An id as a digest is: its bytes anywhere. */
static void
scatter(void *id, size_t size, uint64_t n)
{
    uint8_t sum[32];
    sha256(&n, sizeof n, sum);
    memcpy(id, sum, size);
}

static size_t
pack_fill(uint64_t n, uint8_t *at, size_t cap)
{
    static struct fill f;
    char id[32];
    snprintf(id, sizeof id, "paper-%llu", (unsigned long long)n);
    text_set(&f.fill_id, id);
    scatter(&f.order, sizeof f.order, n);
    scatter(&f.group, sizeof f.group, n / 10);
    scatter(&f.token, sizeof f.token, n % 200);
    f.leg = n % 10;
    f.mode = MODE_paper;
    f.price.micros = 480000;
    f.qty.micros = 50000000;
    f.fee.micros = 123450;
    f.state = FILL_STATE_confirmed;
    return fill_pack(&f, at, cap);
}

static size_t
pack_ledger(uint64_t n, uint8_t *at, size_t cap)
{
    static struct ledger_entry l;
    text_set(&l.event, "31875");
    scatter(&l.token, sizeof l.token, n % 200);
    scatter(&l.ref, sizeof l.ref, n / 4);
    l.mode = MODE_paper;
    l.account = ACCOUNT_position;
    l.amount.micros = 24000000 + (int64_t)n;
    l.booked.ns = 1700000000000000000;
    return ledger_entry_pack(&l, at, cap);
}

/* Three outcomes, two levels of each. */
static size_t
pack_scan(uint64_t n, uint8_t *at, size_t cap)
{
    static struct opportunity o;
    text_set(&o.event, "31875");
    scatter(&o.scan_id, sizeof o.scan_id, n);
    o.rev = 1;
    o.strategy = STRATEGY_A;
    o.sets.micros = 120 * MICROS;
    o.cost.micros = 114 * MICROS;
    o.gross.ppm = 50000;
    o.net.ppm = 30000;
    o.profit.micros = o.peak.micros = 3600000;
    o.opened.ns = 1700000000000000000 + (int64_t)n * 1000000;
    o.locked.ms = INT64_C(90) * 86400000;
    o.legs.count = 3;
    o.used.count = 6;
    for (uint32_t i = 0; i < 6; i++) {
        struct leg *leg = &o.legs.at[i % 3];
        scatter(&leg->token, sizeof leg->token, 2 * ((n + i % 3) % MARKETS));
        leg->limit.micros = 330000;
        leg->avg.micros = 310000;
        leg->size.micros = 120 * MICROS;
        leg->book_seq = n;
        scatter(&leg->book_hash, sizeof leg->book_hash, n + i);
        o.used.at[i] = (struct used_level){ i / 2, { 300000 + 10000 * (i % 2) },
                                            { 80 * MICROS } };
    }
    return opportunity_pack(&o, at, cap);
}

/* Those the tokens of scans are of. */
static void
give_markets(struct store *s)
{
    static struct heard heard[MARKETS];
    struct why why;
    for (uint64_t i = 0; i < MARKETS; i++) {
        struct market *m = &heard[i].market;
        char name[24];
        heard[i].src = SOURCE_feed;
        snprintf(name, sizeof name, "market-%llu", (unsigned long long)i);
        text_set(&m->market, name);
        text_set(&m->event, "31875");
        scatter(&m->yes, sizeof m->yes, 2 * i);
        scatter(&m->no, sizeof m->no, 2 * i + 1);
    }
    must(store_heard(s, HEARSAY_market, heard, MARKETS, &why));
}

static struct batch
make_batch(const struct kind *k)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < BATCH; i++) {
        uint64_t n = written + i + 1;
        size_t size = k->pack(n, bytes + used, sizeof bytes - used);
        must(size > 0);
        kept[i] = (struct kept){ n, k->schema->type,
                                 { 1700000000000000000 + (int64_t)n * 1000 },
                                 crc32c(0, bytes + used, size), used,
                                 (uint32_t)size };
        used += (uint32_t)size;
    }
    struct batch b = { OWNER_executor, written + 1, written + BATCH, BATCH,
                       kept, bytes };
    written += BATCH;
    return b;
}

static double
ours(struct store *s, const struct batch *b)
{
    struct why why;
    int64_t from = bench_now();
    enum stored done = store_batch(s, b, &why);
    double took = (double)(bench_now() - from);
    if (done != STORED)
        fprintf(stderr, "%s\n", why.s);
    must(done == STORED);
    return took;
}

static void
run(PGconn *conn, const char *sql, ExecStatusType wanted)
{
    PGresult *r = PQexec(conn, sql);
    if (PQresultStatus(r) != wanted)
        fprintf(stderr, "%s", PQerrorMessage(conn));
    must(PQresultStatus(r) == wanted);
    PQclear(r);
}

/* The rows of the last batch as COPY writes them; returns their size. */
static size_t
read_rows(PGconn *conn, const struct kind *k, const struct batch *b,
          char *out, size_t cap)
{
    char sql[160];
    char *part;
    size_t size = 0;
    snprintf(sql, sizeof sql, "COPY (SELECT * FROM %s WHERE n BETWEEN %llu "
             "AND %llu ORDER BY n) TO STDOUT BINARY", k->table,
             (unsigned long long)b->first, (unsigned long long)b->last);
    run(conn, sql, PGRES_COPY_OUT);
    for (int got; (got = PQgetCopyData(conn, &part, 0)) > 0;
         size += (size_t)got) {
        must(size + (size_t)got <= cap);
        memcpy(out + size, part, (size_t)got);
        PQfreemem(part);
    }
    for (PGresult *r; (r = PQgetResult(conn)) != NULL; PQclear(r))
        must(PQresultStatus(r) == PGRES_COMMAND_OK);
    return size;
}

static double
bare(PGconn *conn, const char *rows, size_t size)
{
    int64_t from = bench_now();
    run(conn, "COPY bench_bare FROM STDIN BINARY", PGRES_COPY_IN);
    must(PQputCopyData(conn, rows, (int)size) == 1 &&
         PQputCopyEnd(conn, NULL) == 1);
    for (PGresult *r; (r = PQgetResult(conn)) != NULL; PQclear(r))
        must(PQresultStatus(r) == PGRES_COMMAND_OK);
    return (double)(bench_now() - from);
}

static void
measure(struct store *s, PGconn *conn, const struct kind *k)
{
    static char rows[BATCH * RECORD_CAP * 2];
    double a[BATCHES], b[BATCHES];
    char sql[400];
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS bench_bare; CREATE TABLE "
             "bench_bare (LIKE %s INCLUDING ALL)%s%s%s", k->table,
             k->parted != NULL ? " PARTITION BY RANGE (" : "",
             k->parted != NULL ? k->parted : "",
             k->parted != NULL ? "); CREATE TABLE bench_bare_all PARTITION OF "
                                 "bench_bare FOR VALUES FROM (MINVALUE) TO "
                                 "(MAXVALUE)" : "");
    run(conn, sql, PGRES_COMMAND_OK);
    for (int i = -WARM; i < BATCHES; i++) {
        int at = i < 0 ? 0 : i;
        struct batch batch = make_batch(k);
        a[at] = ours(s, &batch);
        size_t size = read_rows(conn, k, &batch, rows, sizeof rows);
        b[at] = bare(conn, rows, size);
    }
    bench_line(k->name, "rows/s", BATCH * 1e9 / bench_median(a, BATCHES),
               BATCH * 1e9 / bench_median(b, BATCHES));
}

/* A database of its own, removed by the caller's end (run.sh). */
void
bench_recorder(const char *dir)
{
    static const struct kind kinds[] = {
        { "recorder_fill", "fact_arb_fill", NULL, &fill_schema, pack_fill },
        { "recorder_ledger_entry", "fact_arb_ledger", "booked_at",
          &ledger_entry_schema, pack_ledger },
        { "recorder_scan", "fact_arb_scan", "scanned_at",
          &opportunity_schema, pack_scan },
    };
    char command[512], path[300], conninfo[512] = "";
    uint64_t committed[OWNERS];
    struct why why;
    snprintf(command, sizeof command, "deploy/pg.sh start %s >/dev/null",
             dir);
    must(system(command) == 0);
    snprintf(path, sizeof path, "%s/run/pg.conninfo", dir);
    FILE *f = fopen(path, "r");
    must(f != NULL && fgets(conninfo, sizeof conninfo, f) != NULL);
    fclose(f);
    struct store *s = store_open(conninfo, "recorder/migrations", committed,
                                 &why);
    PGconn *conn = PQconnectdb(conninfo);
    must(s != NULL && PQstatus(conn) == CONNECTION_OK);
    written = committed[OWNER_executor];
    give_markets(s);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        measure(s, conn, &kinds[i]);
    store_close(&s);
    PQfinish(conn);
    snprintf(command, sizeof command, "deploy/pg.sh stop %s", dir);
    must(system(command) == 0);
}
