/* account_journal - how many rows the journals say there must be
 *
 * Reads the facts of scanner, riskd and executor from disk, not from the
 * database, and counts what each becomes: a row per opening, per execution,
 * per fill, however many records told of it. */
#include "deploy/arb/account.h"

#include "common/journal.h"
#include "common/map.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS_CAP = 1 << 20 };

/* What makes a record of this type the same row as another: bytes of the
 * message, or nothing (every record is a row). */
struct rule {
    uint16_t type;
    const char *table;
    size_t offset, size;
};

#define KEY(msg, field) \
    offsetof(struct msg, field), sizeof ((struct msg *)0)->field
static const struct rule rules[] = {
    { TYPE_opportunity, "fact_arb_scan", KEY(opportunity, scan_id) },
    { TYPE_execution, "fact_arb_execution", KEY(execution, exec_id) },
    { TYPE_intent, "fact_arb_order", KEY(intent, order) },
    { TYPE_fill, "fact_arb_fill", KEY(fill, fill_id) },
    { TYPE_settle, "fact_arb_settlement", KEY(settle, ref) },
    { TYPE_grant, "fact_arb_decision", 0, 0 },
    { TYPE_denial, "fact_arb_decision", 0, 0 },
    { TYPE_ledger_entry, "fact_arb_ledger", 0, 0 },
    { TYPE_risk_event, "fact_arb_risk_event", 0, 0 },
    { TYPE_command, "fact_arb_command", 0, 0 },
    { TYPE_alert, "fact_arb_alert", 0, 0 },
};
enum { RULES = sizeof rules / sizeof rules[0] };

static const char *const owners[] = { "scanner", "riskd", "executor" };
enum { OWNERS_COUNT = 3 };

static struct account_table *
table_of(struct tally *a, const char *name)
{
    for (uint32_t i = 0; i < a->tables_count; i++)
        if (strcmp(a->tables[i].name, name) == 0)
            return &a->tables[i];
    must(false);
    return NULL;
}

struct counting {
    struct tally *account;
    struct map *seen[RULES];
    void *msg;
};

static bool
count_record(struct counting *c, const struct record *rec, struct why *why)
{
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *rule = &rules[i];
        if (rule->type != rec->type)
            continue;
        struct account_table *t = table_of(c->account, rule->table);
        if (rule->size == 0) {
            t->expected++;
            return true;
        }
        if (!schema_unpack_kept(schema_find(rec->type), c->msg, rec->body,
                                rec->body_size, NULL))
            return why_set(why, "record %" PRIu64 " does not unpack", rec->n);
        const uint8_t *key = (const uint8_t *)c->msg + rule->offset;
        if (map_find(c->seen[i], key) == MAP_NONE)
            t->expected++;
        return map_put(c->seen[i], key, 1) ||
               why_set(why, "more than %d keys of one type", KEYS_CAP);
    }
    return true;
}

static bool
facts_dir(const char *var, const char *owner, char *out, size_t cap,
          struct why *why)
{
    int size = snprintf(out, cap, "%s/journal/%s/facts", var, owner);
    return (size > 0 && (size_t)size < cap) || why_set(why, "path too long");
}

/* *first = the oldest record that is kept; 0 when there is none. */
static bool
count_owner(struct counting *c, const char *var, const char *owner,
            uint64_t *first, struct why *why)
{
    char dir[512];
    if (!facts_dir(var, owner, dir, sizeof dir, why))
        return false;
    struct journal_reader *reader = journal_read(dir, 0, why);
    if (reader == NULL)
        return false;
    struct record rec;
    int got;
    bool ok = true;
    *first = 0;
    while (ok && (got = journal_next(reader, &rec, why)) == 1) {
        *first = *first == 0 ? rec.n : *first;
        ok = count_record(c, &rec, why);
    }
    journal_reader_close(&reader);
    return ok && got == 0;
}

/* Rows whose records scanner has thrown away, all of them: they count as they
 * are, and what is kept must be there besides. */
