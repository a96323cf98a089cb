/* conf_yaml - one YAML file as sections, keys and texts (libyaml's door) */

/* Two passes: the first over libyaml's events, because anchors, aliases and
 * tags are gone once a document is composed; the second over the composed
 * document, which has lines.  Every scalar stays a text: what it means is
 * decided by its row (conf_value.c), never by YAML's ideas of numbers. */

#include "common/conf_yaml.h"

#include "common/conf_file.h"
#include "common/must.h"

#include <yaml.h>

#include <stdlib.h>
#include <string.h>

enum {
    ITEMS_TEXT_CAP = 8192, /* All texts of one list. */
    LEVELS_CAP = 8,        /* libyaml is quadratic in the depth. */
};

struct conf_yaml {
    const char *file;
    struct conf_file on_disk;
    yaml_document_t doc;
    bool has_doc;
};

static unsigned
line_of(yaml_mark_t mark)
{
    return (unsigned)mark.line + 1;
}

static void
complain_parser(const struct conf_yaml *y, const yaml_parser_t *parser,
                struct complaints *bad)
{
    conf_complain(bad, "%s:%u: expected YAML: %s", y->file,
                  line_of(parser->problem_mark),
                  parser->problem ? parser->problem : "not readable");
}

static const char *
mark_of(const void *anchor, const void *tag)
{
    if (anchor)
        return "no anchor";
    return tag ? "no tag" : NULL;
}

/* What is not wanted about this event, or NULL. */
static const char *
unwanted(const yaml_event_t *e)
{
    if (e->type == YAML_ALIAS_EVENT)
        return "no alias";
    if (e->type == YAML_SCALAR_EVENT)
        return mark_of(e->data.scalar.anchor, e->data.scalar.tag);
    if (e->type == YAML_SEQUENCE_START_EVENT)
        return mark_of(e->data.sequence_start.anchor,
                       e->data.sequence_start.tag);
    if (e->type == YAML_MAPPING_START_EVENT)
        return mark_of(e->data.mapping_start.anchor, e->data.mapping_start.tag);
    return NULL;
}

/* The text again from the start. */
static void
begin(yaml_parser_t *parser, const struct conf_yaml *y)
{
    int ok = yaml_parser_initialize(parser);

    must(ok);
    yaml_parser_set_input_string(parser, (const unsigned char *)y->on_disk.text,
                                 y->on_disk.size);
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
}

static int
level_change(const yaml_event_t *e)
{
    if (e->type == YAML_MAPPING_START_EVENT ||
        e->type == YAML_SEQUENCE_START_EVENT)
        return 1;
    if (e->type == YAML_MAPPING_END_EVENT || e->type == YAML_SEQUENCE_END_EVENT)
        return -1;
    return 0;
}

static bool
check_events(const struct conf_yaml *y, struct complaints *bad)
{
    yaml_parser_t parser;
    bool ok = true, more = true;
    unsigned documents = 0;
    int levels = 0;

    begin(&parser, y);
    while (ok && more) {
        yaml_event_t e;
        if (!yaml_parser_parse(&parser, &e)) {
            complain_parser(y, &parser, bad);
            ok = false;
            break;
        }
        const char *no = unwanted(&e);
        documents += e.type == YAML_DOCUMENT_START_EVENT;
        levels += level_change(&e);
        if (documents > 1)
            no = "one document";
        if (levels > LEVELS_CAP)
            no = "fewer levels";
        if (no) {
            conf_complain(bad, "%s:%u: expected %s", y->file,
                          line_of(e.start_mark), no);
            ok = false;
        }
        more = e.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&parser);
    return ok;
}

static yaml_node_t *
root_of(const struct conf_yaml *y)
{
    return yaml_document_get_root_node((yaml_document_t *)(uintptr_t)&y->doc);
}

static yaml_node_t *
node_at(const struct conf_yaml *y, int index)
{
    return yaml_document_get_node((yaml_document_t *)(uintptr_t)&y->doc, index);
}

static bool
compose(struct conf_yaml *y, struct complaints *bad)
{
    yaml_parser_t parser;

    begin(&parser, y);
    y->has_doc = yaml_parser_load(&parser, &y->doc);
    if (!y->has_doc)
        complain_parser(y, &parser, bad);
    yaml_parser_delete(&parser);
    if (!y->has_doc)
        return false;
    yaml_node_t *root = root_of(y);
    if (root && root->type != YAML_MAPPING_NODE) {
        conf_complain(bad, "%s:%u: expected sections", y->file,
                      line_of(root->start_mark));
        return false;
    }
    return true;
}

struct conf_yaml *
conf_yaml_open(const char *file, struct complaints *bad)
{
    struct conf_yaml *y = calloc(1, sizeof *y);

    must(y);
    y->file = file;
    if (!conf_file_read(file, &y->on_disk, bad) || !check_events(y, bad) ||
        !compose(y, bad))
        conf_yaml_close(&y);
    return y;
}

void
conf_yaml_close(struct conf_yaml **y)
{
    if (!*y)
        return;
    if ((*y)->has_doc)
        yaml_document_delete(&(*y)->doc);
    free((*y)->on_disk.text);
    free(*y);
    *y = NULL;
}

bool
conf_yaml_same(const struct conf_yaml *a, const struct conf_yaml *b)
{
    return a->on_disk.dev == b->on_disk.dev && a->on_disk.ino == b->on_disk.ino;
}

