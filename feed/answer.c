/* answer - what feed is asked by scanner, executor and arb */

/* A request for the universe or for books is answered over as many turns as
 * it takes; one for the markets of certain tokens is in lookup.c.  One that
 * wants proof first waits for the REST books of tokens that were quiet too
 * long, but never longer than prove_wait: whoever asks sees from `received`
 * how old each book then is.
 *
 * The end says how many records were sent, of the universe its markets and
 * resolutions, so that whoever asked knows when one got lost. */

#include "feed/state.h"

#define MS_NS INT64_C(1000000)

static void
end(struct feed *f, struct answer *a)
{
    struct snapshot_end m = {
        .what = a->what,
        .sent = a->sent,
        .missing = a->missing,
        .rev = f->rev,
    };

    say_snapshot_end(f->out, &m, &a->to);
    feed_said(f, sizeof m);
    feed_count(f, FEED_requests, 1);
    feed_named_end(f, a);
    a->used = false;
    f->answers--;
}

/* False when there is no room for the rest in this turn. */
static bool
answer_universe(struct feed *f, struct answer *a)
{
    size_t bytes = sizeof(struct market) + sizeof(struct resolution);

    for (; a->stage == 0 && a->at < f->markets; a->at++) {
        const struct followed *m = &f->market[a->at];
        if (!m->used)
            continue;
        if (!feed_has_room(f, bytes, 2))
            return false;
        feed_say_market(f, m, &a->to);
        a->sent++;
        if (m->resolved) {
            feed_say_resolution(f, m, &a->to);
            a->sent++;
        }
    }
    if (a->stage == 0) {
        a->stage = 1;
        a->at = 0;
    }
    for (; a->at < f->conns; a->at++) {
        if (!feed_may_say(f))
            return false;
        feed_say_link(f, a->at, &a->to); /* Not for everybody: not counted. */
    }
    return true;
}

/* Quiet for so long that it must be fetched before it is used. */
static bool
needs_proof(const struct feed *f, const struct token *t)
{
    return feed_token_usable(t) &&
           feed_is_older(f, t, f->opt.book_age_max.ms / 2 * MS_NS);
}

static bool
is_waiting(struct feed *f, const struct answer *a)
{
    if (a->what == ASKED_universe && a->tokens.count > 0)
        return feed_named_waits(f, a);
    if (!a->prove || f->in->mono.ns >= a->deadline.ns)
        return false;
    for (uint32_t i = 0; i < a->tokens.count; i++) {
        const struct token *t = feed_token(f, &a->tokens.at[i].token);
        if (t && needs_proof(f, t))
            return true;
    }
    return false;
}

static bool
answer_books(struct feed *f, struct answer *a)
{
    for (; a->at < a->tokens.count; a->at++) {
        const struct hash *id = &a->tokens.at[a->at].token;
        const struct token *t = feed_token(f, id);
        size_t bytes = t ? feed_book_bytes(t) : 0;
        if (!feed_has_room(f, bytes + sizeof(struct book_status), 16))
            return false;
        if (t && feed_token_usable(t)) {
            feed_say_book(f, t, false, &a->to);
            a->sent++;
            continue;
        }
        struct token unknown = { .id = *id, .why = REASON_BOOK_UNUSABLE };
        feed_say_status(f, t ? t : &unknown, &a->to);
        a->missing++;
    }
    return true;
}

bool
feed_answers(struct feed *f)
{
    bool wants_room = false;

    for (unsigned i = 0; i < ANSWERS && f->answers > 0; i++) {
        struct answer *a = &f->answer[i];
        bool all = false;
        if (!a->used || is_waiting(f, a))
            continue;
        switch (a->what) {
        case ASKED_universe:
            all = a->tokens.count > 0 ? feed_named_answer(f, a)
                                      : answer_universe(f, a);
            break;
        case ASKED_books:
            all = answer_books(f, a);
            break;
        case ASKED_grants:
        case asked_end_:
            all = true; /* Nothing we know of. */
            break;
        }
        if (all && feed_may_say(f))
            end(f, a);
        else
            wants_room |= all || !is_waiting(f, a);
    }
    return wants_room;
}

/* Until when it may wait for the venue. */
static struct nanos
deadline_of(const struct feed *f, const struct snapshot_request *m)
{
    struct ms wait = m->what == ASKED_universe ? f->conf.lookup_wait
                                               : f->conf.prove_wait;

    return (struct nanos){ f->in->mono.ns + wait.ms * MS_NS };
}

static void
refuse(struct feed *f, const struct snapshot_request *m, const struct to *to)
{
    struct snapshot_end no = { .what = m->what, .missing = m->tokens.count,
                               .rev = f->rev };

    feed_count(f, FEED_requests_full, 1);
    if (no.missing == 0)
        no.missing = m->what != ASKED_books;
    if (feed_may_say(f))
        say_snapshot_end(f->out, &no, to);
}

void
feed_on_snapshot_request(struct feed *f, const struct snapshot_request *m,
                         const struct input *in, struct outbox *out)
{
    struct answer *a = NULL;

    feed_begin(f, in, out);
    for (unsigned i = 0; i < ANSWERS && !a; i++)
        if (!f->answer[i].used)
            a = &f->answer[i];
    if (!a) {
        struct to to = input_sender(in);
        refuse(f, m, &to);
        feed_end(f);
        return;
    }
    *a = (struct answer){
        .used = true,
        .prove = m->prove,
        .to = input_sender(in),
        .what = m->what,
        .tokens = m->tokens,
        .deadline = deadline_of(f, m),
    };
    f->answers++;
    for (uint32_t i = 0; a->prove && i < m->tokens.count; i++) {
        struct token *t = feed_token(f, &m->tokens.at[i].token);
        if (t && needs_proof(f, t))
            feed_ask_proof(f, t);
    }
    feed_end(f);
}
