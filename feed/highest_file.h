/* highest_file - the most each count ever was, across restarts of feed
 *
 * A count that falls is none that can be traded on, also when it fell while
 * nobody looked: VAR/run/feed.highest has a line for each signal, its event,
 * its window and the number.  What is of another window is forgotten. */
#ifndef FEED_HIGHEST_FILE_H
#define FEED_HIGHEST_FILE_H

#include "common/why.h"
#include "feed/signals_file.h"

/* 0 where nothing is known.  No file is fine; one that is damaged is not. */
MUST_CHECK bool highest_file_read(const char *path,
                                  const struct signal_specs *specs,
                                  uint64_t highest[SIGNALS_CAP],
                                  struct why *why);
/* On disk, whole, when it returns. */
MUST_CHECK bool highest_file_write(const char *path,
                                   const struct signal_specs *specs,
                                   const uint64_t highest[SIGNALS_CAP],
                                   struct why *why);

#endif /* FEED_HIGHEST_FILE_H */
