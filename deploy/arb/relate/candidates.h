/* candidates - pairs of titles judged, from lines or from the database */
#ifndef DEPLOY_ARB_RELATE_CANDIDATES_H
#define DEPLOY_ARB_RELATE_CANDIDATES_H

#include "deploy/arb/lines.h"
#include "deploy/arb/relate/relation.h"

#include <stdbool.h>
#include <stdint.h>

/* A line {"a":"title","b":"title"}. */
line_fn relations_judge;

/* Lines {"a":..,"b":..,"truth":".."} of stdin, to their end: for each relation
 * and for all how many were true, were found, and both.  Returns the exit
 * code. */
int relations_score(void);

/* Pairs of the open markets in the database (libpq's connection text), at most
 * so many.  Returns the exit code. */
int relations_candidates(const char *database, uint32_t most, bool json);
/* The same of pairs whose titles are so much alike at least ("0.6"), whatever
 * their words show; the most alike first. */
int relations_alike(const char *database, const char *least, uint32_t most,
                    bool json);

/* One pair: market, title, market, title. */
void relations_print(const char *const cells[4], enum relation r,
                     const char *why, bool json);

#endif /* DEPLOY_ARB_RELATE_CANDIDATES_H */
