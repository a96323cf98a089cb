/* conf - settings from YAML, checked against rows, complaints with places */

/* Every setting given, by a file, its bases or an override, goes through
 * conf_set in the order it is read: checked at once, so that each mistake is
 * named with its place even where something later would have covered it.
 * What was given is kept as text (for digests, and for the sections of other
 * processes); what it means lies in one image per own section, laid out as
 * the section's struct. */

#include "common/conf_inside.h"

#include "common/conf_file.h"
#include "common/conf_yaml.h"
#include "common/digest.h"
#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASES_CAP = 4 };

/* Where what is being read stands; and what is open above it. */
struct reading {
    struct conf *conf;
    struct complaints *bad;
    const char *file;
    const struct conf_yaml *open[BASES_CAP + 1];
    unsigned depth;
};

const struct conf_section *
conf_find_section(const struct conf *conf, const char *name, size_t *index)
{
    for (size_t i = 0; i < conf->sections_count; i++)
        if (strcmp(conf->sections[i]->name, name) == 0) {
            *index = i;
            return conf->sections[i];
        }
    return NULL;
}

static const struct conf_row *
find_row(const struct conf_section *section, const char *key)
{
    for (uint32_t i = 0; i < section->rows_count; i++)
        if (strcmp(section->rows[i].name, key) == 0)
            return &section->rows[i];
    return NULL;
}

/* Bytes of the struct its rows describe. */
static size_t
image_size(const struct conf_section *section)
{
    size_t size = 1;

    for (uint32_t i = 0; i < section->rows_count; i++) {
        const struct conf_row *row = &section->rows[i];
        size_t end = row->offset + conf_value_size(row->kind);
        if (end > size)
            size = end;
    }
    return size;
}

static struct conf *
conf_new(const struct conf_section *const *sections, size_t count)
{
    struct conf *conf = calloc(1, sizeof *conf);

    must(conf && count > 0 && count <= CONF_SECTIONS_CAP);
    conf->sections_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct conf_section *section = sections[i];
        conf->sections[i] = section;
        if (!section->rows)
            continue;
        conf->images[i] = calloc(1, image_size(section));
        must(conf->images[i]);
        for (uint32_t r = 0; r < section->rows_count; r++)
            conf_value_default(&section->rows[r],
                               conf->images[i] + section->rows[r].offset);
    }
    return conf;
}

void
conf_destroy(struct conf **conf)
{
    if (!*conf)
        return;
    for (size_t i = 0; i < (*conf)->sections_count; i++)
        free((*conf)->images[i]);
    for (size_t i = 0; i < (*conf)->entries_count; i++) {
        free((*conf)->entries[i].key);
        free((*conf)->entries[i].text);
    }
    free((*conf)->entries);
    free(*conf);
    *conf = NULL;
}

/* The place of (section, key) among what was given, in order of both. */
static size_t
entry_place(const struct conf *conf, const char *section, const char *key,
            bool *there)
{
    size_t low = 0, high = conf->entries_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct conf_entry *e = &conf->entries[middle];
        int order = strcmp(e->section->name, section);
        if (order == 0)
            order = strcmp(e->key, key);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = false;
    return low;
}

static char *
copy(const char *from, size_t size)
{
    char *to = malloc(size ? size : 1);

    must(to);
    memcpy(to, from, size);
    return to;
}

/* Remembers what was given, in the place of what was given before. */
static void
keep(struct conf *conf, const struct conf_section *section, const char *key,
     const struct conf_given *given)
{
    bool there;
    size_t at = entry_place(conf, section->name, key, &there);

    if (!there) {
        size_t count = conf->entries_count++;
        struct conf_entry *grown =
            realloc(conf->entries, (count + 1) * sizeof *grown);
        must(grown);
        conf->entries = grown;
        memmove(grown + at + 1, grown + at, (count - at) * sizeof *grown);
        grown[at] = (struct conf_entry){ .section = section,
                                         .key = copy(key, strlen(key) + 1) };
    }
    struct conf_entry *e = &conf->entries[at];
    free(e->text);
    e->text = copy(given->text, given->size);
    e->given = *given;
    e->given.text = e->text;
}

static void
complain_section(const struct reading *r, const char *where, const char *name)
{
    char names[400];
    struct conf_sink to = { names, sizeof names, 0, false };

    names[0] = '\0';
    for (size_t i = 0; i < r->conf->sections_count; i++)
        conf_put(&to, "%s%s", i ? ", " : "", r->conf->sections[i]->name);
    conf_complain(r->bad, "%s: %.60s: expected a section (%s), got '%.60s'",
                  where, name, names, name);
}

static void
conf_set(const struct reading *r, const char *where,
         const struct conf_item *item)
{
    size_t index;
    struct why why;
    const struct conf_section *section =
        conf_find_section(r->conf, item->section, &index);

    if (!section) {
        complain_section(r, where, item->section);
        return;
    }
    if (section->rows) {
        const struct conf_row *row = find_row(section, item->key);
        if (!row) {
            conf_complain(r->bad,
                          "%s: %s.%.60s: expected a key of section "
                          "%s, got '%.60s'",
                          where, section->name, item->key, section->name,
                          item->key);
            return;
        }
        if (!conf_value_parse(row, &item->given,
                              r->conf->images[index] + row->offset, &why)) {
            conf_complain(r->bad, "%s: %s.%s: %s", where, section->name,
                          item->key, why.s);
            return;
        }
    }
    keep(r->conf, section, item->key, &item->given);
}

