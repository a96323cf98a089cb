/* wiring_warm - lanes are kept open, and the venue is asked what time it is */

/* A connection that is used now and then does not go to sleep, and the first
 * request pays for TLS; so each idle lane asks GET /time.  The venue answers
 * in whole seconds: its time was up to one second later than it says, and our
 * own moment is known to half a round trip; only what is surely too much
 * counts. */

#include "executor/wiring_desk_own.h"

#include "common/clock.h"
#include "common/must.h"

#include <stdlib.h>

enum { RETRY_MS = 500, DIGITS_MOST = 12 };

/* A bare number and nothing else. */
static bool
read_seconds(const char *s, size_t size, int64_t *seconds)
{
    int64_t n = 0;

    if (size == 0 || size > DIGITS_MOST)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        n = n * 10 + (s[i] - '0');
    }
    *seconds = n;
    return true;
}

/* What is left of it however wrong our own look was. */
static int64_t
surely(int64_t offset, int64_t unsure)
{
    int64_t left = llabs(offset) - unsure;

    return left <= 0 ? 0 : offset < 0 ? -left : left;
}

static void
learn_clock(struct desk *k, struct nanos asked, int64_t seconds)
{
    int64_t now = clock_wall().ns / 1000000, was = asked.ns / 1000000;
    int64_t middle = (now + was) / 2;
    int64_t offset = seconds * 1000 + 500 - middle;
    int64_t unsure = 500 + (now > was ? now - was : 0) / 2;
    bool good = llabs(surely(offset, unsure)) <= k->o.clock_off.ms;

    if (k->clock_known && good != k->clock_good)
        log_warn("%s: our clock and the venue's %s: %lld ms (known to %lld)",
                 k->o.talk->name, good ? "agree again" : "differ",
                 (long long)offset, (long long)unsure);
    k->clock_known = true;
    k->clock_good = good;
    k->clock_offset.ms = surely(offset, unsure);
    desk_tell_state(k);
}

static void
warmed(void *arg, const struct http_answer *a)
{
    struct lane *l = arg;
    int64_t seconds;

    l->warming = false;
    l->next.ns = clock_mono().ns +
                 (a->status > 0 ? l->desk->o.warm.ms : RETRY_MS) * 1000000;
    if (a->status == 200 &&
        read_seconds(a->body, a->body_size, &seconds))
        learn_clock(l->desk, l->asked, seconds);
}

static void
warm(struct lane *l)
{
    struct http_request q = { .method = "GET" };
    char url[URL_CAP];

    desk_url(l->desk, "/time", "", url);
    q.url = url;
    l->asked = clock_wall();
    l->warming = http_ask(l->http, &q, warmed, l);
}

/* A closed one is opened at once, unless that just failed. */
void
desk_warm_tick(struct desk *k, struct nanos mono)
{
    for (uint32_t i = 0; i < k->o.lanes; i++) {
        struct lane *l = &k->lanes[i];
        bool open = http_is_open(l->http);

        if (l->call || l->warming)
            continue;
        if (!open && l->next.ns > mono.ns + RETRY_MS * INT64_C(1000000))
            l->next = mono;
        if (mono.ns >= l->next.ns)
            warm(l);
    }
}
