/* audit - every command, accepted or not, in a chain nobody can mend */
/*
 * A row carries the chain of the one before and its own over everything in
 * it; it is a fact, on disk before anything it allows happens.  Recalled, the
 * chain must hold: when it does not, somebody wrote in the journal, and
 * nothing is granted any more.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/digest.h"
#include "common/must.h"

enum { PACKED_AUDIT_CAP = 2048 };

struct hash
riskd_audit_chain(const struct audit *row)
{
    struct audit bare = *row;
    uint8_t packed[PACKED_AUDIT_CAP];
    struct hash chain;
    memset(&bare.chain, 0, sizeof bare.chain);
    size_t size = audit_pack(&bare, packed, sizeof packed);
    must(size > 0);
    sha256(packed, size, chain.b);
    return chain;
}

void
riskd_audit(struct riskd *x, const struct command *m, enum reason refused,
            struct outbox *out)
{
    struct audit row = { .n = x->audit.n + 1,
                         .before = x->audit.chain,
                         .verb = m->verb,
                         .target = m->target,
                         .value = m->value,
                         .actor = m->actor,
                         .role = m->role,
                         .reason = m->reason,
                         .nonce = m->nonce,
                         .expires = m->expires,
                         .accepted = refused == REASON_none,
                         .refused = refused };
    row.chain = riskd_audit_chain(&row);
    x->audit.n = row.n;
    x->audit.chain = row.chain;
    nonce_remember(&x->nonces, m->nonce, m->expires.ns);
    say_audit(out, &row, NULL);
}

void
riskd_recall_audit(struct riskd *x, const struct audit *m,
                   const struct input *in)
{
    struct hash chain = riskd_audit_chain(m);
    (void)in;
    if (m->n != x->audit.n + 1 || !hash_equal(&m->before, &x->audit.chain) ||
        !hash_equal(&m->chain, &chain)) {
        x->broken = x->audit.torn = true;
    }
    x->audit.n = m->n;
    x->audit.chain = m->chain;
    nonce_remember(&x->nonces, m->nonce, m->expires.ns);
}
