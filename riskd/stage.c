/* stage - a stage is entered by a sign-off, and taken back by a rule */
/*
 * Entered: what `arb go-no-go` found at one record of our journal is said to
 * us in one line (signoff_text), by a key that may.  It must be of the
 * configuration, rules and build that run, of today, and younger than the
 * last rollback; and every requirement of the stage is asked once more, now.
 *
 * Taken back: the lower stage and the mode shadow are written down before the
 * rule's own step and its kill, as an operator's words would be, so that no
 * crash and no resume gives the stage back.  tests/model/stage.pml says why
 * the order matters.
 */
#include "riskd/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "riskd/rules_file.h"

#define VALID_NS (86400LL * 1000 * 1000 * 1000)
#define SECOND_NS (1000LL * 1000 * 1000)

static const char rolled[] = "rollback:";

bool
stage_is_entered(const struct command *m)
{
    return m->verb == VERB_stage && strcmp(m->target.s, "enter") == 0;
}

bool
stage_is_rolled_back(const struct command *m)
{
    return m->verb == VERB_stage &&
           strncmp(m->target.s, rolled, sizeof rolled - 1) == 0;
}

void
riskd_identity(struct riskd *x, uint64_t config, const char *build)
{
    x->config = config;
    (void)text_set(&x->build, build);
}

/* The first eight bytes are enough to tell two builds or rules apart by
 * mistake; who means harm has the key anyway. */
static uint64_t
head_of(const uint8_t hash[32])
{
    uint64_t head = 0;
    for (int i = 0; i < 8; i++) {
        head = head << 8 | hash[i];
    }
    return head;
}

static uint64_t
build_head(const char *build)
{
    uint8_t hash[32];
    sha256(build, strlen(build), hash);
    return head_of(hash);
}

void
riskd_signoff_text(const struct riskd_signoff *s, struct text *out)
{
    char line[sizeof out->s];
    (void)snprintf(line, sizeof line,
                   "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %" PRId64,
                   s->config, head_of(s->rules.b), build_head(s->build),
                   (int64_t)(s->at.ns / SECOND_NS));
    (void)text_set(out, line);
}

struct said_signoff { uint64_t config, rules, build; int64_t at; };

static bool
read_signoff(const struct text *line, struct said_signoff *out)
{
    uint64_t *const words[] = { &out->config, &out->rules, &out->build };
    const char *s = line->s;
    for (size_t i = 0; i < 3; i++, s += 17) {
        char *end;
        if (strlen(s) < 18 || strspn(s, "0123456789abcdef") != 16) {
            return false;
        }
        *words[i] = strtoull(s, &end, 16);
    }
    size_t digits = strspn(s, "0123456789");
    out->at = digits > 0 && digits < 12 ? strtoll(s, NULL, 10) : 0;
    return out->at > 0 && out->at <= INT64_MAX / SECOND_NS &&
           s[digits] == '\0';
}

static bool
no(enum reason *why, const char **text, enum reason reason, const char *words)
{
    *why = reason;
    *text = words;
    return false;
}

static bool
is_same(const struct riskd *x, const struct said_signoff *s, enum reason *why,
        const char **text)
{
    const struct rule_set *set = riskd_rule_set(x);
    if (set == NULL) {
        return no(why, text, REASON_RULE,
                  "no rules are in force: nothing says that it may begin");
    }
    if (s->config != x->config) {
        return no(why, text, REASON_CONFLICT,
                  "the sign-off is of another configuration");
    }
    if (s->rules != head_of(set->digest.b)) {
        return no(why, text, REASON_CONFLICT,
                  "the sign-off is of other rules");
    }
    return s->build == build_head(x->build.s) ||
           no(why, text, REASON_CONFLICT, "the sign-off is of another build");
}