static void
set_from_file(void *arg, const struct conf_item *item)
{
    const struct reading *r = arg;
    char where[320];

    snprintf(where, sizeof where, "%.300s:%u", r->file, item->line);
    conf_set(r, where, item);
}

/* base, relative to the folder of file. */
static bool
base_path(const char *file, const char *base, char *out, size_t cap)
{
    const char *slash = strrchr(file, '/');
    int folder = slash && base[0] != '/' ? (int)(slash - file) + 1 : 0;
    int n = snprintf(out, cap, "%.*s%s", folder, file, base);

    return n >= 0 && (size_t)n < cap;
}

static void read_file(struct reading *r, const char *file);

/* What the file stands on is read first. */
static void
read_base(struct reading *r, const char *file, const struct conf_yaml *y)
{
    char path[1024];
    const char *base = conf_yaml_base(y);

    if (!base || !*base)
        return; /* A base that is no text is complained of later. */
    if (!base_path(file, base, path, sizeof path))
        conf_complain(r->bad, "%s: base: expected a shorter path", file);
    else if (r->depth > BASES_CAP)
        conf_complain(r->bad,
                      "%s: base: expected at most %d bases above "
                      "each other",
                      file, BASES_CAP);
    else
        read_file(r, path);
}

static void
read_file(struct reading *r, const char *file)
{
    struct conf_yaml *y = conf_yaml_open(file, r->bad);

    if (!y)
        return;
    for (unsigned i = 0; i < r->depth; i++)
        if (conf_yaml_same(r->open[i], y)) {
            conf_complain(r->bad, "%s: base: expected no circle", file);
            goto out;
        }
    must(r->depth <= BASES_CAP);
    r->open[r->depth++] = y;
    read_base(r, file, y);
    r->depth--;
    r->file = file;
    conf_yaml_each(y, set_from_file, r, r->bad);
out:
    conf_yaml_close(&y);
}

/* "section.key=value" or "section.key=[a, b]". */
static void
set_override(const struct reading *r, const char *override)
{
    char section[64], key[64], where[160], list[1024];
    const char *dot = strchr(override, '.');
    const char *equals = dot ? strchr(dot, '=') : NULL;

    if (!equals || (size_t)(dot - override) >= sizeof section ||
        (size_t)(equals - dot - 1) >= sizeof key) {
        conf_complain(r->bad, "-s %.100s: expected section.key=value",
                      override);
        return;
    }
    snprintf(section, sizeof section, "%.*s", (int)(dot - override), override);
    snprintf(key, sizeof key, "%.*s", (int)(equals - dot - 1), dot + 1);
    snprintf(where, sizeof where, "-s %s.%s", section, key);
    const char *value = equals + 1;
    struct conf_item item = {
        section, key, { false, 1, strlen(value) + 1, value }, 0
    };
    struct conf_given items;
    if (conf_value_split(value, list, sizeof list, &items))
        item.given = items;
    conf_set(r, where, &item);
}

struct conf *
conf_read(const char *file, const char *const *overrides,
          size_t overrides_count, const struct conf_section *const *sections,
          size_t sections_count, struct complaints *bad)
{
    struct conf *conf = conf_new(sections, sections_count);
    struct reading r = { .conf = conf, .bad = bad };

    bad->count = 0;
    bad->text[0] = '\0';
    if (file)
        read_file(&r, file);
    for (size_t i = 0; i < overrides_count; i++)
        set_override(&r, overrides[i]);
    if (bad->count > 0)
        conf_destroy(&conf);
    return conf;
}

void
conf_fill(const struct conf *conf, const struct conf_section *section,
          void *out)
{
    size_t index;
    const struct conf_section *found =
        conf_find_section(conf, section->name, &index);

    must(found && found->rows == section->rows && section->rows);
    for (uint32_t i = 0; i < section->rows_count; i++) {
        const struct conf_row *row = &section->rows[i];
        memcpy((char *)out + row->offset, conf->images[index] + row->offset,
               conf_value_size(row->kind));
    }
}

uint64_t
conf_digest(const struct conf *conf, const char *section)
{
    struct digest *d = digest_sha256();
    uint8_t out[32];
    uint64_t first = 0;

    for (size_t i = 0; i < conf->entries_count; i++) {
        const struct conf_entry *e = &conf->entries[i];
        if (section && strcmp(section, e->section->name) != 0)
            continue;
        digest_add(d, e->section->name, strlen(e->section->name) + 1);
        digest_add(d, e->key, strlen(e->key) + 1);
        digest_add(d, &e->given.count, sizeof e->given.count);
        digest_add(d, e->text, e->given.size);
    }
    digest_end(d, out);
    digest_destroy(&d);
    for (int i = 0; i < 8; i++)
        first = first << 8 | out[i];
    return first;
}
