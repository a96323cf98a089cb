/* switches - what operators have set, and how a word changes it */
/*
 * Lowering is any operator's; taking it back to where the configuration
 * stands is an admin's, but for a pause, which whoever may pause may end.
 * No word goes beyond the configuration.  A higher stage takes a sign-off,
 * which any operator may hand in: its gates decide, not the key (stage.c).
 */
#include "riskd/control.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"

enum { PAUSE_MOST_S = 7 * 24 * 3600, MEASURED_MOST = 1000000000 };

void
switches_init(struct switches *s, uint64_t stage)
{
    memset(s, 0, sizeof *s);
    s->paused_until = INT64_MIN;
    s->size.ppm = MICROS;
    s->mode_most = MODE_live;
    s->stage_most = stage;
}

bool
target_is_all(const struct text *target)
{
    return target->s[0] == '\0' || strcmp(target->s, "all") == 0;
}

/* The value of a word, "?" included as none. */
static uint32_t
find_word(const struct enum_table *words, const char *s)
{
    uint32_t value;
    return enum_parse(words, s, &value) ? value : words->count;
}

uint32_t
scope_find(const struct text *target)
{
    static const char strategy[] = "strategy:", venue[] = "venue:";
    uint32_t i;
    if (strncmp(target->s, strategy, sizeof strategy - 1) == 0) {
        i = find_word(&strategy_words, target->s + sizeof strategy - 1);
        return i < strategy_end_ && i != STRATEGY_none ? i : SCOPES_CAP;
    }
    if (strncmp(target->s, venue, sizeof venue - 1) == 0) {
        i = find_word(&venue_words, target->s + sizeof venue - 1);
        return i < venue_end_ ? strategy_end_ + i : SCOPES_CAP;
    }
    return SCOPES_CAP;
}

void
scope_name(uint32_t scope, struct text *out)
{
    bool strategy = scope < strategy_end_;
    memset(out, 0, sizeof *out);
    (void)snprintf(out->s, sizeof out->s, "%s:%s",
                   strategy ? "strategy" : "venue",
                   strategy ? enum_word(&strategy_words, scope)
                            : enum_word(&venue_words, scope - strategy_end_));
}

bool
scope_is_killed(const struct scope *s)
{
    return s->kills > s->clears;
}

bool
scope_is_on_probation(const struct scope *s)
{
    return s->kills > 0 && s->kills == s->clears && !s->proved;
}

static bool
no(enum reason *why, const char **text, enum reason reason, const char *words)
{
    *why = reason;
    *text = words;
    return false;
}

static bool
read_number(const struct text *value, uint64_t most, uint64_t *out)
{
    char *end;
    if (value->s[0] < '0' || value->s[0] > '9') {
        return false;
    }
    unsigned long long v = strtoull(value->s, &end, 10);
    *out = v;
    return *end == '\0' && v <= most;
}

static bool
read_share(const struct text *value, struct ppm *out)
{
    return micros_parse(value->s, strlen(value->s), &out->ppm) &&
           out->ppm >= 0 && out->ppm <= MICROS;
}

static bool
raise_fits(enum role role, bool raises, enum reason *why, const char **text)
{
    return !raises || role == ROLE_ops_admin ||
           no(why, text, REASON_ROLE, "raising what was lowered is an "
                                      "admin's");
}

static bool
mode_fits(const struct switches *s, const struct command *m, enum role role,
          enum reason *why, const char **text)
{
    uint32_t mode = find_word(&mode_words, m->value.s);
    if (mode >= mode_end_) {
        return no(why, text, REASON_BAD_INPUT,
                  "a mode: halted, shadow, paper or live");
    }
    return raise_fits(role, mode > (uint32_t)s->mode_most, why, text);
}

static bool
stage_fits(const struct switches *s, const struct command *m, enum reason *why,
           const char **text)
{
    uint64_t stage;
    if (!read_number(&m->value, 3, &stage)) {
        return no(why, text, REASON_BAD_INPUT, "a stage: 0 to 3");
    }
    if (stage_is_entered(m)) {
        return stage > 0 || no(why, text, REASON_BAD_INPUT,
                               "a stage to enter: 1 to 3");
    }
    return stage <= s->stage_most ||
           no(why, text, REASON_MODE,
              "a higher stage needs a sign-off, not a word");
}

static bool
pause_fits(const struct command *m, enum reason *why, const char **text)
{
    uint64_t seconds;
    return m->value.s[0] == '\0' ||
           (read_number(&m->value, PAUSE_MOST_S, &seconds) && seconds > 0) ||
           no(why, text, REASON_BAD_INPUT,
              "how many seconds (at most a week), or nothing: until resumed");
}

static bool
strategy_fits(const struct command *m, enum reason *why, const char **text)
{
    uint32_t i = find_word(&strategy_words, m->target.s);
    if (i >= strategy_end_ || i == STRATEGY_none) {
        return no(why, text, REASON_BAD_INPUT, "a strategy: A to H");
    }
    return true;
}

bool
measured_read(const struct text *value, uint64_t *same, uint64_t *all)
{
    struct text part = *value;
    char *of = strchr(part.s, '/');
    if (of == NULL) {
        return false;
    }
    *of = '\0';
    if (!read_number(&part, MEASURED_MOST, same)) {
        return false;
    }
    memmove(part.s, of + 1, strlen(of + 1) + 1);
    return read_number(&part, MEASURED_MOST, all) && *same <= *all;
}

bool
drill_read(const struct command *m, uint64_t *generation)
{
    return strcmp(m->target.s, "drill") == 0 &&
           read_number(&m->value, INT64_MAX, generation);
}

