/* account_planted - what the simulated exchange planted, against what we found
 *
 * planted.jsonl has a line when a situation opens and one when it closes;
 * mischief.jsonl one for each hash that cannot fit.  A situation that opened
 * in the last moments of the run may be found or not. */
#include "deploy/arb/account.h"

#include "common/json.h"
#include "common/must.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SITUATIONS_CAP = 4096, LINE_CAP = 8192,
    EARLY_MS = 100,  /* Two clocks reading around one moment. */
    /* From the venue's change to the scanner's word: it acts on nothing that
     * is older than scanner.lag_max (1 s), and half of that is for the way to
     * feed.  No event has two situations within 15 s. */
    LATE_MS = 1500,
    LAST_MS = LATE_MS /* So near the end, it may have come first. */
};

struct situation {
    struct text id, event;
    uint32_t strategy;
    int64_t opened_ms, closed_ms;
    bool wanted, found;
};

struct situations { struct situation *at; uint32_t count; };

static bool
get_text(const struct json_value *v, const char *key, struct text *out)
{
    const char *s = json_string(json_get(v, key));
    return s != NULL && text_set(out, s);
}

static struct situation *
find(struct situations *all, const struct text *id)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (text_equal(&all->at[i].id, id))
            return &all->at[i];
    return NULL;
}

static bool
take_planted(struct situations *all, const struct json_value *v,
             struct why *why)
{
    struct situation s = { .closed_ms = 0 };
    const char *expect = json_string(json_get(v, "expect"));
    const char *strategy = json_string(json_get(v, "strategy"));
    if (expect == NULL || strategy == NULL ||
        !enum_parse(&strategy_words, strategy, &s.strategy) ||
        !get_text(v, "id", &s.id) || !get_text(v, "event_id", &s.event) ||
        !json_int(json_get(v, "opened_ms"), &s.opened_ms) ||
        !json_int(json_get(v, "closed_ms"), &s.closed_ms))
        return why_set(why, "not a planted situation");
    s.wanted = strcmp(expect, "found") == 0;
    struct situation *known = find(all, &s.id);
    if (known != NULL) {
        known->closed_ms = s.closed_ms;
        return true;
    }
    if (all->count == SITUATIONS_CAP)
        return why_set(why, "more than %d situations", SITUATIONS_CAP);
    all->at[all->count++] = s;
    return true;
}

typedef bool take_fn(void *arg, const struct json_value *v, struct why *why);

/* Gives every line of a file of JSON objects to take. */
static bool
each_line(const char *path, take_fn *take, void *arg, struct why *why)
{
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return why_set(why, "%s: %s", path, strerror(errno));
    char line[LINE_CAP];
    bool ok = true;
    for (int n = 1; ok && fgets(line, sizeof line, f) != NULL; n++) {
        struct json *j = json_parse(line, strcspn(line, "\n"), why);
        ok = j != NULL && take(arg, json_root(j), why);
        if (j != NULL)
            json_destroy(&j);
        if (!ok)
            why_in(why, "%s:%d", path, n);
    }
    fclose(f);
    return ok;
}

static bool
take_situation(void *arg, const struct json_value *v, struct why *why)
{
    return take_planted(arg, v, why);
}

static bool
take_mischief(void *arg, const struct json_value *v, struct why *why)
{
    (void)why;
    int64_t *mismatches = arg;
    const char *what = json_string(json_get(v, "what"));
    if (what != NULL && strcmp(what, "mismatch") == 0)
        ++*mismatches;
    return true;
}

/* Whether an opening belongs to a situation that is to be found, or else to
 * one that is not: a near miss. */
enum whose { WHOSE_none, WHOSE_near, WHOSE_found };

static enum whose
match(struct situations *all, uint32_t strategy, const char *event,
      int64_t opened_ms)
{
    enum whose whose = WHOSE_none;
    for (uint32_t i = 0; i < all->count; i++) {
        struct situation *s = &all->at[i];
        if (strcmp(s->event.s, event) != 0 || s->strategy != strategy ||
            opened_ms < s->opened_ms - EARLY_MS ||
            opened_ms > s->closed_ms + LATE_MS)
            continue;
        s->found = true;
        if (s->wanted)
            whose = WHOSE_found;
        else if (whose == WHOSE_none)
            whose = WHOSE_near;
    }
    return whose;
}

/* Relations, bonds and tails may be there without being planted: only where
 * the exchange plants them is nothing else to be found. */
static bool
is_told(const struct situations *all, uint32_t strategy)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (all->at[i].strategy == strategy)
            return true;
    return strategy <= STRATEGY_C;
}

static bool
take_openings(struct account_planted *p, struct situations *all,
              struct pg *pg, struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT strategy, event_id, floor(extract(epoch FROM scanned_at)"
            " * 1000)::bigint FROM fact_arb_scan", NULL, 0, why);
    if (rows == NULL)
        return false;
    for (int r = 0; r < pg_count(rows); r++) {
        int64_t opened_ms = strtoll(pg_cell(rows, r, 2), NULL, 10);
        uint32_t strategy;
        if (!enum_parse(&strategy_words, pg_cell(rows, r, 0), &strategy) ||
            !is_told(all, strategy))
            continue;
        switch (match(all, strategy, pg_cell(rows, r, 1), opened_ms)) {
        case WHOSE_none: p->extra++; break;
        case WHOSE_near: p->fooled[strategy]++; break;
        case WHOSE_found: break;
        }
    }
    pg_free(&rows);
    return true;
}

static bool
compare(struct tally *a, struct situations *all, int64_t until_ms,
        struct pg *pg, struct why *why)
{
    struct account_planted *p = &a->planted;
    if (!take_openings(p, all, pg, why))
        return false;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct situation *s = &all->at[i];
        if (p->off[s->strategy] ||
            (!s->found && s->opened_ms > until_ms - LAST_MS))
            continue;
        if (!s->wanted) {
            p->near[s->strategy]++;
            continue;
        }
        p->planted[s->strategy]++;
        if (s->found)
            p->found[s->strategy]++;
        else
            p->missed++;
    }
    return true;
}

bool
account_planted(struct tally *a, struct pg *pg, const char *planted,
                const char *mischief, int64_t until_ms, struct why *why)
{
    struct situations all = { .at = calloc(SITUATIONS_CAP,
                                           sizeof(struct situation)) };
    must(all.at != NULL);
    a->planted.given = true;
    a->planted.mischief = mischief != NULL;
    bool ok = each_line(planted, take_situation, &all, why) &&
              (mischief == NULL ||
               each_line(mischief, take_mischief, &a->planted.mismatches,
                         why)) &&
              compare(a, &all, until_ms, pg, why);
    free(all.at);
    return ok;
}
