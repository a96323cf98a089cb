/* signer_ask - the executor's end of the line to its signer
 *
 * Every question waits for its answer, at most `wait`: it is asked under the
 * gate, and a signer that is stopped must not keep the executor there.  An
 * answer that comes later is thrown away; what it was for was not sent. */
#ifndef EXECUTOR_SIGNER_ASK_H
#define EXECUTOR_SIGNER_ASK_H

#include "executor/signer_talk.h"

#include <sys/types.h>

struct signer_line;

/* Forks the signer; call it before there is a descriptor, a lock or a thread.
 * NULL and why when it cannot do its work: no key, wrong mode, damage. */
MUST_CHECK struct signer_line *signer_start(const struct signer_setup *o,
                                            struct why *why);
void signer_stop(struct signer_line **l);
/* What was enforced, and who signs; valid until signer_stop. */
const struct signer_up *signer_is_up(const struct signer_line *l);
/* Readable when the signer is gone: then nothing is signed any more. */
int signer_descriptor(const struct signer_line *l);
/* Throws late answers away; false when the signer is gone. */
MUST_CHECK bool signer_is_there(struct signer_line *l);
pid_t signer_pid(const struct signer_line *l);

/* All or none of them; *bad is the one refused. */
enum signer_no signer_ask_orders(struct signer_line *l,
                                 const struct grant *grant,
                                 const struct intent *const *intents,
                                 uint32_t count,
                                 struct order_signature *signatures,
                                 uint32_t *bad);
enum signer_no signer_ask_l1(struct signer_line *l, uint64_t timestamp,
                             uint64_t nonce, struct l1_headers *out);
/* The API secret that requests are signed with from now on. */
enum signer_no signer_give_secret(struct signer_line *l, const char *secret);
enum signer_no signer_ask_l2(struct signer_line *l, uint64_t timestamp,
                             const char *method, const char *path,
                             const char *body, size_t size,
                             char out[L2_SIGNATURE_CAP]);

/* A transaction of the key's own account; tx_signed makes the rest of it. */
enum signer_no signer_ask_tx(struct signer_line *l, const struct tx *t,
                             struct signature *out);
/* What the relayer takes to the wallet; relay_signature makes the rest. */
enum signer_no signer_ask_batch(struct signer_line *l,
                                const struct relay_batch *b,
                                struct signature *out);

#endif /* EXECUTOR_SIGNER_ASK_H */
