/* walls - what a process can no longer do, whoever makes it try
 *
 * Two of them, in two parts of the kernel: landlock for files and ports,
 * seccomp for system calls.  Threads and programs begun later are behind them
 * too, those there were before are not.  What a kernel does not have is said,
 * not pretended. */
#ifndef COMMON_WALLS_H
#define COMMON_WALLS_H

#include <stdbool.h>

enum { WALLS_PATHS = 4 };

struct walls_open {
    const char *write[WALLS_PATHS]; /* What is beneath may be written, made
                                       and removed; of a path that is not
                                       there yet, the folder it would be in.
                                       NULL, "" = none. */
    bool network;                   /* Connections to other machines. */
    bool programs;                  /* Others may be started. */
};

struct walls { bool files, calls; };

/* For a server: nothing is written or made elsewhere, nothing listens at a
 * port, and what only administrators do fails with EPERM. */
struct walls walls_enter(const struct walls_open *open);

/* The same, for who shuts itself in still closer: no file at all, and no
 * system call but these.  False: the kernel has no such wall. */
bool walls_no_files(void);
bool walls_only(const int *calls, unsigned count);

#endif /* COMMON_WALLS_H */
