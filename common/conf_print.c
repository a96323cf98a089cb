/* conf_print - the effective configuration as YAML that reads back */

/* With help this makes the shipped file: every key below its sentence, what
 * it may be and what it is by default. */

#include "common/conf_inside.h"

#include "common/must.h"

#include <string.h>

enum { WIDTH = 78 };

/* Words wrapped into comment lines, `indent` spaces in. */
static void
put_comment(struct conf_sink *to, int indent, const char *s)
{
    size_t column = 0;

    while (*s) {
        size_t word = strcspn(s, " ");
        if (column > 0 && column + 1 + word > WIDTH) {
            conf_put(to, "\n");
            column = 0;
        }
        if (column == 0) {
            conf_put(to, "%*s# %.*s", indent, "", (int)word, s);
            column = (size_t)indent + 2 + word;
        } else {
            conf_put(to, " %.*s", (int)word, s);
            column += 1 + word;
        }
        s += word;
        s += strspn(s, " ");
    }
    conf_put(to, "\n");
}

static void
put_row_help(struct conf_sink *to, const struct conf_row *row)
{
    char text[1000];
    struct conf_sink line = { text, sizeof text, 0, false };

    conf_put(&line, "%s (", row->help);
    conf_value_expected(row, &line);
    conf_put(&line, "; default %s)", row->def[0] ? row->def : "\"\"");
    must(!line.full);
    put_comment(to, 2, text);
}

static void
put_own(struct conf_sink *to, const struct conf *conf, size_t index, bool help)
{
    const struct conf_section *section = conf->sections[index];

    for (uint32_t i = 0; i < section->rows_count; i++) {
        const struct conf_row *row = &section->rows[i];
        if (help)
            put_row_help(to, row);
        conf_put(to, "  %s: ", row->name);
        conf_value_put(row, conf->images[index] + row->offset, to);
        conf_put(to, "\n");
    }
}

static void
put_given(struct conf_sink *to, const struct conf_entry *e)
{
    const char *s = e->given.text;

    conf_put(to, "  ");
    conf_put_text(to, e->key);
    conf_put(to, ": %s", e->given.list ? "[" : "");
    for (uint32_t i = 0; i < e->given.count; i++, s += strlen(s) + 1) {
        conf_put(to, "%s", i ? ", " : "");
        conf_put_text(to, s);
    }
    conf_put(to, "%s\n", e->given.list ? "]" : "");
}

static void
put_others(struct conf_sink *to, const struct conf *conf,
           const struct conf_section *section)
{
    for (size_t i = 0; i < conf->entries_count; i++)
        if (conf->entries[i].section == section)
            put_given(to, &conf->entries[i]);
}

size_t
conf_print(const struct conf *conf, bool help, char *out, size_t cap)
{
    struct conf_sink to = { out, cap, 0, cap == 0 };

    for (size_t i = 0; i < conf->sections_count; i++) {
        const struct conf_section *section = conf->sections[i];
        if (i > 0)
            conf_put(&to, "\n");
        if (help && section->help)
            put_comment(&to, 0, section->help);
        conf_put(&to, "%s:\n", section->name);
        if (section->rows)
            put_own(&to, conf, i, help);
        else
            put_others(&to, conf, section);
    }
    return to.full ? 0 : to.used;
}
