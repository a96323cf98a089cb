/* store - the tables in PostgreSQL, and the cursors that go with them
 *
 * The records of a batch are given, one message type at a time, to the
 * functions of the migrations, which project them into the fact tables: what
 * a row looks like is said in SQL, once.  The cursor moves in the same
 * transaction and only from where this batch begins, so a commit whose
 * outcome was never heard is neither lost nor done twice. */
#include "recorder/store.h"

#include "common/log.h"
#include "common/must.h"
#include "common/pg.h"
#include "recorder/migrate.h"
#include "recorder/row_types.h"
#include "recorder/rows.h"
#include "recorder/scans.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct store {
    struct pg *pg;
    struct rows *rows;
    struct scans *scans;
    struct parts *parts;
    uint32_t oids[TYPE_end_]; /* Of the row types. */
    void *msg;                /* Room for any message. */
};

/* In this order: an order's row needs its intent's.  Opportunities are written
 * by scans.c, before; the last three are heard on the bus. */
static const uint16_t projected[] = {
    TYPE_opportunity, TYPE_intent, TYPE_order, TYPE_fill, TYPE_settle,
    TYPE_execution, TYPE_grant, TYPE_denial, TYPE_ledger_entry,
    TYPE_risk_event, TYPE_risk_state, TYPE_command, TYPE_mark, TYPE_audit,
    TYPE_alert,
    TYPE_market, TYPE_counter, TYPE_latency,
};
enum { PROJECTED = sizeof projected / sizeof projected[0] };

/* Held as long as the connection; asked for, never waited for.  The server
 * may take a moment to notice that the recorder before this one is gone: the
 * caller tries again. */
static bool
take_lock(struct store *s, const char *schema, struct why *why)
{
    const char *params[] = { schema == NULL ? "" : schema };
    struct pg_rows *rows = pg_query(
        s->pg,
        "SELECT pg_try_advisory_lock(hashtext('dutchbook recorder' || $1))",
        params, 1, why);
    if (rows == NULL)
        return false;
    bool ours = pg_cell(rows, 0, 0)[0] == 't';
    pg_free(&rows);
    return ours || why_set(why, "another recorder writes to this database");
}

static bool
read_cursors(struct store *s, uint64_t committed[OWNERS], struct why *why)
{
    for (unsigned o = 0; o < OWNERS; o++) {
        const char *params[] = { enum_word(&source_words, owner_source(o)) };
        struct pg_rows *rows =
            pg_query(s->pg,
                     "INSERT INTO journal_cursor VALUES ($1, 0) ON CONFLICT "
                     "(src) DO UPDATE SET src = excluded.src "
                     "RETURNING committed",
                     params, 1, why);
        if (rows == NULL)
            return false;
        committed[o] = strtoull(pg_cell(rows, 0, 0), NULL, 10);
        pg_free(&rows);
    }
    return true;
}

/* The types of rows, which the migrations' functions take. */
static bool
make_types(struct store *s, struct why *why)
{
    for (size_t i = 0; i < PROJECTED; i++)
        if (!row_type_make(s->pg, schema_find(projected[i]),
                           &s->oids[projected[i]], why))
            return false;
    return true;
}

/* Everything below names its tables without a schema. */
static bool
enter_schema(struct store *s, const char *schema, struct why *why)
{
    char sql[256];
    if (schema == NULL)
        return true;
    int n = snprintf(sql, sizeof sql,
                     "CREATE SCHEMA IF NOT EXISTS %s; SET search_path = %s",
                     schema, schema);
    must(n > 0 && n < (int)sizeof sql);
    return pg_exec(s->pg, sql, why);
}

struct store *
store_open(const char *conninfo, const char *migrations,
           uint64_t committed[OWNERS], struct why *why)
{
    return store_open_in(conninfo, NULL, migrations, committed, why);
}

struct store *
store_open_in(const char *conninfo, const char *schema,
              const char *migrations, uint64_t committed[OWNERS],
              struct why *why)
{
    struct store *s = calloc(1, sizeof *s);
    must(s != NULL);
    size_t largest = 0;
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > largest)
            largest = schema_all[i]->size;
    s->rows = rows_new();
    s->scans = scans_new();
    s->parts = parts_new();
    s->msg = malloc(largest);
    must(s->msg != NULL);
    s->pg = pg_open(conninfo, why);
    if (s->pg != NULL && take_lock(s, schema, why) &&
        enter_schema(s, schema, why) && make_types(s, why) &&
        migrate(s->pg, migrations, why) && scans_begin(s->pg, why) &&
        read_cursors(s, committed, why))
        return s;
    store_close(&s);
    return NULL;
}

void
store_close(struct store **s)
{
    if (*s == NULL)
        return;
    pg_close(&(*s)->pg);
    rows_destroy(&(*s)->rows);
    scans_destroy(&(*s)->scans);
    parts_destroy(&(*s)->parts);
    free((*s)->msg);
    free(*s);
    *s = NULL;
}

