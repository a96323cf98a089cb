/* kill - the latch as the shell reads it, and who asked for it */
/*
 * riskd does not decide whether the kill switch is on: a file does, under a
 * kernel lock (common/latch).  A kill command is written down; the shell
 * sees that, pulls the latch outside the gate, and the latch_state it reads
 * back is the proof that the switch is durable and the send path fenced.
 * Only then is the asker answered.  A kill is never refused, not for being
 * late, not for being said twice.
 *
 * Each change of the latch is said as a risk event, on disk before anything
 * else is said: a file that is gone or older than that is no word that the
 * switch is off (daemon_knows_latch).
 */
#include "riskd/engine.h"

#include "common/must.h"

/* The shell waits half a second for the gate before it takes it by force. */
#define KILL_WAIT_NS (3LL * 1000 * 1000 * 1000)

/* Answers the kills that have waited since before `before`. */
static void
answer_kills(struct riskd *x, int64_t before, const struct command_reply *r,
             struct outbox *out)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < x->kills_count; i++) {
        if (x->kills[i].asked.ns <= before) {
            say_command_reply(out, r, &x->kills[i].to);
        } else {
            x->kills[kept++] = x->kills[i];
        }
    }
    x->kills_count = kept;
}

void
riskd_answer_kills(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct command_reply r =
        riskd_make_reply(x, REASON_TIMEOUT,
                         "the latch was not pulled in time; use `arb kill "
                         "--direct`, which needs no process");
    answer_kills(x, in->mono.ns - KILL_WAIT_NS, &r, out);
}

/* One that is not known yet; pulled and cleared while we were away, it is a
 * higher number. */
bool
riskd_is_new_kill(const struct riskd *x, bool on, uint64_t kill_gen)
{
    return kill_gen > x->kill_said || (on && kill_gen != x->kill_said);
}

void
riskd_on_latch_state(struct riskd *x, const struct latch_state *m,
                     const struct input *in, struct outbox *out)
{
    bool is_news = m->latched != x->kill_on || m->kill_gen != x->kill_said;
    x->latch = *m;
    x->latch_known = true;
    struct risk_event_says says = {
        .rule = m->latched ? "kill" : "clear",
        .metric = "kill_gen",
        .scope = text_is_sane(&m->actor) ? m->actor.s : "?",
        .unit = "generations",
        .value = riskd_whole(m->kill_gen),
        .threshold = riskd_whole(m->clear_gen),
        .severity = m->latched ? SEVERITY_critical : SEVERITY_info,
        .action = m->latched ? ACTION_kill : ACTION_log,
    };
    if (is_news) {
        x->stopping = x->stopping && !riskd_is_new_kill(x, m->latched,
                                                        m->kill_gen);
        if (m->kill_gen > x->kill_said) {
            riskd_count_kills(x, m->kill_gen, m->kill_gen - x->kill_said, in,
                              out);
        }
        x->kill_on = m->latched;
        x->kill_said = m->kill_gen;
        x->counters[RISKD_kills] += m->latched;
        if (m->latched) {
            riskd_forget_health(x, in);
        }
        riskd_say_event(x, out, &says);
        x->alarm = false; /* That of before is what the kill was for. */
    }
    if (m->latched) {
        struct command_reply r = riskd_make_reply(
            x, REASON_none, "killed: durable, the send path is fenced");
        answer_kills(x, in->mono.ns, &r, out);
    }
    riskd_answer_clear(x, in, out);
    riskd_say_state(x, in, out);
}

bool
riskd_last_kill(const struct riskd *x, uint64_t *kill_gen)
{
    *kill_gen = x->kill_said;
    return x->kill_on;
}

/* Written down, so that the shell pulls; the answer follows when the latch is
 * on. */
void
riskd_ask_kill(struct riskd *x, const struct command *m,
               const struct input *in, struct outbox *out)
{
    struct to to = input_sender(in);
    if (x->kills_count < KILLS_CAP && to.peer != 0) {
        x->kills[x->kills_count++] = (struct asked_kill){ to, in->mono };
    }
    x->stopping = true;
    x->stop_said = in->mono;
    say_command(out, m, NULL);
}
