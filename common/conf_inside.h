/* conf_inside - what conf.c and conf_print.c know of a struct conf */
#ifndef COMMON_CONF_INSIDE_H
#define COMMON_CONF_INSIDE_H

#include "common/conf_value.h"

#define CONF_SECTIONS_CAP 32

/* A setting that was given, whoever's it is. */
struct conf_entry {
    const struct conf_section *section;
    char *key;
    char *text;
    struct conf_given given; /* Its text is the one above. */
};

struct conf {
    const struct conf_section *sections[CONF_SECTIONS_CAP];
    char *images[CONF_SECTIONS_CAP]; /* NULL: not our section. */
    size_t sections_count;
    struct conf_entry *entries; /* In order of section and key. */
    size_t entries_count;
};

/* NULL when there is none of that name. */
const struct conf_section *conf_find_section(const struct conf *conf,
                                             const char *name, size_t *index);

#endif /* COMMON_CONF_INSIDE_H */
