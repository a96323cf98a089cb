/* hub_ask - requests, and the mischief done to their answers */
#include "tests/simex/hub_own.h"

#include "tests/simex/rest_own.h"

#include <inttypes.h>
#include <string.h>

static const char *
status_text(int64_t status)
{
    switch (status) {
    case 425: return "service not ready";
    case 429: return "Too Many Requests";
    case 503: return "Trading is currently disabled. Check back later.";
    default: return "could not run the execution";
    }
}

int
hub_rest(struct hub *h, const struct rest_request *r, uint32_t page,
         struct quill *q, int64_t *delay_ms)
{
    *delay_ms = h->now_ms < h->slow_until ? h->slow_ms : 0;
    if (h->now_ms >= h->status_until)
        return rest_answer(h->face, r, page, q);
    quill_text(q, "{\"error\":");
    quill_string(q, status_text(h->status));
    quill_text(q, "}");
    return (int)h->status;
}

/* A page such as a proxy before the exchange gives; no JSON. */
static void
write_edge(struct quill *q)
{
    quill_text(q, "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>"
               "Attention Required!</title></head><body><h1>Sorry, you have "
               "been blocked</h1></body></html>\n");
}

static int
take_script(struct hub *h, const struct rest_request *r, struct quill *q)
{
    struct why why = { "" };
    if (!hub_script(h, r->body, r->body_size, &why))
        return rest_error(q, 400, why.s);
    quill_text(q, "\"OK\"");
    return 200;
}

void
hub_ask(struct hub *h, const struct front_request *r, uint32_t page,
        struct quill *q, struct front_answer *a)
{
    const char *path = r->rest.path;
    bool open = h->now_ms >= h->status_until;
    *a = (struct front_answer){ .remaining = -1 };
    if (r->rest.post &&
        (strcmp(path, "/order") == 0 || strcmp(path, "/orders") == 0))
        h->placed++;
    if (strcmp(path, "/simex/placed") == 0) {
        quill_say(q, "{\"placed\":%" PRIu64 "}", h->placed);
        a->status = 200;
        return;
    }
    if (strcmp(path, "/simex/mischief") == 0 && r->rest.post) {
        a->status = take_script(h, &r->rest, q);
        return;
    }
    if (h->chain && chain_knows(r)) {
        chain_answer(h->chain, r, q, a);
        return;
    }
    if (h->chain && chain_relays(r)) {
        chain_relay(h->chain, r, q, a);
        return;
    }
    if (h->now_ms < h->edge_until) {
        a->status = 403;
        a->html = true;
        write_edge(q);
    } else if (open && h->desk && front_knows(r)) {
        front_answer(h->desk, h->face, r, q, a);
    } else if (open && r->del) {
        a->status = rest_error(q, 405, "Method not allowed");
    } else if (open && h->desk && strcmp(path, "/time") == 0) {
        quill_say(q, "%" PRId64, desk_clock_ms(h->desk) / 1000);
        a->status = 200;
    } else {
        a->status = hub_rest(h, &r->rest, page, q, &a->delay_ms);
    }
    a->delay_ms = h->now_ms < h->slow_until ? h->slow_ms : 0;
}
