/* signer_store - the file that remembers what was signed
 *
 * <var>/keys/signed.log, 0600: "DBSIGN1\n" and records of SIGNED_SIZE bytes,
 * on disk before a signature is handed out.  A torn last record is cut (its
 * signature was never given); any other damage is refused. */
#ifndef EXECUTOR_SIGNER_STORE_H
#define EXECUTOR_SIGNER_STORE_H

#include "common/why.h"
#include "executor/signer.h"

/* Opens or makes it, alone (waits up to 3 s for one that is ending), and
 * hands what it holds to s.  The descriptor, -1 and why when that fails. */
MUST_CHECK int signer_store_open(const char *var, struct signer *s,
                                 struct why *why);
/* Appends and syncs; false: then nothing may be signed any more. */
MUST_CHECK bool signer_store_add(int fd, const struct signed_order *m,
                                 uint32_t count);

#endif /* EXECUTOR_SIGNER_STORE_H */
