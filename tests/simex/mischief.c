/* mischief - a script of what goes wrong, and when
 *
 * Only reads; hub_acts.c does the deeds. */
#include "tests/simex/mischief.h"

#include "common/must.h"
#include "proto/units.h"

#include <string.h>

#define WORDS 6

/* What follows an act's name: t = a target, n = a number, i = one that may
 * be negative, s = seconds. */
static const struct { const char *name, *form; } acts[] = {
    [ACT_DROP] = { "drop", "t" },
    [ACT_FREEZE] = { "freeze", "ts" },
    [ACT_SILENCE] = { "silence", "s" },
    [ACT_WRONG_HASH] = { "wrong_hash", "t" },
    [ACT_GAP] = { "gap", "t" },
    [ACT_DUPLICATE] = { "duplicate", "" },
    [ACT_REORDER] = { "reorder", "" },
    [ACT_LATENCY] = { "latency", "ns" },
    [ACT_STATUS] = { "status", "ns" },
    [ACT_SLOW] = { "slow", "ns" },
    [ACT_TICK] = { "tick", "t" },
    [ACT_CUT_BEFORE] = { "cut_before", "n" },
    [ACT_CUT_AFTER] = { "cut_after", "n" },
    [ACT_CUT_CANCEL] = { "cut_cancel", "n" },
    [ACT_FAIL_AFTER] = { "fail_after", "n" },
    [ACT_REFUSE] = { "refuse", "tn" },
    [ACT_SOFT] = { "soft", "n" },
    [ACT_TORN] = { "torn", "n" },
    [ACT_NO_ID] = { "no_id", "n" },
    [ACT_WRONG_ID] = { "wrong_id", "n" },
    [ACT_NEW_WORD] = { "new_word", "n" },
    [ACT_RACE] = { "race", "n" },
    [ACT_SKIM] = { "skim", "n" },
    [ACT_MEET] = { "meet", "" },
    [ACT_LAG] = { "lag", "s" },
    [ACT_KEEP] = { "keep", "n" },
    [ACT_EDGE] = { "edge", "s" },
    [ACT_CANCEL_ONLY] = { "cancel_only", "s" },
    [ACT_POST_ONLY] = { "post_only", "s" },
    [ACT_DISABLED] = { "disabled", "s" },
    [ACT_ALLOWANCE] = { "allowance", "s" },
    [ACT_DRAIN] = { "drain", "t" },
    [ACT_CLOCK] = { "clock", "is" },
    [ACT_FAIL] = { "fail", "n" },
    [ACT_RETRY] = { "retry", "n" },
    [ACT_STUCK] = { "stuck", "ns" },
    [ACT_FOREIGN] = { "foreign", "" },
    [ACT_SWEEP] = { "sweep", "" },
    [ACT_USER_DROP] = { "user_drop", "" },
    [ACT_USER_FREEZE] = { "user_freeze", "s" },
    [ACT_USER_LATE] = { "user_late", "ns" },
    [ACT_USER_TWICE] = { "user_twice", "n" },
    [ACT_USER_AGAIN] = { "user_again", "ns" },
    [ACT_CHAIN_AWAY] = { "chain_away", "ts" },
    [ACT_CHAIN_WRONG] = { "chain_wrong", "ts" },
    [ACT_CHAIN_BEHIND] = { "chain_behind", "ts" },
    [ACT_CHAIN_SLOW] = { "chain_slow", "ns" },
    [ACT_CHAIN_STALL] = { "chain_stall", "s" },
    [ACT_CHAIN_DROP] = { "chain_drop", "n" },
    [ACT_CHAIN_LOSE] = { "chain_lose", "n" },
    [ACT_CHAIN_REVERT] = { "chain_revert", "n" },
    [ACT_CHAIN_REORG] = { "chain_reorg", "" },
    [ACT_CHAIN_STEAL] = { "chain_steal", "" },
    [ACT_RELAY_AWAY] = { "relay_away", "s" },
    [ACT_RELAY_LOSE] = { "relay_lose", "n" },
    [ACT_RELAY_DROP] = { "relay_drop", "n" },
    [ACT_RELAY_BUSY] = { "relay_busy", "n" },
    [ACT_RELAY_FAIL] = { "relay_fail", "n" },
};
#define KINDS (sizeof acts / sizeof acts[0])

const char *
act_name(enum act_kind kind)
{
    must((size_t)kind < KINDS);
    return acts[kind].name;
}

struct word { const char *s; size_t size; };

static bool
is_word(const struct word *w, const char *text)
{
    return w->size == strlen(text) && memcmp(w->s, text, w->size) == 0;
}

static size_t
split(const char *s, size_t size, struct word words[WORDS])
{
    size_t count = 0, i = 0;
    while (i < size && count < WORDS) {
        while (i < size && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r'))
            i++;
        if (i == size || s[i] == '#')
            break;
        words[count].s = s + i;
        while (i < size && s[i] != ' ' && s[i] != '\t' && s[i] != '\r')
            i++;
        words[count].size = (size_t)(s + i - words[count].s);
        count++;
    }
    return count;
}

/* Seconds or a plain number as thousandths of it. */
static bool
read_thousandths(const struct word *w, int64_t *out)
{
    int64_t micros;
    if (!micros_parse(w->s, w->size, &micros) ||
        micros < -INT64_C(100000000) * MICROS ||
        micros > INT64_C(100000000) * MICROS)
        return false;
    *out = micros / 1000;
    return true;
}

static bool
read_act(const struct word *words, size_t count, struct act *a)
{
    size_t kind = 0;
    if (count < 3 || !is_word(&words[0], "at") ||
        !read_thousandths(&words[1], &a->at_ms) || a->at_ms < 0)
        return false;
    while (kind < KINDS && !is_word(&words[2], acts[kind].name))
        kind++;
    if (kind == KINDS || count != 3 + strlen(acts[kind].form))
        return false;
    a->kind = (enum act_kind)kind;
    for (size_t i = 0; acts[kind].form[i]; i++) {
        const struct word *w = &words[3 + i];
        int64_t n = 0;
        if (acts[kind].form[i] == 't') {
            if (w->size >= sizeof a->target)
                return false;
            memcpy(a->target, w->s, w->size);
        } else if (!read_thousandths(w, &n) ||
                   (n < 0 && acts[kind].form[i] != 'i')) {
            return false;
        } else if (acts[kind].form[i] == 's') {
            a->length_ms = n;
        } else {
            a->number = n / 1000;
        }
    }
    return true;
}

bool
mischief_read(struct mischief *m, const char *text, size_t size,
              struct why *why)
{
    size_t line = 0;
    memset(m, 0, sizeof *m);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        struct word words[WORDS];
        size_t count = split(text + at, length, words);
        line++;
        at += length + 1;
        if (count == 0)
            continue;
        if (m->count == ACTS)
            return why_set(why, "line %zu: more than %d acts", line, ACTS);
        if (!read_act(words, count, &m->acts[m->count]))
            return why_set(why, "line %zu: not understood", line);
        m->count++;
    }
    return true;
}
