/* texts - what markets are resolved by, as the venue shows it now */
#ifndef DEPLOY_ARB_RELATE_TEXTS_H
#define DEPLOY_ARB_RELATE_TEXTS_H

#include "common/ties.h"

struct conf;
struct json;

struct market_text {
    const char *question, *description, *source, *ends; /* "" = not said. */
    struct hash hash;
};

struct texts {
    struct json *json; /* Owns what the texts point to. */
    uint32_t count;
    struct market_text at[TIE_MARKETS];
};

/* "A,B": 2 to TIE_MARKETS ids, each once. */
MUST_CHECK bool texts_markets(const char *list,
                              struct text out[TIE_MARKETS], uint32_t *count,
                              struct why *why);
/* From a file of the listing, or (NULL) asked of feed.gamma_url.  False when
 * one of them is not there, or has no description. */
MUST_CHECK bool texts_read(struct texts *t, const struct conf *conf,
                           const char *file, const struct text *markets,
                           uint32_t count, struct why *why);
void texts_forget(struct texts *t);

/* For a person: one after the other in columns, side by side by twos. */
void texts_show(const struct texts *t, const struct text *markets);

#endif /* DEPLOY_ARB_RELATE_TEXTS_H */
