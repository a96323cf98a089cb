/* endpoint - pairs of titles judged by a language model behind HTTP
 *
 * Off unless a file with its address is named.  What it says is a candidate as
 * any other: nothing is priced that no person has approved. */
#ifndef DEPLOY_ARB_RELATE_ENDPOINT_H
#define DEPLOY_ARB_RELATE_ENDPOINT_H

struct endpoint {
    const char *file;   /* 0600: lines url: and secret: (its key). */
    const char *model;
    const char *cache;  /* What was answered before; NULL = nothing is. */
    const char *ca;     /* Certificates trusted; NULL = the system's. */
    long seconds;       /* An answer must come within. */
};

/* Lines {"a":"title","b":"title"} of stdin, to their end; prints each with
 * "relation" and "why".  Pairs it was asked before come from the cache, the
 * others in batches.  Returns the exit code: 1 when a batch was not answered,
 * and those before it are printed and kept. */
int relations_ask(const struct endpoint *e);

#endif /* DEPLOY_ARB_RELATE_ENDPOINT_H */
