/* telling - what riskd shows an operator who asks: status, limits, positions */
/*
 * Lines of text, as many replies; the last one has more = false.
 */
#include "riskd/engine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/must.h"

enum { POSITIONS_SHOWN = 100 };

struct teller {
    struct riskd *x;
    struct outbox *out;
    struct to to;
};

static void
say_line(const struct teller *t, bool more, const char *text)
{
    struct command_reply r = riskd_make_reply(t->x, REASON_none, text);
    r.more = more;
    say_command_reply(t->out, &r, &t->to);
}

__attribute__((format(printf, 2, 3))) static void
line(const struct teller *t, const char *format, ...)
{
    char text[sizeof(struct title)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say_line(t, true, text);
}

/* Amounts of one line, each with room of its own. */
struct amounts {
    char s[8][MICROS_TEXT_CAP];
    int next;
};

static const char *
show(struct amounts *a, int64_t micros)
{
    must(a->next < 8);
    return micros_format(micros, a->s[a->next++]);
}

static void
tell_switches(const struct teller *t)
{
    const struct riskd *x = t->x;
    struct amounts a = { .next = 0 };
    if (riskd_is_any_on_probation(x)) {
        line(t, "on probation; size %s", show(&a, riskd_size(x).ppm));
    }
    if (x->switches.size.ppm != MICROS) {
        line(t, "reduced to %s", show(&a, x->switches.size.ppm));
    }
    for (uint32_t s = 0; s < strategy_end_; s++) {
        if (x->switches.off[s]) {
            line(t, "strategy %s is off", enum_word(&strategy_words, s));
        }
    }
    for (uint32_t i = 0; i < SCOPES_CAP; i++) {
        struct text name;
        scope_name(i, &name);
        if (scope_is_killed(&x->switches.scopes[i])) {
            line(t, "%s is killed, generation %" PRIu64, name.s,
                 x->switches.scopes[i].kills);
        }
    }
    if (riskd_is_latched(x)) {
        line(t, "KILLED, generation %" PRIu64 "; healthy checks in a row: %"
             PRIu64 " of %" PRIu64, x->latch.kill_gen, x->health.streak,
             x->conf.health_checks);
    }
}

void
riskd_tell_status(struct riskd *x, const struct input *in, struct outbox *out)
{
    const struct teller t = { x, out, input_sender(in) };
    struct amounts a = { .next = 0 };
    struct risk_state s;
    char text[sizeof(struct title)];
    riskd_state(x, in->wall, in->mono, &s);
    tell_switches(&t);
    (void)snprintf(text, sizeof text,
                   "%s, mode %s, stage %" PRIu64 ", epoch %" PRIu64
                   "; cash %s, reserved %s, held %s; profit %s, today %s",
                   enum_word(&risk_mode_words, (uint32_t)s.state),
                   enum_word(&mode_words, (uint32_t)s.mode), s.stage, s.epoch,
                   show(&a, s.cash.micros), show(&a, s.reserved.micros),
                   show(&a, s.exposure.micros), show(&a, s.realised.micros),
                   show(&a, s.day_pnl.micros));
    say_line(&t, false, text);
}

void
riskd_tell_limits(struct riskd *x, const struct input *in, struct outbox *out)
{
    const struct teller t = { x, out, input_sender(in) };
    const struct riskd_conf *c = &x->conf;
    const struct books *b = &x->books[riskd_mode_max(x) == MODE_live];
    struct money equity = riskd_capital(b);
    int64_t used = ledger_used(b->ledger).micros;
    struct amounts a = { .next = 0 };
    line(&t, "capital %s (%s books), size %s", show(&a, equity.micros),
         enum_word(&mode_words, (uint32_t)b->mode),
         show(&a, riskd_size(x).ppm));
    line(&t, "one order: %s dollars (0 = any), %s shares",
         show(&a, c->order_max.micros), show(&a, c->shares_max.micros));
    a.next = 0;
    line(&t, "one trade: %s; one event: %s",
         show(&a, share_of(c->trade_max, equity)),
         show(&a, share_of(c->event_max, equity)));
    line(&t, "at work: %s of %s, and of %s in all (0 = any)",
         show(&a, used), show(&a, share_of(c->unsettled_max, equity)),
         show(&a, c->position_max.micros));
    a.next = 0;
    line(&t, "not confirmed: %s bought, %s due",
         show(&a, ledger_provisional(b->ledger, SIDE_buy).micros),
         show(&a, ledger_account(b->ledger, ACCOUNT_due).micros));
    line(&t, "worth as marked %s, best %s, lock %s",
         show(&a, riskd_marked(b).micros), show(&a, b->mark.best.micros),
         show(&a, b->mark.lock.micros));
    a.next = 0;
    char last[sizeof(struct title)];
    (void)snprintf(last, sizeof last, "today's loss: %s of %s",
                   show(&a, riskd_day_loss(b, in->wall)),
                   show(&a, c->daily_loss_max.micros));
    say_line(&t, false, last);
}

static void
tell_lot(const struct teller *t, const struct lot *lot, struct nanos wall)
{
    const struct riskd *x = t->x;
    struct amounts a = { .next = 0 };
    struct ms lock = worth_lock(x->marks.universe, &lot->token, wall);
    struct money cost = worth_lock_cost(lot->cost, x->cash_rate, lock);
    line(t, "%s %02x%02x%02x%02x %.40s: %s shares, cost %s, locked %" PRId64
         " days for %s", enum_word(&strategy_words, (uint32_t)lot->strategy),
         lot->token.b[0], lot->token.b[1], lot->token.b[2], lot->token.b[3],
         lot->event.s, show(&a, lot->qty.micros), show(&a, lot->cost.micros),
         (lock.ms + 86399999) / 86400000, show(&a, cost.micros));
}

void
riskd_tell_positions(struct riskd *x, const struct input *in,
                     struct outbox *out)
{
    const struct teller t = { x, out, input_sender(in) };
    const struct books *b = &x->books[riskd_mode_max(x) == MODE_live];
    char last[sizeof(struct title)];
    uint32_t cap, count = 0;
    const struct lot *lots = ledger_lots(b->ledger, &cap);
    for (uint32_t i = 0; i < cap; i++) {
        if (lots[i].used && ++count <= POSITIONS_SHOWN) {
            tell_lot(&t, &lots[i], in->wall);
        }
    }
    (void)snprintf(last, sizeof last, "%u positions on the %s books", count,
                   enum_word(&mode_words, (uint32_t)b->mode));
    say_line(&t, false, last);
}