bool
store_skip(struct store *s, unsigned owner, uint64_t upto, struct why *why)
{
    char text[24];
    const char *params[] = { enum_word(&source_words, owner_source(owner)),
                             text };
    snprintf(text, sizeof text, "%" PRIu64, upto);
    struct pg_rows *rows = pg_query(
        s->pg, "UPDATE journal_cursor SET committed = $2 WHERE src = $1 AND "
               "committed = 0", params, 2, why);
    bool ok = rows != NULL;
    pg_free(&rows);
    return ok;
}

bool
store_take_over(struct store *s, struct why *why)
{
    return pg_exec(s->pg,
                   "DO $$ BEGIN IF to_regclass('public.dim_market') IS NOT "
                   "NULL THEN INSERT INTO dim_event SELECT * FROM "
                   "public.dim_event ON CONFLICT DO NOTHING; INSERT INTO "
                   "dim_market SELECT * FROM public.dim_market ON CONFLICT "
                   "DO NOTHING; END IF; END $$", why);
}

bool
store_take_scans(struct store *s, uint64_t before, struct why *why)
{
    char sql[1024];
    int n = snprintf(
        sql, sizeof sql,
        "SET LOCAL statement_timeout = 0; "
        "DO $$ BEGIN IF to_regclass('public.arb_dropped') IS NOT NULL THEN "
        "CREATE TEMP TABLE old_scans ON COMMIT DROP AS SELECT * FROM "
        "public.fact_arb_scan WHERE n < %" PRIu64 " AND scan_id IN (SELECT "
        "scan_id FROM public.fact_arb_execution); "
        "PERFORM make_part('fact_arb_scan', day) FROM (SELECT DISTINCT "
        "(scanned_at AT TIME ZONE 'UTC')::date AS day FROM old_scans) d; "
        "INSERT INTO fact_arb_scan SELECT * FROM old_scans ON CONFLICT DO "
        "NOTHING; END IF; END $$", before);
    must(n > 0 && n < (int)sizeof sql);
    pg_silence(s->pg, (struct ms){ PG_PATIENCE_MS });
    bool ok = pg_exec(s->pg, sql, why);
    pg_silence(s->pg, (struct ms){ PG_SILENCE_MS });
    return ok;
}

/* Gives the rows gathered to their function; the answer comes at the end. */
static bool
project(struct store *s, const struct schema *sc, struct why *why)
{
    char sql[128];
    size_t size;
    snprintf(sql, sizeof sql, "SELECT project_%s($1)", sc->name);
    const char *bytes = rows_end(s->rows, &size);
    bool ok = rows_count(s->rows) == 0 ||
              pg_give(s->pg, sql, bytes, size, why);
    rows_begin(s->rows, sc, s->oids[sc->type]);
    return ok;
}

/* Gathers one more row; those before it go first when there is no room. */
static bool
add(struct store *s, const struct schema *sc, const struct row_head *head,
    const void *msg, struct why *why)
{
    if (rows_add(s->rows, head, msg))
        return true;
    if (!project(s, sc, why))
        return false;
    bool fits = rows_add(s->rows, head, msg);
    must(fits);
    return true;
}

/* All records of one type. */
static enum stored
store_type(struct store *s, const struct batch *b, uint16_t type,
           struct why *why)
{
    const struct schema *sc = schema_find(type);
    const char *src = enum_word(&source_words, owner_source(b->owner));
    rows_begin(s->rows, sc, s->oids[type]);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct kept *k = &b->at[i];
        const struct row_head head = { src, k->n, k->crc, k->wall };
        if (k->type != type)
            continue;
        if (!batch_unpack(b, k, sc, s->msg, why))
            return STORED_REFUSED;
        if (!add(s, sc, &head, s->msg, why))
            return STORED_UNSURE;
    }
    return project(s, sc, why) ? STORED : STORED_UNSURE;
}

/* Begins the transaction; the cursor must be where the batch begins. */
static bool
move_cursor(struct store *s, const struct batch *b, struct why *why)
{
    const char *src = enum_word(&source_words, owner_source(b->owner));
    char sql[256];
    snprintf(sql, sizeof sql, "BEGIN; UPDATE journal_cursor SET committed = %"
             PRIu64 ", updated_at = now() WHERE src = '%s' AND committed = %"
             PRIu64 " RETURNING 1", b->last, src, b->first - 1);
    struct pg_rows *rows = pg_query(s->pg, sql, NULL, 0, why);
    if (rows == NULL)
        return false;
    bool moved = pg_count(rows) == 1;
    pg_free(&rows);
    return moved || why_set(why, "the cursor of %s is not at %" PRIu64, src,
                            b->first - 1);
}

/* The parted table that a record of that type goes into by the time it was
 * written. */
static enum part
part_of(uint16_t type)
{
    return type == TYPE_grant || type == TYPE_denial ? PART_decision
           : type == TYPE_ledger_entry               ? PART_ledger
                                                     : PART_none;
}

