/* requests - what riskd must hear, kept until it says so */

/* A ring from the oldest unacked entry to the newest.  Because it begins at
 * the oldest unacked one, whatever riskd may have missed is among the last
 * `cap` facts of the journal, and a restart finds it there again. */

#include "executor/requests.h"

#include "common/must.h"
#include "common/planted.h"

#include <stdlib.h>

enum { RESEND_MOST = 64 };

enum about { ABOUT_fill, ABOUT_settle, ABOUT_release };

struct pending {
    enum about about;
    bool acked;
    bool back;            /* From the journal, not yet to be sent. */
    bool listed;          /* Its reservation is open at riskd. */
    bool late;            /* It came when that was closed: no list tells. */
    bool sent;
    uint64_t req;
    struct nanos at;      /* Mono: last sent. */
    union {
        struct fill fill;
        struct settle settle;
        struct release release;
    } m;
};

struct requests {
    uint64_t last;        /* Request id. */
    uint32_t cap, head, count;
    struct nanos leased;  /* Mono: until then there is a lease. */
    struct pending *ring;
};

struct requests *
requests_new(uint32_t cap)
{
    struct requests *r = calloc(1, sizeof *r);

    must(r != NULL && cap > 0);
    r->cap = cap;
    r->ring = calloc(cap, sizeof *r->ring);
    must(r->ring != NULL);
    return r;
}

void
requests_destroy(struct requests **r)
{
    if (*r == NULL)
        return;
    free((*r)->ring);
    free(*r);
    *r = NULL;
}

uint64_t
requests_id(struct requests *r)
{
    return ++r->last;
}

uint32_t
requests_room(const struct requests *r)
{
    return r->cap - r->count;
}

static struct pending *
at(const struct requests *r, uint32_t i)
{
    return &r->ring[(r->head + i) % r->cap];
}

static struct pending *
push(struct requests *r, enum about about)
{
    struct pending *p;

    must(r->count < r->cap);
    p = at(r, r->count++);
    *p = (struct pending){ .about = about, .req = requests_id(r) };
    return p;
}

static void
drop_acked(struct requests *r)
{
    while (r->count > 0 && at(r, 0)->acked) {
        r->head = (r->head + 1) % r->cap;
        r->count--;
    }
}

/* To riskd only: the journal had it when it happened. */
static void
send(struct pending *p, struct nanos mono, struct outbox *out)
{
    struct to to = { 0, p->req };

    p->sent = true;
    p->at = mono;
    switch (p->about) {
    case ABOUT_fill:
        say_fill_on(out, ROUTE_RISK, &p->m.fill, &to);
        return;
    case ABOUT_settle:
        say_settle_on(out, ROUTE_RISK, &p->m.settle, &to);
        return;
    case ABOUT_release:
        say_release_on(out, ROUTE_RISK, &p->m.release, &to);
        return;
    }
    unreachable();
}

/* Pairs for dollars, and all outcomes of an event.  Tokens for tokens need what
 * the fills before them brought, and no reservation. */
static bool
is_of_dollars(const struct settle *m)
{
    return m->kind == SETTLE_KIND_split ||
           (m->kind == SETTLE_KIND_convert && m->cash.micros < 0);
}

/* The grant it draws on, NULL when none: such go out at once, and what comes
 * after waits for them. */
static const struct uuid *
auth_of(const struct pending *p)
{
    if (p->about == ABOUT_fill)
        return &p->m.fill.auth;
    return p->about == ABOUT_settle && is_of_dollars(&p->m.settle)
               ? &p->m.settle.auth
               : NULL;
}

static bool
is_due(const struct pending *p, struct nanos mono, struct ms every)
{
    return !p->sent || (mono.ns - p->at.ns >= every.ms * 1000000 &&
                        !PLANTED(resend_never));
}

uint32_t
requests_resend(struct requests *r, struct nanos mono, struct ms every,
                struct outbox *out)
{
    bool draws_open = false;
    uint32_t sent = 0, again = 0;