static bool
is_of_today(const struct riskd *x, const struct said_signoff *s,
            struct nanos wall, enum reason *why, const char **text)
{
    int64_t at = s->at * SECOND_NS;
    if (at > wall.ns) {
        return no(why, text, REASON_BAD_INPUT,
                  "the sign-off is of the future");
    }
    if (wall.ns - at > VALID_NS) {
        return no(why, text, REASON_EXPIRED,
                  "the sign-off has expired: it is good for a day");
    }
    return at > x->switches.rollback.at.ns ||
           no(why, text, REASON_EXPIRED,
              "a stage was rolled back since this sign-off");
}

static bool
is_next(const struct riskd *x, uint64_t stage, enum reason *why,
        const char **text)
{
    if (stage > x->conf.stage) {
        return no(why, text, REASON_MODE,
                  "this configuration does not go so far: start with that "
                  "stage's profile first");
    }
    if (stage != riskd_stage(x) + 1) {
        return no(why, text, REASON_MODE,
                  "stages are entered one after the other");
    }
    if (riskd_is_latched(x) || !riskd_is_sound(x)) {
        return no(why, text, REASON_LATCHED,
                  "not under a kill, nor with books that do not add up");
    }
    return true;
}

/* Text is x's own until the next question. */
static bool
are_gates_open(struct riskd *x, uint64_t stage, struct nanos wall,
               enum reason *why, const char **text)
{
    uint32_t gates = (uint32_t)PHASE_EXIT << (stage - 1) |
                     (uint32_t)PHASE_ENTER << stage | PHASE_SIGNOFF;
    const char *verdict;
    const struct rule *r = riskd_gate_shut(x, gates, wall, &verdict);
    if (r == NULL) {
        return verdict != NULL ||
               no(why, text, REASON_RULE,
                  "no rule asks anything at its gates");
    }
    return no(why, text, REASON_RULE, riskd_say_gate(x, r, verdict));
}

bool
riskd_may_enter(struct riskd *x, const struct command *m,
                const struct input *in, enum reason *why, const char **text)
{
    struct said_signoff s = { 0 };
    uint64_t stage = strtoull(m->value.s, NULL, 10); /* switches_fit. */
    if (!read_signoff(&m->reason, &s)) {
        return no(why, text, REASON_BAD_INPUT,
                  "a higher stage needs a sign-off: arb stage enter");
    }
    return is_next(x, stage, why, text) && is_same(x, &s, why, text) &&
           is_of_today(x, &s, in->wall, why, text) &&
           are_gates_open(x, stage, in->wall, why, text);
}

static void
say_word(struct riskd *x, const struct command *m, const struct input *in,
         struct outbox *out)
{
    riskd_audit(x, m, REASON_none, out);
    say_command(out, m, NULL);
    switches_apply(&x->switches, m, in->wall);
}

void
riskd_roll_back(struct riskd *x, const struct rule_step_taken *s,
                const struct input *in, struct outbox *out)
{
    char words[sizeof(struct text)], value[MICROS_TEXT_CAP],
        limit[MICROS_TEXT_CAP];
    struct command m = { .verb = VERB_stage };
    uint64_t to = s->stage > 0 ? s->stage - 1 : 0;
    (void)text_set(&m.actor, "riskd");
    (void)snprintf(words, sizeof words, "%s%" PRIu64, rolled, s->stage);
    (void)text_set(&m.target, words);
    (void)snprintf(words, sizeof words, "%" PRIu64, to);
    (void)text_set(&m.value, words);
    (void)snprintf(words, sizeof words, "%s %s %s %s %s", s->rule->id,
                   metric_rows[s->rule->metric].name,
                   micros_format(value_micros(&s->value), value),
                   rule_op_words[s->rule->op],
                   micros_format(s->rule->threshold, limit));
    (void)text_set(&m.reason, words);
    say_word(x, &m, in, out);
    if (x->switches.mode_most > MODE_shadow) {
        m.verb = VERB_mode;
        memset(&m.target, 0, sizeof m.target);
        (void)text_set(&m.value, enum_word(&mode_words, MODE_shadow));
        say_word(x, &m, in, out);
    }
}

bool
riskd_rolled_back(const struct riskd *x, struct riskd_rollback *out)
{
    *out = x->switches.rollback;
    return out->at.ns != 0;
}
