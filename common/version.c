/* version - which sources this program was built from */

/* The Makefile names the commit to this object only, so that a new commit
 * rebuilds one file. */

#include "common/version.h"

#ifndef DUTCHBOOK_VERSION
#define DUTCHBOOK_VERSION "unknown"
#endif

const char *const dutchbook_version = DUTCHBOOK_VERSION;
