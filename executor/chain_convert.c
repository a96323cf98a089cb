/* chain_convert - NO of some questions of an event into dollars and YES of the
 * others */

/* Before anything is signed the chain is asked how many questions the event
 * has by now, for YES of one that was added would come as well, what it keeps
 * of a conversion, and for each question whether its token is the one we mean:
 * a bit that stands for another question converts something else.  Of what was
 * signed before a restart nothing of this matters any more; only what to look
 * for afterwards does, and the errand names that. */

#include "executor/chain_own.h"

#include "executor/encode/eip712.h"

enum { PART_count, PART_fee, PART_tokens, BIPS = 10000 };

void
chain_convert_question(struct chain *c, struct call *q)
{
    const struct chain_conversion *v = &c->g.e->of.conversion;
    struct hash question = v->event;

    if (c->g.part == PART_count) {
        call_question_count(q, &v->event);
    } else if (c->g.part == PART_fee) {
        call_fee_bips(q, &v->event);
    } else {
        uint32_t i = c->g.part - PART_tokens;
        question.b[31] = (uint8_t)i;
        call_neg_position_id(q, &question, (v->gone >> i & 1) == 0);
    }
}

/* As the contract rounds what it keeps. */
static bool
keeps(const struct chain_errand *of, uint64_t bips)
{
    int64_t kept;

    return bips <= BIPS &&
           muldiv_down(of->qty.micros, (int64_t)bips, BIPS, &kept) &&
           of->qty.micros - kept == of->conversion.made.micros;
}

enum convert_look
chain_convert_take(struct chain *c, const struct hash *word,
                   const char **words)
{
    const struct chain_errand *of = &c->g.e->of;
    const struct chain_conversion *v = &of->conversion;
    uint64_t n;
    bool number = word_count(word, &n);

    if (c->g.versions > 0)
        return CONVERT_good;
    if (c->g.part == PART_count) {
        *words = "the event has other questions by now";
        return number && n == v->count ? CONVERT_more : CONVERT_bad;
    }
    if (c->g.part == PART_fee) {
        *words = "what the venue keeps of a conversion is not strategy.c_fee";
        return number && keeps(of, n) ? CONVERT_more : CONVERT_bad;
    }
    *words = "these tokens are not this event's";
    if (!hash_equal(word, &v->token[c->g.part - PART_tokens]))
        return CONVERT_bad;
    return c->g.part + 1 == PART_tokens + v->count ? CONVERT_good
                                                   : CONVERT_more;
}

void
chain_convert_call(const struct chain_errand *of, struct call *call)
{
    struct hash set = word_of_count(of->conversion.gone);

    call_convert(call, &of->conversion.event, &set, of->qty);
}

struct money
chain_convert_cash(const struct chain_errand *of)
{
    int64_t gone = __builtin_popcountll(of->conversion.gone);

    return (struct money){ (gone - 1) * of->conversion.made.micros };
}
