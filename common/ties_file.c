/* ties_file - deploy/relations.yaml, checked */

/* A file is a mapping from a tie's name to its keys, as a file of rules is.
 * Every mistake is told, with its place.  What is nobody's review is no tie:
 * each key must be there, the hash of every text, who read them and when. */

#include "common/ties.h"

#include "common/conf_file.h"
#include "common/conf_yaml.h"
#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum key {
    KEY_kind, KEY_markets, KEY_texts, KEY_source, KEY_cutoff, KEY_void,
    KEY_reviewed_by, KEY_reviewed_at,
    KEYS
};

static const char *const key_words[KEYS] = {
    "kind", "markets", "texts", "source", "cutoff", "void", "reviewed_by",
    "reviewed_at"
};

struct reading {
    struct ties *ties;
    struct complaints *bad;
    const char *file;
    const struct conf_item *item;
    struct tie tie;           /* The one under way. */
    bool open;
    uint32_t given, texts;    /* Bits of enum key; texts read. */
    uint32_t before;          /* Complaints when it began. */
};

static void
expected(struct reading *r, const char *what)
{
    const struct conf_item *item = r->item;

    conf_complain(r->bad, "%s:%u: %.60s.%.60s: expected %s, got '%.60s'",
                  r->file, item->line, item->section, item->key, what,
                  item->given.count > 0 ? item->given.text : "nothing");
}

static void
wrong(struct reading *r, const char *what)
{
    conf_complain(r->bad, "%s:%u: %s: expected %s", r->file, r->tie.line,
                  r->tie.id.s, what);
}

static void
read_kind(struct reading *r)
{
    const struct conf_given *g = &r->item->given;

    for (uint32_t i = 0; !g->list && g->count == 1 && i < tie_kind_end_; i++)
        if (strcmp(g->text, tie_words[i]) == 0) {
            r->tie.kind = (enum tie_kind)i;
            return;
        }
    expected(r, "equivalent, implies, exclusive, exhaustive or nested");
}

static bool
read_market(struct reading *r, uint32_t i, const char *s)
{
    if (*s == '\0' || !text_set(&r->tie.market[i], s))
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (text_equal(&r->tie.market[k], &r->tie.market[i]))
            return false;
    return true;
}

static bool
read_text(struct reading *r, uint32_t i, const char *s)
{
    return hash_parse(s, strlen(s), &r->tie.text[i]) &&
           !hash_is_zero(&r->tie.text[i]);
}

static void
read_list(struct reading *r, uint32_t *count, const char *what,
          bool (*one)(struct reading *r, uint32_t i, const char *s))
{
    const struct conf_given *g = &r->item->given;
    const char *s = g->text;

    *count = 0;
    if (!g->list || g->count < 2 || g->count > TIE_MARKETS) {
        expected(r, what);
        return;
    }
    for (; *count < g->count; ++*count, s += strlen(s) + 1)
        if (!one(r, *count, s)) {
            expected(r, what);
            return;
        }
}

static void
read_title(struct reading *r, const char *what, struct title *out)
{
    const struct conf_given *g = &r->item->given;

    if (g->list || g->count != 1 || g->text[0] == '\0' ||
        !title_set(out, g->text))
        expected(r, what);
}

static void
read_name(struct reading *r, struct text *out)
{
    const struct conf_given *g = &r->item->given;

    if (g->list || g->count != 1 || g->text[0] == '\0' ||
        !text_set(out, g->text))
        expected(r, "who read the texts, at most 80 bytes");
}

/* 2026-03-31T12:00:00Z, nothing shorter. */
static void
read_when(struct reading *r)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    const struct conf_given *g = &r->item->given;
    bool ok = !g->list && g->count == 1 &&
              strlen(g->text) == sizeof form - 1 &&
              text_set(&r->tie.when, g->text);

    for (size_t i = 0; ok && i < sizeof form - 1; i++)
        ok = form[i] == '0' ? g->text[i] >= '0' && g->text[i] <= '9'
                            : g->text[i] == form[i];
    if (!ok)
        expected(r, "a time in UTC: 2026-03-31T12:00:00Z");
}