    for (uint32_t i = 0; i < r->count && sent < RESEND_MOST; i++) {
        struct pending *p = at(r, i);

        if (p->acked)
            continue;
        if (auth_of(p) != NULL)
            draws_open = true;
        else if (draws_open)
            continue;
        if (p->back || !is_due(p, mono, every) ||
            (p->about == ABOUT_release && mono.ns >= r->leased.ns))
            continue;
        again += p->sent;
        send(p, mono, out);
        sent++;
    }
    return again;
}

void
requests_send_new(struct requests *r, struct nanos mono,
                  struct outbox *out)
{
    (void)requests_resend(r, mono, (struct ms){ INT64_MAX / 1000000 }, out);
}

void
requests_fill(struct requests *r, const struct fill *m, struct nanos mono,
              struct outbox *out)
{
    struct pending *p = push(r, ABOUT_fill);

    p->m.fill = *m;
    p->sent = true;
    p->at = mono;
    if (PLANTED(fill_unsynced))
        say_fill_on(out, ROUTE_FACTS | ROUTE_RISK, m,
                    &(struct to){ 0, p->req });
    else
        say_fill(out, m, &(struct to){ 0, p->req });
}

uint64_t
requests_settle(struct requests *r, const struct settle *m,
                struct nanos mono, struct outbox *out)
{
    struct pending *p = push(r, ABOUT_settle);

    p->m.settle = *m;
    say_settle_on(out, ROUTE_FACTS | ROUTE_SYNC, m, NULL);
    requests_send_new(r, mono, out);
    return p->req;
}

void
requests_release(struct requests *r, const struct release *m,
                 struct nanos mono, struct outbox *out)
{
    push(r, ABOUT_release)->m.release = *m;
    requests_send_new(r, mono, out);
}

bool
requests_has(const struct requests *r, uint64_t req)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (at(r, i)->req == req && !at(r, i)->acked)
            return true;
    return false;
}

bool
requests_has_release(const struct requests *r, const struct uuid *auth)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const struct pending *p = at(r, i);

        if (p->about == ABOUT_release && !p->acked &&
            uuid_equal(&p->m.release.auth, auth))
            return true;
    }
    return false;
}

void
requests_leased(struct requests *r, struct nanos until)
{
    r->leased = until;
}

bool
requests_ack(struct requests *r, uint64_t req)
{
    for (uint32_t i = 0; i < r->count && req != 0; i++) {
        struct pending *p = at(r, i);

        if (p->req != req || p->acked)
            continue;
        p->acked = true;
        drop_acked(r);
        return true;
    }
    return false;
}

static struct pending *
push_back(struct requests *r, enum about about)
{
    struct pending *p;

    if (r->count == r->cap) {
        r->head = (r->head + 1) % r->cap;
        r->count--;
    }
    p = push(r, about);
    p->back = true;
    return p;
}

void
requests_recall_fill(struct requests *r, const struct fill *m, bool late)
{
    struct pending *p;

    if (PLANTED(fills_forgotten))
        return;
    p = push_back(r, ABOUT_fill);
    p->m.fill = *m;
    p->late = late;
}

uint64_t
requests_recall_settle(struct requests *r, const struct settle *m)
{
    struct pending *p = push_back(r, ABOUT_settle);

    p->m.settle = *m;
    return p->req;
}

void
requests_open(struct requests *r, const struct uuid *auth)
{
    for (uint32_t i = 0; i < r->count; i++) {
        struct pending *p = at(r, i);

        if (p->back && auth_of(p) != NULL && uuid_equal(auth_of(p), auth))
            p->listed = true;
    }
}

void
requests_unlist(struct requests *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        at(r, i)->listed = false;
}

void
requests_recalled(struct requests *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        struct pending *p = at(r, i);

        if (!p->back)
            continue;
        p->back = false;
        p->acked = auth_of(p) != NULL && !p->listed && !p->late;
    }
    drop_acked(r);
}
