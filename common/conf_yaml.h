/* conf_yaml - one YAML file as sections, keys and texts (libyaml's door) */
#ifndef COMMON_CONF_YAML_H
#define COMMON_CONF_YAML_H

#include "common/conf_value.h"

#define CONF_KEYS_CAP 1000 /* In one mapping. */

struct conf_yaml;

/* Reads the whole file; NULL with complaints when it is not there, too big
 * or not YAML as we want it: one mapping, no anchors, aliases or tags. */
MUST_CHECK struct conf_yaml *conf_yaml_open(const char *file,
                                            struct complaints *bad);
void conf_yaml_close(struct conf_yaml **y);
/* Are these two the same file on disk? */
bool conf_yaml_same(const struct conf_yaml *a, const struct conf_yaml *b);
/* The text of `base:` at the top, or NULL. */
const char *conf_yaml_base(const struct conf_yaml *y);

struct conf_item {
    const char *section;
    const char *key;
    struct conf_given given;
    unsigned line;
};
/* Calls f for every setting in order; wrong shapes and duplicates are
 * complaints and skipped. */
void conf_yaml_each(const struct conf_yaml *y,
                    void (*f)(void *arg, const struct conf_item *item),
                    void *arg, struct complaints *bad);

#endif /* COMMON_CONF_YAML_H */
