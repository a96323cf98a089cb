/* signer_box - walls around a process that holds a key
 *
 * After box_enter the calling process can open no file and no socket, start
 * no program, and be neither dumped nor traced; it goes on with the
 * descriptors it has.  Each wall stands by itself: what a kernel does not
 * have is said, not pretended. */
#ifndef EXECUTOR_SIGNER_BOX_H
#define EXECUTOR_SIGNER_BOX_H

#include <stdbool.h>
#include <stddef.h>

struct box_walls {
    bool seccomp;     /* System calls beyond a short list fail with EPERM. */
    bool landlock;    /* No file, whatever the call. */
    bool undumpable;  /* No core, no ptrace, /proc/self is root's. */
    bool locked;      /* All its memory stays out of the swap. */
};

/* Closes every descriptor from first on; the ones below it stay. */
void box_close_from(int first);
void box_enter(struct box_walls *walls);
/* "seccomp yes, landlock no, ..."; returns s. */
char *box_words(const struct box_walls *w, char *s, size_t cap);

#endif /* EXECUTOR_SIGNER_BOX_H */
