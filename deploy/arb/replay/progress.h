/* progress - a line that says how far a long run is, on a terminal only */
#ifndef DEPLOY_ARB_REPLAY_PROGRESS_H
#define DEPLOY_ARB_REPLAY_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool on;                   /* stderr is a terminal. */
    const char *what;
    uint64_t bytes, done;      /* Of the journals; records' bytes so far. */
    uint64_t messages;
    int64_t began, told;       /* ns */
};

void progress_begin(struct progress *p, const char *what, uint64_t bytes);
/* One message more, of so many bytes on disk. */
void progress_on(struct progress *p, size_t bytes);
/* At least so often something is to be seen: also without news. */
void progress_show(struct progress *p);
/* Wipes the line; seconds since the beginning, in millionths. */
int64_t progress_end(struct progress *p);

#endif /* DEPLOY_ARB_REPLAY_PROGRESS_H */
