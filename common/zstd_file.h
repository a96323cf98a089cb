/* zstd_file - whole files compressed and unpacked (zstd's door) */
#ifndef COMMON_ZSTD_FILE_H
#define COMMON_ZSTD_FILE_H

#include "common/why.h"
#include "proto/units.h"

/* Everything of one descriptor into another, with a checksum of its own. */
MUST_CHECK bool zstd_pack(int from, int to, struct why *why);
/* An unnamed file in memory with what can be unpacked of it, -1 when there is
 * no memory.  Of a damaged file that is its beginning. */
int zstd_unpack(int from, struct why *why);

#endif /* COMMON_ZSTD_FILE_H */
