/* relation - what the titles of two markets say about their outcomes
 *
 * From words and numbers alone, so it is a candidate and no more: the rules
 * text of both decides, and a person reads it.  Of a market with other
 * outcomes than yes and no the first counts as yes (Over, the team that is
 * named). */
#ifndef DEPLOY_ARB_RELATE_RELATION_H
#define DEPLOY_ARB_RELATE_RELATION_H

#include "common/question.h"

enum relation {
    RELATION_none,
    RELATION_equivalent, /* Both yes or both no. */
    RELATION_implies,    /* Yes of the first makes the second yes. */
    RELATION_implied,    /* The other way round. */
    RELATION_exclusive,  /* At most one is yes. */
    relation_end_
};

const char *relation_word(enum relation r);
/* *why (a sentence that stays) says what in the titles it rests on. */
enum relation relation_of(const struct question_text *a,
                          const struct question_text *b, const char **why);

/* Where in a title begins what only one name in front of it can make true;
 * q->count when nowhere. */
uint32_t relation_for_one(const struct question_text *q);

#endif /* DEPLOY_ARB_RELATE_RELATION_H */
