/* raw_file - frames as they came, a JSON line each, for later scans */
#ifndef FEED_RAW_FILE_H
#define FEED_RAW_FILE_H

#include "proto/units.h"

struct raw_file;

/* Appends; NULL (after a warning) when the file cannot be opened. */
struct raw_file *raw_file_open(const char *path, uint64_t most_mb);
void raw_file_write(struct raw_file *r, struct nanos wall, const char *s,
                    size_t size);
void raw_file_close(struct raw_file **r);

#endif /* FEED_RAW_FILE_H */
