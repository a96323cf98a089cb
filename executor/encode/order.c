/* order - an order for Polymarket: amounts, id, signature, what is posted */

/* Version 2 and 3 sign the same struct under another domain.  The id is the
 * digest of that struct for every kind of wallet; a deposit wallet signs it
 * wrapped once more, so that the contract can prove from the signature's tail
 * what was signed for which exchange (ERC-7739). */

#include "executor/encode/order.h"

#include "common/must.h"
#include "executor/encode/eip712.h"

#include <string.h>

#define ORDER_TYPE                                                          \
    "Order(uint256 salt,address maker,address signer,uint256 tokenId,"      \
    "uint256 makerAmount,uint256 takerAmount,uint8 side,"                   \
    "uint8 signatureType,uint256 timestamp,bytes32 metadata,"               \
    "bytes32 builder)"
enum { ORDER_TYPE_SIZE = sizeof ORDER_TYPE - 1, INNER_SIZE = 65 };

_Static_assert(INNER_SIZE + 64 + ORDER_TYPE_SIZE + 2 == ORDER_SIGNATURE_CAP,
               "a wrapped signature is 317 bytes");

/* Hashes of texts that never change; a test makes each again. */
/* clang-format off */
static const struct hash order_type = { {
    0xbb, 0x86, 0x31, 0x8a, 0x21, 0x38, 0xf5, 0xfa, 0x8a, 0xe3, 0x2f, 0xbe,
    0x8e, 0x65, 0x9f, 0x8f, 0xcf, 0x13, 0xcc, 0x6a, 0xe4, 0x01, 0x4a, 0x70,
    0x78, 0x93, 0x05, 0x54, 0x33, 0x81, 0x85, 0x89 } };
/* TypedDataSign(Order contents,string name,string version,uint256 chainId,
 * address verifyingContract,bytes32 salt) and the type of Order. */
static const struct hash wrap_type = { {
    0x6b, 0xa0, 0x28, 0x56, 0x5c, 0xb3, 0x24, 0xc2, 0xaa, 0x02, 0xbb, 0x71,
    0x4b, 0x98, 0x16, 0xd0, 0xbd, 0xdd, 0x55, 0x7a, 0x2f, 0x33, 0xbb, 0x36,
    0xcf, 0x13, 0x27, 0x2a, 0x42, 0x56, 0xbd, 0x42 } };
static const struct hash wallet_name = { { /* "DepositWallet" */
    0xd6, 0x82, 0xb5, 0x29, 0xa1, 0x7c, 0xda, 0x19, 0xaa, 0x27, 0x5f, 0x3a,
    0x05, 0x06, 0x08, 0xf9, 0xe9, 0x40, 0x1f, 0xad, 0xd1, 0xb0, 0xd2, 0x33,
    0xd8, 0x15, 0x19, 0x97, 0x22, 0x95, 0x82, 0x8b } };
static const struct hash wallet_version = { { /* "1" */
    0xc8, 0x9e, 0xfd, 0xaa, 0x54, 0xc0, 0xf2, 0x0c, 0x7a, 0xdf, 0x61, 0x28,
    0x82, 0xdf, 0x09, 0x50, 0xf5, 0xa9, 0x51, 0x63, 0x7e, 0x03, 0x07, 0xcd,
    0xcb, 0x4c, 0x67, 0x2f, 0x29, 0x8b, 0x8b, 0xc6 } };
/* clang-format on */

bool
wallet_make(uint64_t type, const struct address *owner,
            const struct address *funder, struct wallet *w, struct why *why)
{
    if (type >= WALLET_END_)
        return why_set(why, "signatureType: expected 0 to 3");
    if (type == WALLET_EOA && funder && !address_equal(owner, funder))
        return why_set(why, "funder: an account of signature type 0 holds "
                            "its money itself; expected null");
    if (type != WALLET_EOA && (!funder || address_is_zero(funder)))
        return why_set(why, "funder: expected the address of the wallet "
                            "that holds the money");
    w->type = (enum wallet_type)type;
    w->owner = *owner;
    w->funder = funder ? *funder : *owner;
    (void)address_format(&w->owner, w->owner_text);
    (void)address_format(&w->funder, w->funder_text);
    return true;
}