static bool
measured_fits(const struct command *m, enum reason *why, const char **text)
{
    uint64_t same, all;
    return drill_read(m, &all) ||
           (strcmp(m->target.s, "signals") == 0 &&
            measured_read(&m->value, &same, &all)) ||
           no(why, text, REASON_BAD_INPUT,
              "signals, and how many were the same: SAME/ALL; or drill, "
              "and the kill it was, 0 = it did not pass");
}

bool
switches_fit(const struct switches *s, const struct command *m, enum role role,
             enum reason *why, const char **text)
{
    struct ppm size;
    switch (m->verb) {
    case VERB_mode: return mode_fits(s, m, role, why, text);
    case VERB_stage: return stage_fits(s, m, why, text);
    case VERB_pause: return pause_fits(m, why, text);
    case VERB_disable:
    case VERB_enable: return strategy_fits(m, why, text);
    case VERB_reduce:
        if (!read_share(&m->value, &size)) {
            return no(why, text, REASON_BAD_INPUT, "a share from 0 to 1");
        }
        return raise_fits(role, size.ppm > s->size.ppm, why, text);
    case VERB_kill:
    case VERB_clear:
        return target_is_all(&m->target) ||
               scope_find(&m->target) < SCOPES_CAP ||
               no(why, text, REASON_BAD_INPUT,
                  "all, strategy:NAME or venue:NAME");
    case VERB_measured: return measured_fits(m, why, text);
    case VERB_resume:
    case VERB_flatten:
    case VERB_status:
    case VERB_limits:
    case VERB_positions:
    case VERB_alerts:
    case VERB_ack:
    case VERB_reload: return true;
    case verb_end_: break;
    }
    return no(why, text, REASON_BAD_INPUT, "no such command");
}

static void
apply_to_scope(struct switches *s, const struct command *m)
{
    uint32_t i = scope_find(&m->target);
    if (i >= SCOPES_CAP) {
        return;
    }
    if (m->verb == VERB_kill) {
        s->scopes[i].kills++;
    } else {
        s->scopes[i].clears = s->scopes[i].kills;
    }
    s->scopes[i].proved = false;
}

static void
apply_pause(struct switches *s, const struct command *m, struct nanos wall)
{
    uint64_t seconds;
    if (m->value.s[0] == '\0' ||
        !read_number(&m->value, PAUSE_MOST_S, &seconds)) {
        s->paused_until = INT64_MAX;
        return;
    }
    int64_t until = wall.ns + (int64_t)seconds * 1000000000;
    s->paused_until = until > s->paused_until ? until : s->paused_until;
}

static void
apply_stage(struct switches *s, const struct command *m, struct nanos wall)
{
    uint64_t stage = 0;
    (void)read_number(&m->value, 3, &stage);
    s->stage_most = stage;
    if (stage_is_rolled_back(m)) {
        const char *from = strchr(m->target.s, ':') + 1;
        s->rollback = (struct riskd_rollback){ .at = wall, .to = stage,
                                               .cause = m->reason };
        s->rollback.from = strtoull(from, NULL, 10);
    }
}

void
switches_apply(struct switches *s, const struct command *m, struct nanos wall)
{
    enum reason why;
    const char *text;
    /* An accepted word of an older program may mean nothing to this one. */
    if (!switches_fit(s, m, ROLE_ops_admin, &why, &text)) {
        return;
    }
    switch (m->verb) {
    case VERB_mode:
        s->mode_most = (enum mode)find_word(&mode_words, m->value.s);
        return;
    case VERB_stage: apply_stage(s, m, wall); return;
    case VERB_pause: apply_pause(s, m, wall); return;
    case VERB_resume:
        s->paused_until = INT64_MIN;
        s->flatten = false;
        return;
    case VERB_flatten:
        s->paused_until = INT64_MAX;
        s->flatten = true;
        return;
    case VERB_disable:
    case VERB_enable:
        s->off[find_word(&strategy_words, m->target.s)] =
            m->verb == VERB_disable;
        return;
    case VERB_reduce: (void)read_share(&m->value, &s->size); return;
    case VERB_kill:
    case VERB_clear: apply_to_scope(s, m); return;
    case VERB_status:
    case VERB_limits:
    case VERB_positions:
    case VERB_alerts:
    case VERB_ack:
    case VERB_measured:
    case VERB_reload: return;
    case verb_end_: break;
    }
    unreachable();
}

void
switches_digest(const struct switches *s, struct digest *d)
{
    const int64_t numbers[] = { s->paused_until, s->size.ppm, s->mode_most,
                                (int64_t)s->stage_most, s->flatten,
                                s->rollback.at.ns };
    digest_add(d, numbers, sizeof numbers);
    digest_add(d, s->off, sizeof s->off);
    for (uint32_t i = 0; i < SCOPES_CAP; i++) {
        const struct scope *c = &s->scopes[i];
        const uint64_t scope[] = { c->kills, c->clears, c->proved };
        digest_add(d, scope, sizeof scope);
    }
}

bool
nonce_is_old(const struct nonces *n, uint64_t nonce)
{
    for (uint32_t i = 0; i < NONCES_CAP; i++) {
        if (nonce != 0 && n->nonce[i] == nonce) {
            return true;
        }
    }
    return false;
}

bool
nonces_have_room(const struct nonces *n, struct nanos wall)
{
    return n->nonce[n->next] == 0 || n->expires[n->next] <= wall.ns;
}

void
nonce_remember(struct nonces *n, uint64_t nonce, int64_t expires)
{
    if (nonce == 0 || nonce_is_old(n, nonce)) {
        return;
    }
    n->nonce[n->next] = nonce;
    n->expires[n->next] = expires;
    n->next = (n->next + 1) % NONCES_CAP;
}
