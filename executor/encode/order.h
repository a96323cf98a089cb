/* order - an order for Polymarket: amounts, id, signature, what is posted
 *
 * polymarket.md 5.1 to 5.3.  Three steps, of which only the second needs the
 * key: order_build (in the executor, before anything is written or sent),
 * order_sign (in the signer, which builds the same from the same terms), and
 * order_body.  All pure; nothing is allocated. */
#ifndef EXECUTOR_ENCODE_ORDER_H
#define EXECUTOR_ENCODE_ORDER_H

#include "common/page.h"
#include "executor/encode/amounts.h"
#include "executor/encode/exchange.h"
#include "executor/keys.h"

/* Who holds the money; the venue's signatureType. */
enum wallet_type {
    WALLET_EOA,     /* The key's own account. */
    WALLET_PROXY,   /* E-mail accounts' proxy contract. */
    WALLET_SAFE,    /* Gnosis Safe. */
    WALLET_DEPOSIT, /* Deposit wallet: it signs itself (ERC-1271, 7739). */
    WALLET_END_
};

struct wallet {
    enum wallet_type type;
    struct address owner;   /* The key's account. */
    struct address funder;  /* The maker; the owner itself for an EOA. */
    char owner_text[ADDRESS_TEXT_CAP], funder_text[ADDRESS_TEXT_CAP];
};
/* funder is NULL for an EOA, and only then (the owner itself will do). */
MUST_CHECK bool wallet_make(uint64_t type, const struct address *owner,
                            const struct address *funder, struct wallet *w,
                            struct why *why);

#define ORDER_SALT_MAX ((UINT64_C(1) << 53) - 1) /* The venue reads a double. */

struct order_terms {
    uint64_t chain;         /* CHAIN_POLYGON, CHAIN_AMOY. */
    uint64_t version;       /* 2 or 3; see order_version_of. */
    bool neg_risk;
    bool post_only;         /* GTC and GTD only. */
    bool defer;             /* The venue answers before it executes. */
    enum side side;
    enum tif tif;
    struct hash token;
    struct price price, tick;
    struct qty size;        /* Either this ... */
    struct money budget;    /* ... or this; see amounts_of. */
    uint64_t salt;          /* 0 to ORDER_SALT_MAX. */
    uint64_t timestamp;     /* Of creation, ms; part of the id. */
    uint64_t expiration;    /* s; GTD only, else 0.  Not signed. */
    struct hash metadata, builder;
};

/* An order with its id, not signed yet. */
struct order_draft {
    struct order_terms terms;
    struct wallet wallet;
    const struct exchange *exchange;
    struct amounts amounts;
    struct hash structure;  /* Hash of the struct. */
    struct hash id;         /* EIP-712 digest: the venue's orderID. */
};
/* False and why, naming the field as `arb sign-order` does, when the venue
 * would refuse it: price, size, salt, post-only, expiration. */
MUST_CHECK bool order_build(const struct order_terms *terms,
                            const struct wallet *wallet,
                            struct order_draft *d, struct why *why);
/* The last step of that: structure and id from everything above them. */
void order_hash(struct order_draft *d);
/* The order that an intent was written down for, made again.  False: there is
 * no such exchange, or the salt is none. */
MUST_CHECK bool order_of_intent(const struct intent *m,
                                const struct wallet *wallet, uint64_t chain,
                                struct order_draft *d);

/* 65 bytes r, s, v; of a deposit wallet 317: those and what they are of. */
#define ORDER_SIGNATURE_CAP 317
struct order_signature { uint32_t size; uint8_t b[ORDER_SIGNATURE_CAP]; };
/* What the key signs: the id, or what wraps it for a deposit wallet. */
struct hash order_digest(const struct order_draft *d);
/* The key must be that of the wallet's owner. */
void order_sign(const struct order_draft *d, const struct key *key,
                struct order_signature *sig);

/* The body of POST /order, byte for byte as the official client writes it,
 * and one element of the array of POST /orders.  owner is the API key, at
 * most ORDER_OWNER_MAX of letters, digits, '-' and '_', may be empty.
 * Returns the size without the NUL. */
#define ORDER_OWNER_MAX 64
#define ORDER_BODY_CAP 2048
void order_write(struct page *p, const struct order_draft *d,
                 const struct order_signature *sig, const char *owner);
size_t order_body(const struct order_draft *d,
                  const struct order_signature *sig, const char *owner,
                  char out[ORDER_BODY_CAP]);
bool order_owner_is_valid(const char *owner);
/* The order alone, as a JSON object in which the salt is text. */
size_t order_json(const struct order_draft *d,
                  const struct order_signature *sig,
                  char out[ORDER_BODY_CAP]);

#endif /* EXECUTOR_ENCODE_ORDER_H */