/* What is wrong whatever the amounts are. */
static bool
terms_check(const struct order_terms *t, struct why *why)
{
    bool rests = t->tif == TIF_GTC || t->tif == TIF_GTD;

    if (t->salt > ORDER_SALT_MAX)
        return why_set(why, "salt: expected less than 2^53");
    if (t->post_only && !rests)
        return why_set(why, "postOnly: only for GTC and GTD");
    if (t->tif == TIF_GTD && t->expiration == 0)
        return why_set(why, "expiration: a GTD order needs one, in seconds");
    if (t->tif != TIF_GTD && t->expiration != 0)
        return why_set(why, "expiration: only for GTD, else 0");
    return true;
}

static const struct address *
signer_of(const struct wallet *w)
{
    return w->type == WALLET_DEPOSIT ? &w->funder : &w->owner;
}

static struct hash
hash_structure(const struct order_draft *d)
{
    const struct order_terms *t = &d->terms;
    uint64_t cash = (uint64_t)d->amounts.cash.micros;
    uint64_t shares = (uint64_t)d->amounts.shares.micros;
    bool buy = t->side == SIDE_buy;
    const struct hash words[] = {
        order_type,
        word_of_count(t->salt),
        word_of_address(&d->wallet.funder),
        word_of_address(signer_of(&d->wallet)),
        t->token,
        word_of_count(buy ? cash : shares),
        word_of_count(buy ? shares : cash),
        word_of_count(buy ? 0 : 1),
        word_of_count(d->wallet.type),
        word_of_count(t->timestamp),
        t->metadata,
        t->builder,
    };

    return hash_of_words(words, sizeof words / sizeof words[0]);
}

void
order_hash(struct order_draft *d)
{
    d->structure = hash_structure(d);
    d->id = typed_digest(&d->exchange->domain, &d->structure);
}

bool
order_build(const struct order_terms *terms, const struct wallet *wallet,
            struct order_draft *d, struct why *why)
{
    const struct exchange *e =
        exchange_find(terms->chain, terms->version, terms->neg_risk);

    if (!e)
        return why_set(why, "no exchange for version %llu orders on chain "
                            "%llu: expected 2 or 3 on 137 or 80002",
                       (unsigned long long)terms->version,
                       (unsigned long long)terms->chain);
    if (!terms_check(terms, why) ||
        !amounts_of(terms->side, terms->tif, terms->price, terms->tick,
                    terms->size, terms->budget, &d->amounts, why))
        return false;
    d->terms = *terms;
    d->wallet = *wallet;
    d->exchange = e;
    order_hash(d);
    return true;
}

bool
order_of_intent(const struct intent *m, const struct wallet *wallet,
                uint64_t chain, struct order_draft *d)
{
    bool buy = m->side == SIDE_buy, dated = m->tif == TIF_GTD;

    *d = (struct order_draft){
        .terms = {
            .chain = chain,
            .version = m->version,
            .neg_risk = m->neg_risk,
            .post_only = m->post_only,
            .side = m->side,
            .tif = m->tif,
            .token = m->token,
            .price = m->price,
            .salt = m->salt,
            .timestamp = m->stamp,
            .expiration = dated && m->expires.ns > 0
                              ? (uint64_t)(m->expires.ns / 1000000000)
                              : 0,
        },
        .wallet = *wallet,
        .exchange = exchange_find(chain, m->version, m->neg_risk),
        .amounts = {
            .cash = { (int64_t)(buy ? m->maker : m->taker) },
            .shares = { (int64_t)(buy ? m->taker : m->maker) },
        },
    };
    if (!d->exchange || m->salt > ORDER_SALT_MAX)
        return false;
    order_hash(d);
    return true;
}

struct hash
order_digest(const struct order_draft *d)
{
    if (d->wallet.type != WALLET_DEPOSIT)
        return d->id;
    const struct hash words[] = {
        wrap_type,
        d->structure,
        wallet_name,
        wallet_version,
        word_of_count(d->exchange->chain),
        word_of_address(&d->wallet.funder),
        { { 0 } },
    };
    struct hash wrapped =
        hash_of_words(words, sizeof words / sizeof words[0]);
    return typed_digest(&d->exchange->domain, &wrapped);
}

static void
wrap(const struct order_draft *d, const struct signature *inner,
     struct order_signature *sig)
{
    uint8_t *at = sig->b;

