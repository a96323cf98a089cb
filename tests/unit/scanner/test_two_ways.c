/* test_two_ways - feed publishes and answers on two sockets, and nothing says
 * which of the two is heard first
 *
 * A small feed says what the real one would; each way keeps its order, the
 * two are mixed by chance.  Whatever the mixture, a usable book is one that
 * feed gave and did not take back, and in the end every book is there. */
#include "tests/unit/scanner/world.h"

#include <stdio.h>

enum { TOKENS = 6, WORDS = 4096 };

enum word_kind { WORD_BOOK, WORD_CHANGE, WORD_STATUS, WORD_END };

struct word {
    enum word_kind kind;
    uint32_t token;
    uint64_t epoch, seq, req;
    enum book_state state;
};

/* What was said one way and not yet heard. */
struct way {
    struct word at[WORDS];
    uint32_t head, count;
};

struct asked_for {
    struct snapshot_request m;
    uint64_t req;
};

struct origin {
    struct world *w;
    uint64_t chance, epoch;
    struct { uint64_t epoch, seq; bool usable; } token[TOKENS];
    uint64_t void_before[TOKENS]; /* As scanner was told. */
    struct way published, answered;
    struct asked_for asked[64];
    uint32_t asked_count;
};

static uint32_t
draw(struct origin *v, uint32_t most)
{
    v->chance = v->chance * UINT64_C(6364136223846793005) +
                UINT64_C(1442695040888963407);
    return (uint32_t)(v->chance >> 33) % most;
}

static void
put(struct way *way, struct word word)
{
    must(way->count < WORDS);
    way->at[(way->head + way->count++) % WORDS] = word;
}

static struct word
word_of(const struct origin *v, enum word_kind kind, uint32_t token)
{
    return (struct word){ .kind = kind, .token = token,
                          .epoch = v->token[token].epoch,
                          .seq = v->token[token].seq,
                          .state = BOOK_STATE_resync };
}

/* One thing happens to one book. */
static void
happen(struct origin *v)
{
    uint32_t token = draw(v, TOKENS), what = draw(v, 10);
    struct word word;

    if (!v->token[token].usable) {
        v->token[token].usable = true;
        v->token[token].seq++;
        put(&v->published, word_of(v, WORD_BOOK, token));
    } else if (what == 0) {
        v->token[token].usable = false;
        v->token[token].epoch = ++v->epoch;
        v->token[token].seq = 0;
        word = word_of(v, WORD_STATUS, token);
        word.state = draw(v, 2) ? BOOK_STATE_resync : BOOK_STATE_stale;
        put(&v->published, word);
    } else {
        v->token[token].seq++;
        put(&v->published, word_of(v, what < 3 ? WORD_BOOK : WORD_CHANGE,
                                   token));
    }
}

static uint32_t
token_of(const struct hash *id)
{
    return id->b[31];
}

static void
answer(struct origin *v)
{
    struct asked_for a = v->asked[0];

    memmove(v->asked, v->asked + 1, --v->asked_count * sizeof v->asked[0]);
    for (uint32_t i = 0; i < a.m.tokens.count; i++) {
        uint32_t token = token_of(&a.m.tokens.at[i].token);
        struct word word = word_of(v, v->token[token].usable ? WORD_BOOK
                                                             : WORD_STATUS,
                                   token);

        word.req = a.req;
        put(&v->answered, word);
    }
    put(&v->answered, (struct word){ .kind = WORD_END, .req = a.req,
                                     .token = a.m.what });
}

static void
take_requests(struct origin *v)
{
    for (uint32_t i = 0; i < v->w->asked; i++) {
        must(v->asked_count < 64);
        v->asked[v->asked_count++] = (struct asked_for){ v->w->request[i],
                                                         v->w->req[i] };
    }
    world_forget(v->w);
}

static void
say_book(struct origin *v, const struct word *word)
{
    struct book_snapshot m;

    v->w->epoch = word->epoch;
    v->w->seq[word->token] = word->seq - 1;
    m = world_snapshot(v->w, word->token, 300000, 0, (int64_t)word->seq);
    WORLD_SAY(v->w, book_snapshot, &m);
}

static void
list_all(struct world *w)
{
    for (uint32_t i = 0; i < TOKENS / 2; i++) {
        char name[2] = { (char)('a' + i), '\0' };

        world_event(w, name, i, 1);
    }
}

