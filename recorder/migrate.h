/* migrate - brings the database's schema up to the numbered files */
#ifndef RECORDER_MIGRATE_H
#define RECORDER_MIGRATE_H

#include "common/pg.h"

/* Applies, in order and each in its own transaction, the files NNN_name.sql
 * of folder that the database does not have yet.  A file that was applied and
 * has changed since is refused by name. */
MUST_CHECK bool migrate(struct pg *pg, const char *folder, struct why *why);

#endif /* RECORDER_MIGRATE_H */