static bool
add_older_scans(struct tally *a, struct pg *pg, uint64_t first,
                struct why *why)
{
    char text[24];
    const char *params[] = { text };
    snprintf(text, sizeof text, "%" PRIu64, first);
    struct pg_rows *rows = pg_query(
        pg, "SELECT count(*) FROM fact_arb_scan WHERE n < $1", params, 1,
        why);
    if (rows == NULL)
        return false;
    table_of(a, "fact_arb_scan")->expected +=
        strtoll(pg_cell(rows, 0, 0), NULL, 10);
    pg_free(&rows);
    return true;
}

bool
account_journals(struct tally *a, struct pg *pg, const char *var,
                 struct why *why)
{
    struct counting c = { .account = a };
    size_t largest = 0;
    for (size_t i = 0; i < RULES; i++) {
        const struct schema *sc = schema_find(rules[i].type);
        if (sc->size > largest)
            largest = sc->size;
        table_of(a, rules[i].table)->expected = 0;
        if (rules[i].size > 0)
            c.seen[i] = map_new(rules[i].size, KEYS_CAP);
    }
    c.msg = calloc(1, largest);
    must(c.msg != NULL);
    bool ok = true;
    for (int o = 0; o < OWNERS_COUNT && ok; o++) {
        uint64_t first;
        ok = count_owner(&c, var, owners[o], &first, why);
        if (ok && strcmp(owners[o], "scanner") == 0)
            ok = add_older_scans(a, pg, first, why);
    }
    free(c.msg);
    for (size_t i = 0; i < RULES; i++)
        if (c.seen[i] != NULL)
            map_destroy(&c.seen[i]);
    return ok;
}

/* Last index of one owner's facts on disk. */
static bool
journal_last(const char *var, const char *owner, uint64_t *last,
             struct why *why)
{
    char dir[512];
    if (!facts_dir(var, owner, dir, sizeof dir, why))
        return false;
    struct journal_reader *reader = journal_read(dir, 0, why);
    if (reader == NULL)
        return false;
    struct record rec;
    int got;
    *last = 0;
    while ((got = journal_next(reader, &rec, why)) == 1)
        *last = rec.n;
    journal_reader_close(&reader);
    return got == 0;
}

static bool
cursor_of(struct pg *pg, const char *owner, uint64_t *committed,
          struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT committed FROM journal_cursor WHERE src = $1", &owner, 1,
        why);
    if (rows == NULL)
        return false;
    *committed = pg_count(rows) == 0
                     ? 0
                     : strtoull(pg_cell(rows, 0, 0), NULL, 10);
    pg_free(&rows);
    return true;
}

/* A group that is held keeps its reservation for up to half a minute. */
static bool
is_idle(struct pg *pg, bool *idle, struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT coalesce(sum(amount), 0) = 0 FROM fact_arb_ledger "
            "WHERE account = 'reserved'",
        NULL, 0, why);
    if (rows == NULL)
        return false;
    *idle = pg_cell(rows, 0, 0)[0] == 't';
    pg_free(&rows);
    return true;
}

bool
account_settle(struct pg *pg, const char *var, struct ms patience,
               struct why *why)
{
    uint64_t total_before = 0;
    int quiet = 0;
    for (int64_t waited = 0;; waited += 200) {
        bool level = true;
        uint64_t total = 0;
        for (int o = 0; o < OWNERS_COUNT; o++) {
            uint64_t last, committed;
            if (!journal_last(var, owners[o], &last, why) ||
                !cursor_of(pg, owners[o], &committed, why))
                return false;
            if (committed != last)
                level = why_set(why, "%s: %" PRIu64 " facts, %" PRIu64
                                " in the database", owners[o], last,
                                committed);
            total += last;
        }
        /* Level, idle, and nothing new for two seconds: everything is in. */
        bool idle;
        if (!is_idle(pg, &idle, why))
            return false;
        quiet = level && idle && total == total_before ? quiet + 1 : 0;
        total_before = total;
        if (quiet >= 10)
            return true;
        if (waited >= patience.ms)
            return level || why_in(why, "it does not stand still");
        nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
    }
}