static void
hear(struct origin *v, struct way *way)
{
    struct word word = way->at[way->head];
    struct book_status status = { .token = world_token(word.token),
                                  .epoch = word.epoch, .state = word.state,
                                  .reason = REASON_GAP };

    way->head = (way->head + 1) % WORDS;
    way->count--;
    v->w->in.req = word.req;
    switch (word.kind) {
    case WORD_BOOK:
        say_book(v, &word);
        break;
    case WORD_CHANGE:
        v->w->epoch = word.epoch;
        v->w->seq[word.token] = word.seq - 1;
        world_change(v->w, word.token, SIDE_buy, 300000, (int64_t)word.seq);
        break;
    case WORD_STATUS:
        if (word.req == 0)
            v->void_before[word.token] = word.epoch;
        WORLD_SAY(v->w, book_status, &status);
        break;
    case WORD_END:
        if (word.token == ASKED_universe)
            list_all(v->w);
        world_answer_end(v->w, word.req, (enum asked)word.token);
        break;
    }
    v->w->in.req = 0;
    take_requests(v);
}

static void
check_truth(const struct origin *v)
{
    for (uint32_t i = 0; i < TOKENS; i++) {
        const struct book *b = scanner_book(v->w->x, i);

        if (!b->usable)
            continue;
        assert_true(b->epoch >= v->void_before[i]);
        assert_true(b->epoch <= v->token[i].epoch);
        assert_int_equal(b->bids.at[0].size.micros,
                         (int64_t)b->seq * MICROS);
    }
}

static void
pass(struct origin *v, int64_t ms)
{
    world_wait(v->w, ms);
    world_heartbeat(v->w);
    world_tick(v->w);
    take_requests(v);
}

/* Everything said is heard, everything asked is answered. */
static void
settle(struct origin *v)
{
    while (v->asked_count > 0 || v->answered.count > 0 ||
           v->published.count > 0) {
        if (v->asked_count > 0)
            answer(v);
        if (v->published.count > 0)
            hear(v, &v->published);
        else if (v->answered.count > 0)
            hear(v, &v->answered);
        check_truth(v);
    }
}

static struct origin *
open_origin(uint64_t chance)
{
    struct origin *v = calloc(1, sizeof *v);

    must(v != NULL);
    v->chance = chance;
    v->w = world_open();
    v->w->own.pending_max = 64;
    v->epoch = v->w->epoch;
    world_start(v->w);
    world_heartbeat(v->w);
    for (uint32_t i = 0; i < TOKENS; i++)
        v->token[i].epoch = ++v->epoch;
    list_all(v->w);
    take_requests(v);
    return v;
}

static void
close_origin(struct origin *v)
{
    world_close(v->w);
    free(v);
}

/* Every book feed can give is here, and is the one it has. */
static void
check_all(struct origin *v, uint64_t chance)
{
    for (uint32_t i = 0; i < TOKENS; i++) {
        const struct book *b = scanner_book(v->w->x, i);

        if (b->usable != v->token[i].usable ||
            (b->usable && (b->epoch != v->token[i].epoch ||
                           b->seq != v->token[i].seq)))
            fail_msg("chance %llu, token %u: %llu/%llu, feed has %llu/%llu",
                     (unsigned long long)chance, i,
                     (unsigned long long)b->epoch,
                     (unsigned long long)b->seq,
                     (unsigned long long)v->token[i].epoch,
                     (unsigned long long)v->token[i].seq);
    }
}

static void
any_mixture_of_the_two_ways_ends_with_every_book(void **state)
{
    (void)state;
    for (uint64_t chance = 1; chance <= 400; chance++) {
        struct origin *v = open_origin(chance);
        uint32_t slow = draw(v, 3); /* The way that is mostly late. */

        for (int step = 0; step < 1500; step++) {
            uint32_t what = draw(v, 16);

            if (what < 4)
                happen(v);
            else if (what < 9 && v->published.count > 0 &&
                     (slow != 1 || draw(v, 8) == 0))
                hear(v, &v->published);
            else if (what < 13 && v->answered.count > 0 &&
                     (slow != 2 || draw(v, 8) == 0))
                hear(v, &v->answered);
            else if (what < 15 && v->asked_count > 0)
                answer(v);
            else if (what == 15)
                pass(v, draw(v, 20));
            if (what == 15 && draw(v, 100) == 0) {
                world_lose(v->w);
                take_requests(v);
            }
            check_truth(v);
        }
        settle(v);
        for (int i = 0; i < 3; i++) {
            pass(v, 3000); /* The longest pause before it is asked again. */
            settle(v);
        }
        check_all(v, chance);
        close_origin(v);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_mixture_of_the_two_ways_ends_with_every_book),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
