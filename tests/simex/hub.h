/* hub - the market channel's connections, and the mischief done to them
 *
 * Pure: text in, text out through callbacks.  It owns the core's news, turns
 * them into frames for whom they concern, and keeps what each connection has
 * been told, so that mischief is countable: a hash that cannot fit is told
 * at most once, and then the token is not told any more until its next whole
 * book (which comes with a new subscription or a trade). */
#ifndef SIMEX_HUB_H
#define SIMEX_HUB_H

#include "tests/simex/chain.h"
#include "tests/simex/face.h"
#include "tests/simex/front.h"
#include "tests/simex/mischief.h"

#define HUB_CONNS 64
#define HUB_NONE UINT32_MAX

struct hub_out {
    void *arg;
    /* A frame for a connection, not to be sent before due_ms. */
    void (*frame)(void *arg, uint32_t conn, const char *s, size_t size,
                  int64_t due_ms);
    /* Closes a connection; hub_close is still to be called. */
    void (*drop)(void *arg, uint32_t conn);
    /* One JSON line of planted.jsonl, of mischief.jsonl. */
    void (*planted)(void *arg, const char *line, size_t size);
    void (*mischief)(void *arg, const char *line, size_t size);
};

struct hub;

/* m may be NULL.  Takes over the core's news. */
struct hub *hub_new(struct simex *x, struct face *f, const struct mischief *m,
                    const struct hub_out *out);
void hub_destroy(struct hub **h);
/* Adds the private side, whose events it takes over; before any client. */
void hub_add_desk(struct hub *h, struct desk *d);
/* Adds the chain under it, likewise. */
void hub_add_chain(struct hub *h, struct chain *c);
uint32_t hub_open(struct hub *h);  /* HUB_NONE when full. */
uint32_t hub_open_user(struct hub *h);
void hub_close(struct hub *h, uint32_t conn);
/* What a connection said; the first subscription starts the plan. */
void hub_hear(struct hub *h, uint32_t conn, const char *s, size_t size);
/* Moves core and mischief to now; frames come during the call. */
void hub_tick(struct hub *h, int64_t now_ms);
/* Answers a request into q; *delay_ms says how much later to send it. */
int hub_rest(struct hub *h, const struct rest_request *r, uint32_t page,
             struct quill *q, int64_t *delay_ms);
/* Answers any request, public or private. */
void hub_ask(struct hub *h, const struct front_request *r, uint32_t page,
             struct quill *q, struct front_answer *a);
/* Does an act now, or adds a script's, whose times count from now; false
 * with why when it is not understood. */
bool hub_script(struct hub *h, const char *text, size_t size,
                struct why *why);
uint64_t hub_frames(const struct hub *h);
uint64_t hub_mismatches(const struct hub *h);

#endif /* SIMEX_HUB_H */
