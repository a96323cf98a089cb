/* signals_file - which counts are followed, from a file a person writes */

/* Sections are signals, so common/conf_yaml reads it.  A window that is wrong
 * by an hour loses money, so its times are those of the rules' text, in New
 * York's clock, and nobody computes an offset by hand. */

#include "feed/signals_file.h"

#include "common/calendar.h"
#include "common/conf_file.h"
#include "common/conf_yaml.h"

#include <string.h>

struct reading {
    struct signal_specs *out;
    struct complaints *bad;
    const char *file;
    unsigned lines[SIGNALS_CAP];
    bool full;
};

static void
expected(const struct reading *r, const struct conf_item *item,
         const char *what)
{
    conf_complain(r->bad, "%s:%u: %.60s.%.60s: expected %s, got '%.60s'",
                  r->file, item->line, item->section, item->key, what,
                  item->given.count > 0 ? item->given.text : "nothing");
}

/* The signal of that name, a new one at first. */
static struct signal_spec *
spec_of(struct reading *r, const struct conf_item *item)
{
    struct signal_spec *s;
    struct text name;

    for (uint32_t i = 0; i < r->out->count; i++)
        if (strcmp(r->out->at[i].name.s, item->section) == 0)
            return &r->out->at[i];
    if (!text_set(&name, item->section) || r->out->count == SIGNALS_CAP) {
        if (!r->full)
            conf_complain(r->bad, "%s:%u: %.60s: expected at most %d signals "
                          "with names of at most 80 bytes", r->file,
                          item->line, item->section, SIGNALS_CAP);
        r->full = true;
        return NULL;
    }
    r->lines[r->out->count] = item->line;
    s = &r->out->at[r->out->count++];
    *s = (struct signal_spec){ .name = name };
    return s;
}

static bool
set(char *to, size_t cap, const char *s)
{
    size_t size = strlen(s);

    if (size == 0 || size >= cap)
        return false;
    memcpy(to, s, size + 1);
    return true;
}

#define SET(to, from) set((to).s, sizeof (to).s, from)

static bool
is_url(const char *s)
{
    for (const char *c = s; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return false;
    return strncmp(s, "https://", 8) == 0 || strncmp(s, "http://", 7) == 0;
}

static void
hear_item(void *arg, const struct conf_item *item)
{
    struct reading *r = arg;
    struct signal_spec *s = spec_of(r, item);
    const char *text = item->given.text;
    static const char time[] = "a time of New York's clock that is there once, "
                               "as 2026-03-13 12:00, or 2026-03-13 16:00 UTC";

    if (s == NULL)
        return;
    if (item->given.list || item->given.count != 1)
        expected(r, item, "one text");
    else if (strcmp(item->key, "event") == 0) {
        if (text[0] == '\0' || strpbrk(text, " \t\r\n") != NULL ||
            !text_set(&s->event, text))
            expected(r, item, "the id of an event");
    } else if (strcmp(item->key, "url") == 0) {
        if (!is_url(text) || !SET(s->url, text))
            expected(r, item, "https://... of at most 255 bytes");
    } else if (strcmp(item->key, "file") == 0) {
        if (!SET(s->file, text))
            expected(r, item, "a path of at most 255 bytes");
    } else if (strcmp(item->key, "query") == 0) {
        if (!SET(s->query, text))
            expected(r, item, "a query of at most 1023 bytes");
    } else if (strcmp(item->key, "database") == 0) {
        if (!SET(s->database, text))
            expected(r, item, "libpq's connection text, or the path of a "
                              "file that holds it, of at most 255 bytes");
    } else if (strcmp(item->key, "starts") == 0) {
        if (!calendar_read(text, &s->starts))
            expected(r, item, time);
    } else if (strcmp(item->key, "ends") == 0) {
        if (!calendar_read(text, &s->ends))
            expected(r, item, time);
    } else {
        expected(r, item, "event, url, file, query, database, starts or "
                          "ends");
    }
}

/* What is missing, and what two of them cannot both have. */
static void
check(const struct reading *r, uint32_t i)
{
    const struct signal_spec *s = &r->out->at[i];
    const char *what = NULL;

    if (s->event.s[0] == '\0')
        what = "an event";
    else if ((s->url.s[0] != '\0') + (s->file.s[0] != '\0') +
                 (s->query.s[0] != '\0') != 1)
        what = "either url, or file, or query";
    else if ((s->query.s[0] == '\0') != (s->database.s[0] == '\0'))
        what = "a database with its query, and none without";
    else if (s->starts.ns == 0 || s->ends.ns <= s->starts.ns)
        what = "starts, and ends after it";
    for (uint32_t k = 0; what == NULL && k < i; k++)
        if (text_equal(&s->event, &r->out->at[k].event))
            what = "an event that no other signal has";
    if (what != NULL)
        conf_complain(r->bad, "%s:%u: %s: expected %s", r->file, r->lines[i],
                      s->name.s, what);
}

bool
signals_file_read(const char *file, struct signal_specs *out,
                  struct complaints *bad)
{
    struct reading r = { .out = out, .bad = bad, .file = file };
    uint32_t before = bad->count;
    struct conf_yaml *y = conf_yaml_open(file, bad);

    memset(out, 0, sizeof *out);
    if (y == NULL)
        return false;
    if (conf_yaml_base(y) != NULL)
        conf_complain(bad, "%s:1: base: expected signals, no other file",
                      file);
    conf_yaml_each(y, hear_item, &r, bad);
    conf_yaml_close(&y);
    for (uint32_t i = 0; bad->count == before && i < out->count; i++)
        check(&r, i);
    return bad->count == before;
}
