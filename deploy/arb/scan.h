/* scan - the two ways of `arb scan`: a recording, or the running scanner */
#ifndef DEPLOY_ARB_SCAN_H
#define DEPLOY_ARB_SCAN_H

#include <stdbool.h>

struct conf;

struct scan_options {
    const char *capture;  /* File of recorded traffic; NULL = live. */
    const char *markets;  /* Listing for it; NULL = none. */
    bool listed;          /* The recording brings its own. */
    const char *fee_rate; /* Assumed, whatever a listing says; NULL = what it
                             says, 0 without one. */
    const char *seconds;  /* Live: how long; NULL = until interrupted. */
    bool json;
};

/* Both return the command's exit code. */
int scan_capture(const struct scan_options *o, const struct conf *conf);
int scan_live(const struct scan_options *o, const struct conf *conf);

#endif /* DEPLOY_ARB_SCAN_H */
