/* signer_child - the process that holds the key */

/* Forked while the executor has nothing open yet: it closes what it got,
 * reads key, mark and what it signed before, shuts itself in (signer_box) and
 * answers until the executor is gone.  It writes down what it is about to
 * sign, then signs; when that fails it signs nothing any more.  Signals that
 * stop the group are not for it: orders may have to be cancelled after them.
 * It ends with its parent. */

#include "executor/signer_talk.h"

#include "common/clock.h"
#include "common/crash.h"
#include "common/must.h"
#include "common/secret.h"
#include "executor/signer_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIR_FD = 3, ORDERS_CAP = 65536 };

struct child {
    struct key *key;
    struct signer *signer;
    struct hmac *secret;
    struct wallet wallet;
    uint64_t chain;
    const struct signer_contracts *contracts;
    int store;
    bool broken;                 /* The store cannot be written. */
};

/* Only the pair, as number 3, and what the log goes to. */
static void
leave_descriptors(int fd)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (fd != PAIR_FD)
        must(dup2(fd, PAIR_FD) == PAIR_FD);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
    }
    box_close_from(PAIR_FD + 1);
}

static bool
make_wallet(struct child *c, const struct signer_setup *o, struct why *why)
{
    struct address funder;
    size_t size = strlen(o->funder);

    if (size > 0 && !address_parse(o->funder, size, &funder))
        return why_set(why, "executor.funder: %s is no address", o->funder);
    return wallet_make(o->signature_type, key_address(c->key),
                       size > 0 ? &funder : NULL, &c->wallet, why);
}

static bool
make(struct child *c, const struct signer_setup *o, struct why *why)
{
    struct signer_terms terms = { .chain = o->chain, .cap = ORDERS_CAP };

    c->chain = o->chain;
    c->contracts = o->contracts;
    c->key = key_read(o->key_file, o->passphrase_file, why);
    if (!c->key || !make_wallet(c, o, why) ||
        !mac_key_load(o->var, &terms.mac, why))
        return false;
    if (!exchange_find(o->chain, ORDER_VERSION_2, false))
        return why_set(why, "executor.chain_id: no exchange is known on "
                       "chain %llu", (unsigned long long)o->chain);
    terms.wallet = c->wallet;
    c->signer = signer_new(&terms);
    mac_key_wipe(&terms.mac);
    c->store = signer_store_open(o->var, c->signer, why);
    return c->store >= 0;
}

/* Libraries that load something at their first use do so now. */
static void
rehearse(struct child *c)
{
    static const struct grant nothing;
    struct hash digest = { { 1 } };
    struct mac_key mac = { { 0 } };
    struct signature sig;
    struct l1_headers l1;
    char text[L2_SIGNATURE_CAP];
    struct why why;

    key_sign(c->key, &digest, &sig);
    grant_mac(&mac, &nothing, &digest);
    l1_sign(c->key, c->chain, 0, 0, &l1);
    struct hmac *h = l2_secret("AAAA", &why);
    must(h);
    (void)l2_sign(h, 0, "GET", "/", NULL, 0, text);
    hmac_destroy(&h);
    (void)clock_wall();
}

/* Here when the question says so. */
static void
point(const struct signer_question *q, const char *name)
{
#ifdef CRASH_POINTS
    if (q->crash != 0 && strcmp(q->crash_at, name) == 0)
        crash_now(q->crash);
#else
    (void)q;
    (void)name;
#endif
}

static enum signer_no
sign_orders(struct child *c, const struct signer_question *q,
            struct signer_answer *a)
{
    static struct signer_batch b;
    enum signer_no no;

    if (c->broken)
        return SIGNER_NO_disk;
    b = (struct signer_batch){ .grant = &q->m.orders.grant,
                               .intents = q->m.orders.intents,
                               .count = q->m.orders.count,
                               .wall = clock_wall() };
    no = signer_check(c->signer, &b);
    a->bad = b.bad;
    if (no != SIGNER_NO_none)
        return no;
    point(q, "checked");
    if (!signer_store_add(c->store, b.facts, b.fresh)) {
        c->broken = true; /* What is on disk is not known any more. */
        return SIGNER_NO_disk;
    }
    point(q, "stored");
    for (uint32_t i = 0; i < b.fresh; i++)
        must(signer_remember(c->signer, &b.facts[i]) == SIGNER_NO_none);
    for (uint32_t i = 0; i < b.count; i++)
        order_sign(&b.drafts[i], c->key, &a->m.orders[i]);
    return SIGNER_NO_none;
}