static void
read_key(struct reading *r, enum key key)
{
    switch (key) {
    case KEY_kind: read_kind(r); return;
    case KEY_markets:
        read_list(r, &r->tie.count, "a list of 2 to 8 market ids, each once",
                  read_market);
        return;
    case KEY_texts:
        read_list(r, &r->texts, "a list of the texts' hashes, 0x and 64 "
                                "digits each", read_text);
        return;
    case KEY_source:
        read_title(r, "whose word decides, at most 200 bytes",
                   &r->tie.source);
        return;
    case KEY_cutoff:
        read_title(r, "until when it is judged, at most 200 bytes",
                   &r->tie.cutoff);
        return;
    case KEY_void:
        read_title(r, "what happens when one is void, at most 200 bytes",
                   &r->tie.voided);
        return;
    case KEY_reviewed_by: read_name(r, &r->tie.by); return;
    case KEY_reviewed_at: read_when(r); return;
    case KEYS: break;
    }
    unreachable();
}

static void
add_tie(struct reading *r)
{
    if (r->ties->count == TIES_CAP)
        wrong(r, "at most 512 relations");
    else if (!ties_add(r->ties, &r->tie))
        wrong(r, "at most 8 markets tied to each other, directly or by "
                 "others");
}

static void
end_tie(struct reading *r)
{
    if (!r->open)
        return;
    r->open = false;
    for (uint32_t k = 0; k < KEYS; k++)
        if ((r->given & (1u << k)) == 0)
            conf_complain(r->bad, "%s:%u: %s: expected key %s", r->file,
                          r->tie.line, r->tie.id.s, key_words[k]);
    if (r->bad->count != r->before)
        return;
    if (r->texts != r->tie.count)
        wrong(r, "as many texts as markets");
    else if (r->tie.kind == TIE_implies && r->tie.count != 2)
        wrong(r, "two markets of implies; nested takes more");
    else
        add_tie(r);
}

static void
begin_tie(struct reading *r, const struct conf_item *item)
{
    end_tie(r);
    memset(&r->tie, 0, sizeof r->tie);
    r->open = true;
    r->given = r->texts = 0;
    r->before = r->bad->count;
    r->tie.line = item->line;
    if (!text_set(&r->tie.id, item->section))
        wrong(r, "a name of at most 80 bytes");
}

static void
hear_item(void *arg, const struct conf_item *item)
{
    struct reading *r = arg;

    if (!r->open || strncmp(item->section, r->tie.id.s,
                            sizeof r->tie.id.s - 1) != 0)
        begin_tie(r, item);
    r->item = item;
    for (uint32_t k = 0; k < KEYS; k++)
        if (strcmp(item->key, key_words[k]) == 0) {
            r->given |= 1u << k;
            read_key(r, (enum key)k);
            return;
        }
    expected(r, "a key of a relation: kind, markets, texts, source, cutoff, "
                "void, reviewed_by, reviewed_at");
}

/* What forbids every outcome was no truth about markets. */
static void
refuse_nonsense(struct reading *r)
{
    const struct ties *t = r->ties;
    uint8_t outcomes[TIE_OUTCOMES];

    for (uint32_t c = 0; c < t->components; c++) {
        if (ties_outcomes(t, c, NULL, outcomes) > 0)
            continue;
        for (uint32_t i = 0; i < t->count; i++)
            if (t->at[i].component == c) {
                r->tie = t->at[i];
                wrong(r, "some outcome that all relations of these markets "
                         "allow");
                break;
            }
    }
}

struct ties *
ties_read(const char *file, struct complaints *bad)
{
    struct ties *t = calloc(1, sizeof *t);
    struct reading *r = calloc(1, sizeof *r);
    uint32_t before = bad->count;
    struct conf_yaml *y = conf_yaml_open(file, bad);

    must(t != NULL && r != NULL);
    *r = (struct reading){ .ties = t, .bad = bad, .file = file };
    if (y != NULL) {
        if (conf_yaml_base(y) != NULL)
            conf_complain(bad, "%s:1: base: expected relations, no other "
                               "file", file);
        conf_yaml_each(y, hear_item, r, bad);
        end_tie(r);
        conf_yaml_close(&y);
    }
    if (bad->count == before) {
        ties_end(t);
        refuse_nonsense(r);
    }
    free(r);
    if (bad->count != before)
        ties_destroy(&t);
    return t;
}
