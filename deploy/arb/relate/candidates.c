/* candidates - pairs of titles judged, from lines or from the database */

/* Of twenty thousand markets most pairs have nothing in common.  Only those
 * are judged that share a key: the title without its numbers and deadlines, or
 * what comes behind a name that only one can be. */

#include "deploy/arb/relate/candidates.h"

#include "deploy/arb/cmd.h"
#include "deploy/arb/fields.h"
#include "deploy/arb/relate/relation.h"

#include "common/digest.h"
#include "common/must.h"
#include "common/pg.h"
#include "proto/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP_MOST = 200 }; /* More than that share a form of words only. */

static size_t
put_relation(enum relation r, const char *why, char *out, size_t cap)
{
    return (size_t)snprintf(out, cap, "\"relation\":\"%s\",\"why\":\"%s\"}",
                            relation_word(r), why);
}

size_t
relations_judge(const void *arg, const char *line, size_t size,
                char out[LINE_OUT_CAP])
{
    static const char *const names[] = { "a", "b", NULL };
    struct why why = { "" };
    struct json *j = json_parse(line, size, &why);
    struct question_text a, b;
    const char *text[2] = { NULL, NULL }, *because;
    size_t used = 0;
    bool ok = j != NULL;

    (void)arg;
    if (ok) {
        struct fields f = fields_of(json_root(j), names, &why);
        ok = field_text(&f, "a", &text[0]) && field_text(&f, "b", &text[1]);
    }
    if (ok && (!question_read(text[0], &a) || !question_read(text[1], &b)))
        ok = why_set(&why, "a title of 1 to %d words", QUESTION_PIECES);
    if (ok) {
        enum relation r = relation_of(&a, &b, &because);
        used = 1 + put_relation(r, because, out + 1, LINE_OUT_CAP - 1);
        out[0] = '{';
    }
    if (j)
        json_destroy(&j);
    return ok ? used : line_refuse(&why, out);
}

struct entry {
    struct hash key;
    int row;
};

static int
compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(x->key.b, y->key.b, sizeof x->key.b);

    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* From piece `from` on, the words alone. */
static struct hash
key_of(struct digest *d, const struct question_text *q, uint32_t from)
{
    struct hash key;

    digest_start(d);
    for (uint32_t i = from; i < q->count; i++) {
        uint8_t kind = (uint8_t)q->at[i].kind;

        digest_add(d, &kind, 1);
        digest_add(d, q->at[i].word, sizeof q->at[i].word);
    }
    digest_end(d, key.b);
    return key;
}

struct finding_pairs {
    struct pg_rows *rows;
    struct question_text *q;
    uint32_t most, found;
    bool json;
};

void
relations_print(const char *const cells[4], enum relation r, const char *why,
                bool json)
{
    static const char *const keys[] = { "market_a", "a", "market_b", "b" };
    char text[2048], tail[512];

    if (!json) {
        printf("%-10s %s  %s\n%-10s %s  %s\n%-10s %s\n\n", relation_word(r),
               cells[0], cells[1], "", cells[2], cells[3], "", why);
        return;
    }
    for (int i = 0; i < 4; i++) {
        must(json_quote(cells[i], strlen(cells[i]), text, sizeof text) > 0);
        printf("%c\"%s\":%s", i == 0 ? '{' : ',', keys[i], text);
    }
    (void)put_relation(r, why, tail, sizeof tail);
    printf(",%s\n", tail);
}

static void
print_pair(const struct finding_pairs *p, int a, int b, enum relation r,
           const char *why)
{
    const char *const cells[4] = {
        pg_cell(p->rows, a, 0), pg_cell(p->rows, a, 1),
        pg_cell(p->rows, b, 0), pg_cell(p->rows, b, 1)
    };

    relations_print(cells, r, why, p->json);
}

/* That at most one outcome of a neg-risk event is yes, the venue says. */
static bool
is_known(const struct finding_pairs *p, int a, int b, enum relation r)
{
    return r == RELATION_exclusive &&
           strcmp(pg_cell(p->rows, a, 2), pg_cell(p->rows, b, 2)) == 0 &&
           strcmp(pg_cell(p->rows, a, 3), "t") == 0;
}

static void
judge_group(struct finding_pairs *p, const struct entry *e, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < GROUP_MOST; i++)
        for (uint32_t k = i + 1; k < count && k < GROUP_MOST; k++) {
            int a = e[i].row, b = e[k].row;
            const char *why;
            enum relation r;

            if (p->found == p->most || a == b)
                return;
            r = relation_of(&p->q[a], &p->q[b], &why);
            if (r == RELATION_none || is_known(p, a, b, r))
                continue;
            print_pair(p, a, b, r, why);
            p->found++;
        }
}

static void
judge_all(struct finding_pairs *p, struct entry *e, uint32_t count)
{
    qsort(e, count, sizeof *e, compare);
    for (uint32_t i = 0, n; i < count; i += n) {
        for (n = 1; i + n < count &&
                    hash_equal(&e[i].key, &e[i + n].key); n++)
            continue;
        judge_group(p, &e[i], n);
    }
}

static void
find_pairs(struct finding_pairs *p)
{
    size_t rows = (size_t)pg_count(p->rows);
    struct entry *form = calloc(rows + 1, sizeof *form);
    struct entry *rival = calloc(rows + 1, sizeof *rival);
    struct digest *d = digest_sha256();
    uint32_t forms = 0, rivals = 0;

    p->q = calloc(rows + 1, sizeof *p->q);
    must(form && rival && p->q);
    for (int row = 0; row < (int)rows; row++) {
        const struct question_text *q = &p->q[row];
        uint32_t at;

        if (!question_read(pg_cell(p->rows, row, 1), &p->q[row]))
            continue;
        form[forms++] = (struct entry){ key_of(d, q, 0), row };
        at = relation_for_one(q);
        if (at < q->count)
            rival[rivals++] = (struct entry){ key_of(d, q, at), row };
    }
    judge_all(p, form, forms);
    judge_all(p, rival, rivals);
    digest_destroy(&d);
    free(form);
    free(rival);
    free(p->q);
}

int
relations_candidates(const char *database, uint32_t most, bool json)
{
    struct finding_pairs p = { .most = most, .json = json };
    struct why why;
    struct pg *pg = pg_open(database, &why);

    p.rows = pg ? pg_query(pg, "SELECT market_id, question, event_id, neg_risk"
                               " FROM dim_market WHERE open ORDER BY 1",
                           NULL, 0, &why)
                : NULL;
    if (!p.rows) {
        fprintf(stderr, "arb relations: no answer from the database: %s\n",
                why.s);
        pg_close(&pg);
        return EXIT_WORLD;
    }
    find_pairs(&p);
    if (!json)
        printf("%u candidates among %d open markets; each is for a person to "
               "read\n", p.found, pg_count(p.rows));
    pg_free(&p.rows);
    pg_close(&pg);
    return EXIT_OK;
}
