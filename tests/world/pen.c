/* pen - the signer's own logic and its file, the talk, in this process
 *
 * Does what signer_child does: checks, writes down, remembers, signs; and what
 * wiring_place and wiring_calls do with the talk.  The file is an array; of a
 * record that is torn no signature was given. */
#include "tests/world/pen.h"

#include "common/must.h"
#include "executor/encode/auth.h"
#include "executor/executor.h"
#include "executor/identity.h"
#include "executor/signer.h"
#include "executor/talk.h"
#include "tests/world/trip.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 8192 };

struct pen {
    struct key *key;
    struct order_identity id;
    struct mac_key mac;
    struct hmac *secret;
    struct signer *signer;
    uint8_t *file;
    uint64_t records;
    bool broken;
    struct talk_account account;
    struct talk_memory memory;   /* Gone with the process. */
    struct talk_request request; /* Being written. */
};

struct pen *
pen_new(bool heartbeat_ids)
{
    static const uint8_t secret[32] = { 0x11, 0x22, 0x33 };
    struct pen *p = calloc(1, sizeof *p);
    struct why why;
    must(p != NULL);
    p->key = key_new(secret, &why);
    p->file = calloc(RECORDS, SIGNED_SIZE);
    must(p->key != NULL && p->file != NULL);
    p->id.chain = CHAIN_POLYGON;
    must(wallet_make(WALLET_EOA, key_address(p->key), NULL, &p->id.wallet,
                     &why));
    memset(p->mac.b, 7, sizeof p->mac.b);
    p->account.id = p->id;
    p->account.heartbeat_ids = heartbeat_ids;
    return p;
}

void
pen_destroy(struct pen **pp)
{
    struct pen *p = *pp;
    signer_destroy(&p->signer);
    hmac_destroy(&p->secret);
    key_destroy(&p->key);
    free(p->file);
    free(p);
    *pp = NULL;
}

const char *
pen_owner(const struct pen *p)
{
    return p->id.wallet.owner_text;
}

const struct order_identity *
pen_identity(const struct pen *p)
{
    return &p->id;
}

const struct mac_key *
pen_mac(const struct pen *p)
{
    return &p->mac;
}

void
pen_login(struct pen *p, const char *key, const char *secret,
          const char *passphrase)
{
    struct why why;
    p->secret = l2_secret(secret, &why);
    must(p->secret != NULL && text_set(&p->account.key, key) &&
         text_set(&p->account.secret, secret) &&
         text_set(&p->account.passphrase, passphrase));
}

void
pen_start(struct pen *p)
{
    struct signer_terms terms = { .wallet = p->id.wallet,
                                  .chain = p->id.chain, .mac = p->mac,
                                  .cap = RECORDS };
    signer_destroy(&p->signer);
    p->signer = signer_new(&terms);
    p->broken = false;
    p->memory = (struct talk_memory){ 0 };
    for (uint64_t i = 0; i < p->records; i++) {
        struct signed_order m;
        must(signed_unpack(&m, p->file + i * SIGNED_SIZE));
        must(signer_remember(p->signer, &m) == SIGNER_NO_none);
    }
}

/* --- forgeries: what must never be signed --------------------------------- */
struct forgery {
    struct grant grant;
    struct intent intent;
    bool marked;              /* Whoever forged it has riskd's key. */
};

/* Its id, and the mark, made anew: all else is as it should be. */
static void
finish(const struct pen *p, struct forgery *f)
{
    const struct intent *m = &f->intent;
    bool buy = m->side == SIDE_buy;
    struct order_draft d = {
        .terms = { .chain = p->id.chain, .version = m->version,
                   .neg_risk = m->neg_risk, .side = m->side, .tif = m->tif,
                   .token = m->token, .price = m->price, .salt = m->salt,
                   .timestamp = m->stamp },
        .wallet = p->id.wallet,
        .exchange = exchange_find(p->id.chain, m->version, m->neg_risk),
        .amounts = { { (int64_t)(buy ? m->maker : m->taker) },
                     { (int64_t)(buy ? m->taker : m->maker) } },
    };
    must(d.exchange != NULL);
    order_hash(&d);
    f->intent.order = d.id;
    if (f->marked)
        grant_mac(&p->mac, &f->grant, &f->grant.mac);
}

/* Of what was just signed, made wrong in one way each. */
static void
try_forgeries(struct world *w, struct pen *p, const struct signer_batch *was)
{
    static struct signer_batch b;
    const struct leg *leg = &was->grant->legs.at[was->intents[0].leg];
    bool buy = leg->side == SIDE_buy;
    for (int kind = 0; kind < 7; kind++) {
        struct forgery f = { *was->grant, was->intents[0], kind != 0 };
        bool fresh = kind >= 4; /* Of a grant nothing was signed under. */
        f.grant.auth.b[0] ^= fresh;
        f.intent.auth = f.grant.auth;
        switch (kind) {
        case 0: f.grant.legs.at[f.intent.leg].size.micros++; break;
        case 1: f.intent.salt++; break;
        case 2: f.grant.epoch--; break;
        case 3: f.grant.kill_gen--; break;
        case 4: f.intent.price.micros = leg->limit.micros +
                                        (buy ? 1000 : -1000); break;
        case 5: f.intent.qty.micros = leg->size.micros + 1; break;
        default: f.intent.token.b[5] ^= 1; break;
        }
        if (kind == 3 && was->grant->kill_gen == 0)
            continue;
        finish(p, &f);
        b = (struct signer_batch){ .grant = &f.grant, .intents = &f.intent,
                                   .count = 1, .wall = { world_wall(w) } };
        if (signer_check(p->signer, &b) == SIGNER_NO_none)
            world_fail(w, "the signer would sign a forgery (%d)", kind);
    }
}