/* The scalar's text, or NULL when it is none or holds control characters
 * (a NUL too). */
static const char *
scalar_text(const yaml_node_t *n)
{
    if (!n || n->type != YAML_SCALAR_NODE)
        return NULL;
    for (size_t i = 0; i < n->data.scalar.length; i++)
        if (n->data.scalar.value[i] < 0x20 || n->data.scalar.value[i] == 0x7f)
            return NULL;
    return (const char *)n->data.scalar.value;
}

static bool
is_nothing(const yaml_node_t *n)
{
    return n->type == YAML_SCALAR_NODE && n->data.scalar.length == 0 &&
           n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

const char *
conf_yaml_base(const struct conf_yaml *y)
{
    yaml_node_t *root = root_of(y);

    if (!root)
        return NULL;
    for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
         p < root->data.mapping.pairs.top; p++) {
        const char *key = scalar_text(node_at(y, p->key));
        if (key && strcmp(key, "base") == 0)
            return scalar_text(node_at(y, p->value));
    }
    return NULL;
}

/* Each pair's key as text, refused when it stood before. */
static const char *
new_key(const struct conf_yaml *y, const yaml_node_t *map,
        const yaml_node_pair_t *pair, const char *what, struct complaints *bad)
{
    const yaml_node_t *node = node_at(y, pair->key);
    const char *key = scalar_text(node);

    if (!key || !*key) {
        conf_complain(bad, "%s:%u: expected the name of a %s", y->file,
                      line_of(node->start_mark), what);
        return NULL;
    }
    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair;
         p++) {
        const char *before = scalar_text(node_at(y, p->key));
        if (before && strcmp(before, key) == 0) {
            conf_complain(bad,
                          "%s:%u: expected each %s once, got '%.60s' "
                          "again",
                          y->file, line_of(node->start_mark), what, key);
            return NULL;
        }
    }
    return key;
}

static bool
gather_list(const struct conf_yaml *y, const yaml_node_t *node, char *text,
            struct conf_given *given)
{
    size_t used = 0;

    *given = (struct conf_given){ true, 0, 0, text };
    for (yaml_node_item_t *i = node->data.sequence.items.start;
         i < node->data.sequence.items.top; i++) {
        const char *s = scalar_text(node_at(y, *i));
        if (!s || strlen(s) >= ITEMS_TEXT_CAP - used)
            return false;
        size_t size = strlen(s) + 1;
        memcpy(text + used, s, size);
        used += size;
        given->count++;
    }
    given->size = used;
    return true;
}

/* The texts of a setting's value. */
static bool
gather(const struct conf_yaml *y, const yaml_node_t *node, char *text,
       struct conf_given *given)
{
    if (node->type == YAML_SEQUENCE_NODE)
        return gather_list(y, node, text, given);
    const char *s = scalar_text(node);
    if (!s || is_nothing(node) || strlen(s) >= ITEMS_TEXT_CAP)
        return false;
    *given = (struct conf_given){ false, 1, strlen(s) + 1, s };
    return true;
}

struct visit {
    const struct conf_yaml *y;
    void (*f)(void *arg, const struct conf_item *item);
    void *arg;
    struct complaints *bad;
};

static bool
few_enough(const struct visit *v, const yaml_node_t *map, const char *what)
{
    if (map->data.mapping.pairs.top - map->data.mapping.pairs.start <=
        CONF_KEYS_CAP)
        return true;
    conf_complain(v->bad, "%s:%u: expected at most %d %ss", v->y->file,
                  line_of(map->start_mark), CONF_KEYS_CAP, what);
    return false;
}

static void
each_key(const struct visit *v, const char *section, const yaml_node_t *map)
{
    char text[ITEMS_TEXT_CAP];

    if (!few_enough(v, map, "key"))
        return;
    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const yaml_node_t *value = node_at(v->y, p->value);
        struct conf_item item = {
            .section = section,
            .key = new_key(v->y, map, p, "key", v->bad),
            .line = line_of(value->start_mark),
        };
        if (!item.key)
            continue;
        if (gather(v->y, value, text, &item.given))
            v->f(v->arg, &item);
        else
            conf_complain(v->bad,
                          "%s:%u: %.60s.%.60s: expected a value or a "
                          "list of values, without control characters",
                          v->y->file, item.line, section, item.key);
    }
}

void
conf_yaml_each(const struct conf_yaml *y,
               void (*f)(void *arg, const struct conf_item *item), void *arg,
               struct complaints *bad)
{
    struct visit v = { y, f, arg, bad };
    const yaml_node_t *root = root_of(y);

    if (!root || !few_enough(&v, root, "section"))
        return;
    for (const yaml_node_pair_t *p = root->data.mapping.pairs.start;
         p < root->data.mapping.pairs.top; p++) {
        const yaml_node_t *value = node_at(y, p->value);
        const char *name = new_key(y, root, p, "section", bad);
        if (!name)
            continue;
        if (strcmp(name, "base") == 0) {
            if (!scalar_text(value) || is_nothing(value))
                conf_complain(bad, "%s:%u: base: expected a file name", y->file,
                              line_of(value->start_mark));
        } else if (value->type == YAML_MAPPING_NODE) {
            each_key(&v, name, value);
        } else if (!is_nothing(value)) {
            conf_complain(bad, "%s:%u: %.60s: expected keys with values",
                          y->file, line_of(value->start_mark), name);
        }
    }
}
