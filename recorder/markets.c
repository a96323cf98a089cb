/* markets - which market a token is of, remembered from dim_market
 *
 * A token's market never changes, and each opportunity names its tokens again:
 * so the database is asked once for each.  One that it does not know yet is
 * asked for again with the next batch. */
#include "recorder/markets.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 * MARKETS_CAP };

struct market_of {
    struct hash token;
    struct text market;        /* Empty = not known. */
    bool wanted;
};

struct markets {
    uint32_t count, wants;
    uint32_t slots[SLOTS];     /* 1 + index, 0 = free. */
    uint32_t wanted[MARKETS_CAP];
    struct market_of at[MARKETS_CAP];
};

/* Memory that was never touched is none: it takes as much as it knows. */
struct markets *
markets_new(void)
{
    struct markets *m = calloc(1, sizeof *m);
    must(m != NULL);
    return m;
}

void
markets_destroy(struct markets **m)
{
    free(*m);
    *m = NULL;
}

void
markets_begin(struct markets *m, uint32_t tokens)
{
    must(tokens <= MARKETS_CAP);
    if (m->count + tokens > MARKETS_CAP) {
        memset(m->slots, 0, sizeof m->slots);
        m->count = 0;
    }
    for (uint32_t i = 0; i < m->wants; i++)
        m->at[m->wanted[i]].wanted = false;
    m->wants = 0;
}

/* Where it is, or belongs.  Tokens are digests: any of their bytes scatter. */
static uint32_t
slot_of(const struct markets *m, const struct hash *token)
{
    uint32_t i;
    memcpy(&i, token->b + sizeof token->b - sizeof i, sizeof i);
    for (i %= SLOTS; m->slots[i] != 0; i = (i + 1) % SLOTS)
        if (memcmp(&m->at[m->slots[i] - 1].token, token, sizeof *token) == 0)
            break;
    return i;
}

void
markets_want(struct markets *m, const struct hash *token)
{
    uint32_t slot = slot_of(m, token);
    if (m->slots[slot] == 0) {
        must(m->count < MARKETS_CAP);
        m->at[m->count] = (struct market_of){ .token = *token };
        m->slots[slot] = ++m->count;
    }
    struct market_of *of = &m->at[m->slots[slot] - 1];
    if (of->market.s[0] != '\0' || of->wanted)
        return;
    of->wanted = true;
    m->wanted[m->wants++] = m->slots[slot] - 1;
}

/* {123,456}: decimals need no quotes. */
static char *
list_wanted(const struct markets *m)
{
    char *list = malloc((size_t)m->wants * TOKEN_TEXT_CAP + 3), *at = list;
    must(list != NULL);
    *at++ = '{';
    for (uint32_t i = 0; i < m->wants; i++) {
        if (i > 0)
            *at++ = ',';
        token_format(&m->at[m->wanted[i]].token, at);
        at += strlen(at);
    }
    memcpy(at, "}", 2);
    return list;
}

bool
markets_ask(struct markets *m, struct pg *pg, struct why *why)
{
    if (m->wants == 0)
        return true;
    char *list = list_wanted(m);
    const char *params[] = { list };
    struct pg_rows *rows = pg_query(
        pg, "SELECT at - 1, min(market_id) FROM unnest($1::text[]) WITH "
            "ORDINALITY AS t (token, at) JOIN dim_market ON token IN "
            "(yes_token, no_token) GROUP BY at", params, 1, why);
    free(list);
    if (rows == NULL)
        return false;
    for (int i = 0; i < pg_count(rows); i++) {
        unsigned long at = strtoul(pg_cell(rows, i, 0), NULL, 10);
        must(at < m->wants);
        (void)text_set(&m->at[m->wanted[at]].market, pg_cell(rows, i, 1));
    }
    pg_free(&rows);
    return true;
}

const char *
markets_of(const struct markets *m, const struct hash *token)
{
    uint32_t slot = slot_of(m, token);
    if (m->slots[slot] == 0 || m->at[m->slots[slot] - 1].market.s[0] == '\0')
        return NULL;
    return m->at[m->slots[slot] - 1].market.s;
}