/* What is sent and waited for, then all that is given. */
static enum stored
store_records(struct store *s, const struct batch *b, bool careful,
              struct why *why)
{
    enum stored done = STORED;
    if (!scans_look(s->scans, s->parts, b, why))
        return STORED_REFUSED;
    for (uint32_t i = 0; i < b->count; i++)
        parts_want(s->parts, part_of(b->at[i].type), b->at[i].wall);
    if (!parts_make(s->parts, s->pg, why) ||
        !scans_store(s->scans, s->pg, b, careful, why))
        return pg_refused(s->pg) ? STORED_REFUSED : STORED_UNSURE;
    for (size_t i = 0; done == STORED && i < PROJECTED; i++)
        if (projected[i] != TYPE_opportunity)
            done = store_type(s, b, projected[i], why);
    return done;
}

static enum stored
try_batch(struct store *s, const struct batch *b, bool careful,
          struct why *why)
{
    struct why ignored;
    if (!move_cursor(s, b, why))
        return STORED_UNSURE;
    enum stored done = store_records(s, b, careful, why);
    if (done == STORED && pg_end(s->pg, "COMMIT", why))
        return STORED;
    why_in(why, "%s records %" PRIu64 "..%" PRIu64,
           enum_word(&source_words, owner_source(b->owner)), b->first,
           b->last);
    if (done == STORED)
        done = pg_refused(s->pg) ? STORED_REFUSED : STORED_UNSURE;
    bool repeated = pg_repeated(s->pg);
    parts_forget(s->parts);
    if (!pg_alive(s->pg) || !pg_end(s->pg, "ROLLBACK", &ignored))
        return STORED_UNSURE;
    if (repeated && !careful)
        return try_batch(s, b, true, why);
    return done;
}

enum stored
store_batch(struct store *s, const struct batch *b, struct why *why)
{
    return try_batch(s, b, false, why);
}

bool
store_heard(struct store *s, enum hearsay of, const struct heard *heard,
            uint32_t count, struct why *why)
{
    static const struct schema *const schemas[HEARSAYS] = {
        [HEARSAY_market] = &market_schema,
        [HEARSAY_counter] = &counter_schema,
        [HEARSAY_latency] = &latency_schema,
    };
    const struct schema *sc = schemas[of];
    if (!pg_exec(s->pg, "BEGIN", why))
        return false;
    rows_begin(s->rows, sc, s->oids[sc->type]);
    for (uint32_t i = 0; i < count; i++) {
        const struct row_head head = {
            enum_word(&source_words, heard[i].src), i + 1,
            (uint32_t)heard[i].run, heard[i].wall
        };
        if (!add(s, sc, &head, &heard[i].market, why))
            return false;
    }
    return project(s, sc, why) && pg_end(s->pg, "COMMIT", why);
}

/* The clock on the wall there, put back by that time: so a time that a day
 * does not have counts from the next one on, and one that it has twice from
 * the first on. */
bool
store_day_told(struct store *s, const char *zone, const char *at,
               const char *instant, char day[16], struct why *why)
{
    const char *params[] = { zone, at, instant };
    struct pg_rows *rows = pg_query(
        s->pg, "SELECT ((coalesce($3::timestamptz, now()) AT TIME ZONE $1) - "
               "$2::time::interval)::date - 1", params, 3, why);
    if (rows == NULL)
        return false;
    snprintf(day, 16, "%s", pg_cell(rows, 0, 0));
    pg_free(&rows);
    return true;
}

bool
store_keep(struct store *s, uint64_t days, uint32_t *dropped,
           struct why *why)
{
    return parts_keep(s->parts, s->pg, days, dropped, why);
}

uint64_t
store_stray(struct store *s)
{
    return parts_stray(s->parts);
}

bool
store_sample(struct store *s, enum source src, const struct sample *sample,
             struct why *why)
{
    char run[24], facts[24], inputs[24], config[24], wall[32];
    const struct heartbeat *b = &sample->beat;
    parts_want(s->parts, PART_heartbeat, sample->wall);
    if (!parts_make(s->parts, s->pg, why))
        return false;
    snprintf(run, sizeof run, "%" PRIu64, sample->run);
    snprintf(facts, sizeof facts, "%" PRIu64, b->facts_head);
    snprintf(inputs, sizeof inputs, "%" PRIu64, b->inputs_head);
    snprintf(config, sizeof config, "%016" PRIx64, b->config);
    snprintf(wall, sizeof wall, "%" PRId64, sample->wall.ns);
    const char *params[] = {
        wall, enum_word(&source_words, src), run, b->ready ? "t" : "f",
        enum_word(&mode_words, b->mode), config, b->build.s, facts, inputs
    };
    struct pg_rows *rows = pg_query(
        s->pg,
        "INSERT INTO fact_arb_heartbeat VALUES (at_ns($1::numeric), $2, $3, "
        "$4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING", params, 9, why);
    if (rows == NULL)
        return false;
    pg_free(&rows);
    return true;
}