static enum signer_no
sign_request(struct child *c, const struct signer_question *q,
             struct signer_answer *a)
{
    const char *method = q->m.l2.method, *path = q->m.l2.path;

    if (!memchr(method, '\0', SIGNER_METHOD_CAP) ||
        !memchr(path, '\0', SIGNER_PATH_CAP) ||
        q->m.l2.size > SIGNER_BODY_CAP)
        return SIGNER_NO_asked; /* Sizes were checked with the packet's. */
    if (!signer_may_request(method, path))
        return SIGNER_NO_path;
    if (!c->secret)
        return SIGNER_NO_credentials;
    (void)l2_sign(c->secret, q->m.l2.timestamp, method, path, q->m.l2.body,
                  q->m.l2.size, a->m.l2);
    return SIGNER_NO_none;
}

static enum signer_no
take_secret(struct child *c, const struct signer_question *q)
{
    struct why why;

    if (!memchr(q->m.secret.text, '\0', SIGNER_SECRET_CAP))
        return SIGNER_NO_asked;
    struct hmac *h = l2_secret(q->m.secret.text, &why);
    if (!h)
        return SIGNER_NO_credentials;
    hmac_destroy(&c->secret);
    c->secret = h;
    return SIGNER_NO_none;
}

/* Only of the key's own account, whatever wallet it acts for. */
static enum signer_no
sign_tx(struct child *c, const struct signer_question *q,
        struct signer_answer *a)
{
    struct tx t = q->m.tx.tx;
    struct hash digest;
    struct why why;

    t.data = q->m.tx.data;
    if (!c->contracts ||
        !signer_may_send(c->contracts, c->chain, &c->wallet, &t) ||
        !tx_digest(&t, &digest, &why))
        return SIGNER_NO_call;
    key_sign(c->key, &digest, &a->m.tx);
    return SIGNER_NO_none;
}

/* The owner's word for his wallet: it pays nobody, and moves what it holds only
 * as a transaction of its own might. */
static enum signer_no
sign_batch(struct child *c, const struct signer_question *q,
           struct signer_answer *a)
{
    struct relay_batch b = q->m.batch.batch;

    b.data = q->m.batch.data;
    if (!c->contracts ||
        !signer_may_relay(c->contracts, c->chain, &c->wallet, &b,
                          clock_wall()))
        return SIGNER_NO_call;
    struct hash digest = relay_batch_hash(c->chain, &c->wallet.funder, &b);
    key_sign(c->key, &digest, &a->m.tx);
    return SIGNER_NO_none;
}

static enum signer_no
answer(struct child *c, const struct signer_question *q,
       struct signer_answer *a)
{
    switch (q->op) {
    case SIGNER_OP_orders: return sign_orders(c, q, a);
    case SIGNER_OP_l1:
        l1_sign(c->key, c->chain, q->m.l1.timestamp, q->m.l1.nonce,
                &a->m.l1);
        return SIGNER_NO_none;
    case SIGNER_OP_l2: return sign_request(c, q, a);
    case SIGNER_OP_secret: return take_secret(c, q);
    case SIGNER_OP_tx: return sign_tx(c, q, a);
    case SIGNER_OP_batch: return sign_batch(c, q, a);
    }
    return SIGNER_NO_asked;
}

static void
say(const void *m, size_t size)
{
    ssize_t n;

    do
        n = send(PAIR_FD, m, size, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)size)
        _exit(0); /* Nobody is there to answer to. */
}

static void
serve(struct child *c)
{
    static struct signer_question q;
    static struct signer_answer a;

    for (;;) {
        ssize_t n = recv(PAIR_FD, &q, sizeof q, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        point(&q, "asked");
        memset(&a, 0, sizeof a);
        a.id = q.id;
        a.no = (size_t)n == signer_question_size(&q) ? answer(c, &q, &a)
                                                     : SIGNER_NO_asked;
        say(&a, sizeof a);
        point(&q, "replied");
        secret_wipe(&q, (size_t)n);
    }
}

void
signer_child(int fd, const struct signer_setup *o)
{
    static struct child c;
    static struct signer_up up;

    leave_descriptors(fd);
    up.ok = make(&c, o, &up.why);
    if (up.ok) {
        rehearse(&c);
        up.chain = c.chain;
        up.wallet = c.wallet;
        up.known = signer_count(c.signer);
        box_enter(&up.walls);
    }
    say(&up, sizeof up);
    if (up.ok)
        serve(&c);
    hmac_destroy(&c.secret);
    signer_destroy(&c.signer);
    key_destroy(&c.key);
    _exit(up.ok ? 0 : 1);
}
