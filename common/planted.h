/* planted - bugs put in on purpose, one at a time, in a build of their own
 *
 * `make world-planted` proves that the world finds each of planted.def.
 * Everywhere else PLANTED(name) is false, and nothing of it is compiled. */
#ifndef COMMON_PLANTED_H
#define COMMON_PLANTED_H

enum planted {
    PLANTED_none,
#define BUG(name, words) PLANTED_##name,
#include "common/planted.def"
    PLANTED_end_
};

#ifdef PLANTED_BUGS
extern enum planted planted;
#define PLANTED(name) (planted == PLANTED_##name)
#else
#define PLANTED(name) false
#endif

#endif /* COMMON_PLANTED_H */
