/* signer - what may be signed, and what was: decided apart from everything
 *
 * The heart of the child that holds the key.  It is asked in typed words,
 * believes none of them, and says yes only to an order that is exactly its
 * intent, fits a live grant that bears riskd's mark, and is the only one ever
 * signed for that leg of it.  Pure: no clock, no file, no key. */
#ifndef EXECUTOR_SIGNER_H
#define EXECUTOR_SIGNER_H

#include "common/mac_key.h"
#include "executor/encode/order.h"

enum signer_no {
    SIGNER_NO_none,
#define NO(name, words) SIGNER_NO_##name,
#include "executor/signer_nos.def"
    SIGNER_NO_end_
};
/* "the grant is not for live" */
const char *signer_words(enum signer_no no);

enum {
    SIGNER_BATCH = 15,           /* Orders of one question. */
    SIGNER_STAMP_MS = 60000,     /* Orders are signed when they are made. */
};

/* What was signed once, and is never signed otherwise. */
struct signed_order {
    struct uuid auth;
    uint64_t leg, epoch, kill_gen;
    struct hash order;
};
#define SIGNED_SIZE 80           /* Bytes of one in the file. */
void signed_pack(const struct signed_order *m, uint8_t b[SIGNED_SIZE]);
/* False for bytes that are none: torn, damaged. */
MUST_CHECK bool signed_unpack(struct signed_order *m,
                              const uint8_t b[SIGNED_SIZE]);

struct signer_terms {
    struct wallet wallet;        /* Maker, signer, kind of signature. */
    uint64_t chain;
    struct mac_key mac;
    uint32_t cap;                /* Orders it can remember. */
};

struct signer;
struct signer *signer_new(const struct signer_terms *t);
void signer_destroy(struct signer **s); /* Wipes the mac key. */

/* What is asked, and what a yes is made of. */
struct signer_batch {
    const struct grant *grant;
    const struct intent *intents;
    uint32_t count;              /* 1..SIGNER_BATCH */
    struct nanos wall;           /* Now. */
    struct order_draft drafts[SIGNER_BATCH]; /* Of each intent. */
    uint32_t fresh;              /* Not signed before: to be written down, */
    struct signed_order facts[SIGNER_BATCH]; /* then remembered. */
    uint32_t bad;                /* On a no: the order refused. */
};
/* May these orders be signed, all of them? */
enum signer_no signer_check(const struct signer *s, struct signer_batch *b);
/* One that was signed, now or before a restart.  Those of epochs that are
 * over make room: their grants are refused anyway. */
enum signer_no signer_remember(struct signer *s, const struct signed_order *m);
uint32_t signer_count(const struct signer *s);

/* Is it a request one sends to the venue's API in the account's name? */
bool signer_may_request(const char *method, const char *path);

#endif /* EXECUTOR_SIGNER_H */