    memcpy(at, inner->r, 32);
    memcpy(at + 32, inner->s, 32);
    at[64] = (uint8_t)(27 + inner->parity);
    sig->size = INNER_SIZE;
    if (d->wallet.type != WALLET_DEPOSIT)
        return;
    at += INNER_SIZE;
    memcpy(at, d->exchange->domain.b, 32);
    memcpy(at + 32, d->structure.b, 32);
    memcpy(at + 64, ORDER_TYPE, ORDER_TYPE_SIZE);
    at += 64 + ORDER_TYPE_SIZE;
    at[0] = ORDER_TYPE_SIZE >> 8;
    at[1] = ORDER_TYPE_SIZE & 0xff;
    sig->size = ORDER_SIGNATURE_CAP;
}

void
order_sign(const struct order_draft *d, const struct key *key,
           struct order_signature *sig)
{
    struct hash digest = order_digest(d);
    struct signature inner;

    must(address_equal(key_address(key), &d->wallet.owner));
    key_sign(key, &digest, &inner);
    wrap(d, &inner, sig);
}

/* The keys in the official client's order; quote goes around the salt. */
static void
put_order(struct page *w, const struct order_draft *d,
          const struct order_signature *sig, const char *quote)
{
    const struct order_terms *t = &d->terms;
    uint64_t cash = (uint64_t)d->amounts.cash.micros;
    uint64_t shares = (uint64_t)d->amounts.shares.micros;
    bool buy = t->side == SIDE_buy;
    char token[TOKEN_TEXT_CAP];

    page_put(w, "{\"salt\":");
    page_put(w, quote);
    page_count(w, t->salt);
    page_put(w, quote);
    page_put(w, ",\"maker\":\"");
    page_put(w, d->wallet.funder_text);
    page_put(w, "\",\"signer\":\"");
    page_put(w, d->wallet.type == WALLET_DEPOSIT ? d->wallet.funder_text
                                                 : d->wallet.owner_text);
    page_put(w, "\",\"tokenId\":\"");
    page_put(w, token_format(&t->token, token));
    page_put(w, "\",\"makerAmount\":\"");
    page_count(w, buy ? cash : shares);
    page_put(w, "\",\"takerAmount\":\"");
    page_count(w, buy ? shares : cash);
    page_put(w, buy ? "\",\"side\":\"BUY\"" : "\",\"side\":\"SELL\"");
    page_put(w, ",\"signatureType\":");
    page_count(w, d->wallet.type);
    page_put(w, ",\"timestamp\":\"");
    page_count(w, t->timestamp);
    page_put(w, "\",\"expiration\":\"");
    page_count(w, t->expiration);
    page_put(w, "\",\"metadata\":\"");
    page_data(w, t->metadata.b, 32);
    page_put(w, "\",\"builder\":\"");
    page_data(w, t->builder.b, 32);
    page_put(w, "\",\"signature\":\"");
    page_data(w, sig->b, sig->size);
    page_put(w, "\"}");
}

bool
order_owner_is_valid(const char *owner)
{
    size_t size = strlen(owner);

    return size <= ORDER_OWNER_MAX &&
           strspn(owner, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
                         "yz0123456789-_") == size;
}

void
order_write(struct page *p, const struct order_draft *d,
            const struct order_signature *sig, const char *owner)
{
    must(order_owner_is_valid(owner));
    page_put(p, d->terms.defer ? "{\"deferExec\":true"
                               : "{\"deferExec\":false");
    page_put(p, d->terms.post_only ? ",\"postOnly\":true,\"order\":"
                                   : ",\"postOnly\":false,\"order\":");
    put_order(p, d, sig, "");
    page_put(p, ",\"owner\":\"");
    page_put(p, owner);
    page_put(p, "\",\"orderType\":\"");
    page_put(p, enum_word(&tif_words, d->terms.tif));
    page_put(p, "\"}");
}

size_t
order_body(const struct order_draft *d, const struct order_signature *sig,
           const char *owner, char out[ORDER_BODY_CAP])
{
    struct page p = page_on(out, ORDER_BODY_CAP);

    order_write(&p, d, sig, owner);
    must(!p.full);
    return p.size;
}

size_t
order_json(const struct order_draft *d, const struct order_signature *sig,
           char out[ORDER_BODY_CAP])
{
    struct page p = page_on(out, ORDER_BODY_CAP);

    put_order(&p, d, sig, "\"");
    must(!p.full);
    return p.size;
}
