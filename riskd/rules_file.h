/* rules_file - the rules of deploy/rules, checked */
#ifndef RISKD_RULES_FILE_H
#define RISKD_RULES_FILE_H

#include "common/conf.h"
#include "riskd/rule.h"

/* Reads the files as one set; the caller's to free.  NULL when there is any
 * complaint ("file:line: id.key: expected ..., got ..."). */
struct rule_set *rules_read(const char *const *files, uint32_t files_count,
                            struct complaints *bad);
/* Every *.yaml of a folder, by name. */
struct rule_set *rules_read_folder(const char *folder,
                                   struct complaints *bad);
/* "exit:P0"; all bits of the word, 0 when it is none. */
uint32_t rule_phase_of(const char *word);
/* Words of a mask, comma between. */
void rule_phases_text(uint32_t phases, struct text *out);
/* By enum rule_op. */
extern const char *const rule_op_words[];
/* "250ms", "300s", "5m", "1h", "3d"; false when it is none, or above 30 d. */
MUST_CHECK bool rule_time_of(const char *s, int64_t *ns);

/* rules_sense.c: what is wrong between rules that are right by themselves;
 * each is told with f. */
void rules_make_sense(const struct rule_set *set,
                      void (*f)(void *arg, const struct rule *r,
                                const char *what, const struct rule *other),
                      void *arg);

#endif /* RISKD_RULES_FILE_H */
