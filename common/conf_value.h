/* conf_value - one setting: its text checked against its row, and back */
#ifndef COMMON_CONF_VALUE_H
#define COMMON_CONF_VALUE_H

#include "common/conf.h"

/* Texts as they stood in the file: one, or the items of a list, each with
 * its NUL behind it. */
struct conf_given {
    bool list;
    uint32_t count;
    size_t size; /* Of text, all NULs included. */
    const char *text;
};

/* Text that grows up to a cap and knows when it did not fit. */
struct conf_sink {
    char *out;
    size_t cap, used;
    bool full;
};
void conf_put(struct conf_sink *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* s as a YAML scalar, in quotes where it needs them. */
void conf_put_text(struct conf_sink *to, const char *s);

size_t conf_value_size(enum conf_kind kind);
/* Sets *out (of the kind's type); false with "expected ..., got '...'". */
MUST_CHECK bool conf_value_parse(const struct conf_row *row,
                                 const struct conf_given *given, void *out,
                                 struct why *why);
/* The same for a text as it would stand in the file: a row's default. */
void conf_value_default(const struct conf_row *row, void *out);
/* "[]" or "[a, b]" as the items of a list, in text; false when s is not in
 * brackets. */
MUST_CHECK bool conf_value_split(const char *s, char *text, size_t cap,
                                 struct conf_given *given);
void conf_value_put(const struct conf_row *row, const void *value,
                    struct conf_sink *to);
/* "an integer from 1 to 1000" */
void conf_value_expected(const struct conf_row *row, struct conf_sink *to);

#endif /* COMMON_CONF_VALUE_H */
