/* fields - the members of a JSON object somebody typed, read one by one */
#ifndef DEPLOY_ARB_FIELDS_H
#define DEPLOY_ARB_FIELDS_H

#include "common/address.h"
#include "common/json.h"

/* Every reader takes numbers also as text, says which field is wrong and what
 * was expected, and from then on only answers false: the first mistake is the
 * one that is told. */
struct fields {
    const struct json_value *object;
    struct why *why;
    bool ok;
};
/* names ends with NULL: a key that is not among them is a mistake, since a
 * mistyped "postOnly" would change what is signed. */
struct fields fields_of(const struct json_value *object,
                        const char *const *names, struct why *why);
/* Absent or null. */
bool field_is_null(const struct fields *f, const char *name);

/* Left alone when the field is absent or null: what is there is the default. */
bool field_flag(struct fields *f, const char *name, bool *out);
bool field_count(struct fields *f, const char *name, uint64_t *out);
bool field_micros(struct fields *f, const char *name, int64_t *out);
bool field_word(struct fields *f, const char *name, struct hash *out);
/* Must be there. */
bool field_needed(struct fields *f, const char *name);
bool field_text(struct fields *f, const char *name, const char **out);
bool field_token(struct fields *f, const char *name, struct hash *out);
bool field_number(struct fields *f, const char *name, struct hash *out);
bool field_address(struct fields *f, const char *name, struct address *out);
/* words: one of them, by index. */
bool field_among(struct fields *f, const char *name, const char *const *words,
                 uint32_t count, uint32_t *out);

#endif /* DEPLOY_ARB_FIELDS_H */
