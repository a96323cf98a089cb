/* scans - the opportunities of a batch, into fact_arb_scan */
#ifndef RECORDER_SCANS_H
#define RECORDER_SCANS_H

#include "recorder/parts.h"
#include "recorder/store.h"

struct scans;
struct scans *scans_new(void);
void scans_destroy(struct scans **s);

/* A session's own table for what must be merged. */
MUST_CHECK bool scans_begin(struct pg *pg, struct why *why);

/* Unpacks a record of a batch; why names it when it does not unpack. */
MUST_CHECK bool batch_unpack(const struct batch *b, const struct kept *k,
                             const struct schema *sc, void *msg,
                             struct why *why);

/* What of a batch is to be written; its days are wanted of parts.  False when a
 * record does not unpack. */
MUST_CHECK bool scans_look(struct scans *s, struct parts *parts,
                           const struct batch *b, struct why *why);
/* Writes that, within the batch's transaction, before anything is given.
 * Openings are copied into the table on the cursor's word that none of them is
 * there; when one is, that fails (pg_repeated), and the batch is to be begun
 * again: careful, which asks of each row what is in the table. */
MUST_CHECK bool scans_store(struct scans *s, struct pg *pg,
                            const struct batch *b, bool careful,
                            struct why *why);

#endif /* RECORDER_SCANS_H */