static enum signer_no
sign_some(struct world *w, struct pen *p, struct signer_batch *b,
          struct order_signature *out)
{
    if (p->broken)
        return SIGNER_NO_disk;
    enum signer_no no = signer_check(p->signer, b);
    if (no != SIGNER_NO_none)
        return no;
    if (world_roll(w, 20 * w->weather.full_ppm)) {
        world_hit(w, HIT_signer_disk);
        p->broken = true;
        return SIGNER_NO_disk;
    }
    for (uint32_t i = 0; i < b->fresh; i++) {
        must(p->records < RECORDS);
        signed_pack(&b->facts[i], p->file + p->records++ * SIGNED_SIZE);
        must(signer_remember(p->signer, &b->facts[i]) == SIGNER_NO_none);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        order_sign(&b->drafts[i], p->key, &out[i]);
        live_signed(w, &b->intents[i]);
    }
    try_forgeries(w, p, b);
    return no;
}

/* All orders of a call, those of one grant after the other. */
static enum signer_no
sign(struct world *w, struct pen *p, const struct venue_call *m,
     struct talk_order orders[TALK_ORDERS])
{
    static struct intent intents[TALK_ORDERS];
    static struct order_signature signed_[TALK_ORDERS];
    static struct signer_batch b;
    const struct executor *x = w->nodes[SOURCE_executor].engine;
    enum signer_no no = SIGNER_NO_none;
    must(m->orders.count > 0 && m->orders.count <= TALK_ORDERS);
    for (uint32_t i = 0; i < m->orders.count; i++) {
        const struct intent *at = executor_intent(x,
                                                  &m->orders.at[i].token);
        if (at == NULL)
            world_fail(w, "an order is to leave that nobody intended");
        intents[i] = *at;
        orders[i] = (struct talk_order){ &intents[i], &signed_[i] };
    }
    for (uint32_t i = 0; i < m->orders.count && no == SIGNER_NO_none;
         i += b.count) {
        const struct uuid *auth = &intents[i].auth;
        b = (struct signer_batch){ .grant = executor_grant(x, auth),
                                   .intents = &intents[i], .count = 1,
                                   .wall = { world_wall(w) } };
        while (i + b.count < m->orders.count &&
               uuid_equal(&intents[i + b.count].auth, auth))
            b.count++;
        no = b.grant ? sign_some(w, p, &b, &signed_[i]) : SIGNER_NO_grant;
    }
    return no;
}

/* Its stamp is of our own clock. */
static void
seal(struct world *w, struct pen *p, struct trip *t)
{
    const struct talk_request *q = &p->request;
    uint64_t now = (uint64_t)(world_wall(w) / 1000000000);
    must(signer_may_request(q->method, q->path));
    must(sizeof t->seal >= L2_SIGNATURE_CAP);
    (void)l2_sign(p->secret, now, q->method, q->path, q->body, q->body_size,
                  t->seal);
    snprintf(t->stamp, sizeof t->stamp, "%" PRIu64, now);
}

enum reason
pen_request(struct world *w, struct pen *p, struct trip *t)
{
    const struct talk_request *q = &p->request;
    struct talk_order orders[TALK_ORDERS];
    bool place = t->m.op == VENUE_OP_place;
    enum signer_no no = place ? sign(w, p, &t->m, orders) : SIGNER_NO_none;
    if (no != SIGNER_NO_none) {
        world_note(w, "signer", signer_words(no));
        return REASON_SIGNATURE;
    }
    if (!talk_polymarket.write_request(&t->m, place ? orders : NULL,
                                       place ? t->m.orders.count : 0,
                                       &p->account, &p->memory, &p->request))
        return REASON_BAD_INPUT;
    seal(w, p, t);
    int path = snprintf(t->path, sizeof t->path, "%s", q->path);
    int query = snprintf(t->query, sizeof t->query, "%s", q->query);
    must(path < (int)sizeof t->path && query < (int)sizeof t->query);
    snprintf(t->method, sizeof t->method, "%s", q->method);
    t->size = q->body_size;
    t->text = strndup(q->body, q->body_size);
    must(t->text != NULL);
    return REASON_none;
}

/* --- what comes back, word by word ---------------------------------------- */
static void
word(struct world *w, const struct schema *sc, const void *m)
{
    node_word(w, &w->nodes[SOURCE_executor], sc, m);
}

static void
hear_order(void *self, const struct venue_order *m)
{
    word(self, &venue_order_schema, m);
}

static void
hear_trade(void *self, const struct venue_trade *m)
{
    word(self, &venue_trade_schema, m);
}

static void
hear_balance(void *self, const struct venue_balance *m)
{
    word(self, &venue_balance_schema, m);
}

static void
hear_bad(void *self, const char *what)
{
    world_note(self, "bad", what);
}

static struct talk_sink
sink_of(struct world *w)
{
    return (struct talk_sink){ w, hear_order, hear_trade, hear_balance,
                               hear_bad };
}

void
pen_answer(struct world *w, struct pen *p, const struct trip *t, bool heard,
           struct venue_done *done)
{
    struct talk_sink sink = sink_of(w);
    struct talk_answer answer = {
        .left = t->left, .status = heard ? t->status : 0,
        .body = heard ? t->text : "", .size = heard ? t->size : 0,
        .retry_after_s = heard ? t->retry_s : 0,
    };
    talk_polymarket.read_answer(&t->m, &p->account, &answer, &p->memory,
                                &sink, done);
    done->call = t->m.call;
    done->op = t->m.op;
}

void
pen_frame(struct world *w, struct pen *p, const char *s, size_t size)
{
    struct talk_sink sink = sink_of(w);
    (void)talk_polymarket.read_frame(s, size, &p->account, &sink);
}
