/* settings - the configuration a run began with, kept for its replay */
#ifndef COMMON_SETTINGS_H
#define COMMON_SETTINGS_H

#include "proto/units.h"

/* The file with the settings of a run, beside the journals of its process
 * (<var>/journal/<process>).  False: none was kept. */
MUST_CHECK bool settings_path(const char *journal, uint64_t run, char *out,
                              size_t cap);

/* Of what the file says above the settings: the digest of the configuration
 * as it was given, and the program's build.  False: it does not say so. */
struct settings_by {
    uint64_t config;
    struct text build;
};
MUST_CHECK bool settings_by(const char *path, struct settings_by *out);

#endif /* COMMON_SETTINGS_H */
