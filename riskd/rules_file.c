/* rules_file - the rules of deploy/rules, checked */
/*
 * A file is a mapping from a rule's id to its keys, so common/conf_yaml reads
 * it; what a key may say is in the table at the foot.  Every mistake is told,
 * with its place: a person who edits rules sees all of them at once.
 */
#include "riskd/rules_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_file.h"
#include "common/conf_yaml.h"
#include "common/digest.h"
#include "common/must.h"
#include "riskd/metric.h"

enum { WORD_CAP = 64 };

/* The keys, each at most once. */
enum key {
    KEY_kind, KEY_metric, KEY_op, KEY_threshold, KEY_for, KEY_severity,
    KEY_action, KEY_phases, KEY_source, KEY_pause, KEY_cooldown, KEY_recover,
    KEY_shadow, KEY_advisory, KEY_absent, KEY_said,
    KEYS,
    KEYS_NEEDED = KEY_source + 1
};

struct reading {
    struct rule_set *set;
    struct complaints *bad;
    const char *file;
    struct digest *sha;
    /* The rule under way: */
    bool open;
    char id[WORD_CAP];
    unsigned line;
    uint32_t given;           /* Bits of enum key. */
    struct conf_item item;    /* The key under way. */
    struct rule rule;
    char threshold[WORD_CAP]; /* Read once the metric's unit is known. */
    unsigned lines[RULES_CAP];
    const char *files[RULES_CAP];
};

static const char *const kind_words[] = { "limit", "alarm", "require" };

static bool
expected(struct reading *r, const char *what)
{
    const char *got = r->item.given.count > 0 ? r->item.given.text : "nothing";
    conf_complain(r->bad, "%s:%u: %.60s.%.60s: expected %s, got '%.60s'",
                  r->file, r->item.line, r->item.section, r->item.key, what,
                  got);
    return false;
}

/* The key's one text, or NULL after the complaint. */
static const char *
one_text(struct reading *r, const char *what)
{
    if (r->item.given.list || r->item.given.count != 1) {
        (void)expected(r, what);
        return NULL;
    }
    return r->item.given.text;
}

static bool
read_word(struct reading *r, const char *const *words, uint32_t count,
          const char *what, uint32_t *out)
{
    const char *s = one_text(r, what);
    for (uint32_t i = 0; s != NULL && i < count; i++) {
        if (strcmp(words[i], s) == 0) {
            *out = i;
            return true;
        }
    }
    return s != NULL && expected(r, what);
}

static bool
read_time(struct reading *r, int64_t *ns)
{
    const char *what = "a time of at most 30 days: 250ms, 300s, 5m, 1h, 3d";
    const char *s = one_text(r, what);
    return s != NULL && (rule_time_of(s, ns) || expected(r, what));
}

static bool
read_flag(struct reading *r, bool *out)
{
    const char *s = one_text(r, "true or false");
    if (s == NULL || (strcmp(s, "true") != 0 && strcmp(s, "false") != 0)) {
        return s != NULL && expected(r, "true or false");
    }
    *out = s[0] == 't';
    return true;
}

static bool
read_metric(struct reading *r)
{
    const char *s = one_text(r, "a metric of metrics.def");
    uint32_t metric = s == NULL ? METRICS : metric_find(s);
    if (metric == METRICS) {
        return s != NULL && expected(r, "a metric of metrics.def");
    }
    r->rule.metric = metric;
    return true;
}

static bool
read_enum(struct reading *r, const struct enum_table *words, const char *what,
          uint32_t *out)
{
    const char *s = one_text(r, what);
    return s != NULL && (enum_parse(words, s, out) || expected(r, what));
}

static bool
read_phases(struct reading *r)
{
    const char *what = "phases, each once: P0 to P3, exit:P0, enter:P1, ..., "
                       "signoff, scale, restart, clear";
    const char *s = r->item.given.text;
    for (uint32_t i = 0; i < r->item.given.count; i++) {
        uint32_t bits = rule_phase_of(s);
        if (bits == 0 || (r->rule.phases & bits) != 0) {
            return expected(r, what);
        }
        r->rule.phases |= bits;
        s += strlen(s) + 1;
    }
    return r->rule.phases != 0 || expected(r, what);
}

static bool
read_threshold(struct reading *r)
{
    const char *s = one_text(r, "a number, or true or false");
    if (s == NULL || strlen(s) >= sizeof r->threshold) {
        return s != NULL && expected(r, "a number, or true or false");
    }
    memcpy(r->threshold, s, strlen(s) + 1);
    return true;
}

static bool
read_title(struct reading *r, const char *what, struct title *out)
{
    const char *s = one_text(r, what);
    return s != NULL &&
           (s[0] != '\0' ? title_set(out, s) || expected(r, "at most 200 bytes")
                         : expected(r, what));
}

static bool
read_key(struct reading *r, enum key key)
{
    uint32_t word = 0;
    bool ok = false;
    switch (key) {
    case KEY_kind:
        ok = read_word(r, kind_words, 3, "limit, alarm or require", &word);
        r->rule.kind = (enum rule_kind)word;
        return ok;
    case KEY_op:
        ok = read_word(r, rule_op_words, 6, "one of > >= < <= == !=", &word);
        r->rule.op = (enum rule_op)word;
        return ok;
    case KEY_severity:
        ok = read_enum(r, &severity_words,
                       "info, low, medium, warning, high or critical", &word);
        r->rule.severity = (enum severity)word;
        return ok;
    case KEY_action:
        ok = read_enum(r, &action_words, "an action, such as notify or kill",
                       &word);
        r->rule.action = (enum action)word;
        return ok;
    case KEY_metric: return read_metric(r);
    case KEY_threshold: return read_threshold(r);
    case KEY_for: return read_time(r, &r->rule.hold_ns);
    case KEY_phases: return read_phases(r);
    case KEY_source:
        return read_title(r, "where it comes from, in words",
                          &r->rule.source);
    case KEY_pause: return read_time(r, &r->rule.pause_ns);
    case KEY_cooldown: return read_time(r, &r->rule.cooldown_ns);
    case KEY_recover: return read_time(r, &r->rule.recover_ns);
    case KEY_shadow: return read_flag(r, &r->rule.shadow);
    case KEY_advisory: return read_flag(r, &r->rule.advisory);
    case KEY_absent:
        return read_title(r, "why its metric cannot be known here",
                          &r->rule.absent);
    case KEY_said:
        return read_title(r, "who says that it is met, when, and on what",
                          &r->rule.said);
    case KEYS: break;
    }
    unreachable();
}

static const char *const key_words[KEYS] = {
    "kind", "metric", "op", "threshold", "for", "severity", "action",
    "phases", "source", "pause", "cooldown", "recover", "shadow", "advisory",
    "absent", "said"
};

/* Once the whole rule is read: what its keys say together. */
static void
wrong(struct reading *r, const char *what)
{
    conf_complain(r->bad, "%s:%u: %s: expected %s", r->file, r->line, r->id,
                  what);
}

static void
end_threshold(struct reading *r)
{
    enum metric_unit unit = metric_rows[r->rule.metric].unit;
    const char *s = r->threshold;
    int64_t *out = &r->rule.threshold;
    if (unit == UNIT_flag) {
        if (strcmp(s, "true") != 0 && strcmp(s, "false") != 0) {
            wrong(r, "threshold true or false, as its metric is");
        }
        *out = s[0] == 't' ? MICROS : 0;
        if (r->rule.op != RULE_eq && r->rule.op != RULE_ne) {
            wrong(r, "op == or !=, its metric is true or false");
        }
        return;
    }
    if (!micros_parse(s, strlen(s), out)) {
        wrong(r, "threshold a number with at most 6 decimals");
    } else if (unit == UNIT_frac && (*out > MICROS || *out < -MICROS)) {
        wrong(r, "threshold a fraction from -1 to 1: 0.05 is 5 %");
    }
}

static void
end_action(struct reading *r)
{
    const struct rule *rule = &r->rule;
    bool gate = (rule->phases & PHASE_GATES) != 0;
    bool stage = (rule->phases & PHASE_STAGES) != 0;
    if (rule->kind == RULE_require ? stage : gate) {
        wrong(r, rule->kind == RULE_require
                     ? "phases to be gates: a requirement is asked there"
                     : "phases to be stages: P0 to P3");
    }
    if ((rule->kind == RULE_require) != (rule->action == ACTION_block)) {
        wrong(r, "action block of a requirement, and of nothing else");
    }
    if (rule->kind == RULE_limit && rule->action != ACTION_deny &&
        rule->action != ACTION_wait && rule->action != ACTION_kill &&
        rule->action != ACTION_review) {
        wrong(r, "action deny, wait, kill or review of a limit");
    }
    if (rule->kind != RULE_alarm && rule->hold_ns != 0) {
        wrong(r, "for 0s: only an alarm waits");
    }
    if ((rule->action == ACTION_pause) != (rule->pause_ns > 0)) {
        wrong(r, "pause with action pause, and with nothing else");
    }
    if (rule->advisory && rule->kind != RULE_limit) {
        wrong(r, "advisory of a limit only");
    }
}

/* What is measured is neither absent nor anybody's word. */
static void
end_unknown(struct reading *r)
{
    const struct rule *rule = &r->rule;
    bool absent = rule->absent.s[0] != '\0', said = rule->said.s[0] != '\0';
    if ((absent || said) && metric_is_heard(rule->metric)) {
        wrong(r, "neither absent nor said: its metric is measured");
    }
    enum metric_unit unit = metric_rows[rule->metric].unit;
    if (said && (rule->kind != RULE_require ||
                 (unit != UNIT_flag && unit != UNIT_count))) {
        wrong(r, "said only of a requirement that a person can count");
    }
    if (absent && said) {
        wrong(r, "absent or said, not both");
    }
}

static void
add_rule(struct reading *r)
{
    struct rule_set *set = r->set;
    if (set->count == RULES_CAP) {
        wrong(r, "at most 1024 rules");
        return;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        if (strcmp(set->at[i].id, r->rule.id) == 0) {
            conf_complain(r->bad,
                          "%s:%u: %s: expected each id once, it stands in "
                          "%s:%u", r->file, r->line, r->id, r->files[i],
                          r->lines[i]);
            return;
        }
    }
    r->files[set->count] = r->file;
    r->lines[set->count] = r->line;
    set->at[set->count++] = r->rule;
}

static void
end_rule(struct reading *r)
{
    uint32_t before = r->bad->count;
    if (!r->open) {
        return;
    }
    r->open = false;
    for (uint32_t k = 0; k < KEYS_NEEDED; k++) {
        if ((r->given & (1u << k)) == 0) {
            conf_complain(r->bad, "%s:%u: %s: expected key %s", r->file,
                          r->line, r->id, key_words[k]);
        }
    }
    if (r->bad->count != before || r->given >> KEYS != 0) {
        return;
    }
    end_threshold(r);
    end_action(r);
    end_unknown(r);
    add_rule(r);
}

static void
begin_rule(struct reading *r, const struct conf_item *item)
{
    end_rule(r);
    memset(&r->rule, 0, sizeof r->rule);
    r->open = true;
    r->given = 0;
    r->line = item->line;
    (void)snprintf(r->id, sizeof r->id, "%.40s", item->section);
    /* The event of a blind one is "<id>.nodata". */
    if (rule_id_is_taken(item->section) ||
        strlen(item->section) >= sizeof r->rule.id ||
        strpbrk(item->section, ". ") != NULL) {
        wrong(r, "an id of at most 15 bytes, no dots or spaces, no event's");
        r->given = 1u << KEYS;
        return;
    }
    memcpy(r->rule.id, item->section, strlen(item->section) + 1);
}

static void
hear_item(void *arg, const struct conf_item *item)
{
    struct reading *r = arg;
    if (!r->open || strncmp(item->section, r->id, sizeof r->id - 1) != 0) {
        begin_rule(r, item);
    }
    r->item = *item;
    digest_add(r->sha, item->section, strlen(item->section) + 1);
    digest_add(r->sha, item->key, strlen(item->key) + 1);
    digest_add(r->sha, item->given.text, item->given.size);
    for (uint32_t k = 0; k < KEYS; k++) {
        if (strcmp(item->key, key_words[k]) == 0) {
            bool ok = read_key(r, (enum key)k);
            r->given |= ok ? 1u << k : 1u << k | 1u << KEYS;
            return;
        }
    }
    (void)expected(r, "a key of a rule: kind, metric, op, ...");
    r->given |= 1u << KEYS;
}

static void
read_file(struct reading *r, const char *file)
{
    struct conf_yaml *y = conf_yaml_open(file, r->bad);
    r->file = file;
    if (y == NULL) {
        return;
    }
    if (conf_yaml_base(y) != NULL) {
        conf_complain(r->bad, "%s:1: base: expected rules, no other file",
                      file);
    }
    conf_yaml_each(y, hear_item, r, r->bad);
    end_rule(r);
    conf_yaml_close(&y);
}

static void
hear_nonsense(void *arg, const struct rule *rule, const char *what,
              const struct rule *other)
{
    struct reading *r = arg;
    uint32_t i = (uint32_t)(rule - r->set->at);
    conf_complain(r->bad, "%s:%u: %s: expected %s (%s)", r->files[i],
                  r->lines[i], rule->id, what, other->id);
}

/* A gate hangs on the metric of every rule that closes one. */
static void
mark_gates(struct rule_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        for (uint32_t k = 0; k < set->count; k++) {
            if (set->at[k].action == ACTION_wait &&
                set->at[k].kind == RULE_alarm &&
                set->at[k].metric == set->at[i].metric) {
                set->at[i].gate = true;
            }
        }
    }
}

struct rule_set *
rules_read(const char *const *files, uint32_t files_count,
           struct complaints *bad)
{
    struct reading *r = calloc(1, sizeof *r);
    must(r != NULL);
    uint32_t before = bad->count;
    r->set = calloc(1, sizeof *r->set);
    must(r->set != NULL);
    r->bad = bad;
    r->sha = digest_sha256();
    digest_start(r->sha);
    for (uint32_t i = 0; i < files_count; i++) {
        read_file(r, files[i]);
    }
    digest_end(r->sha, r->set->digest.b);
    digest_destroy(&r->sha);
    if (bad->count == before) {
        rules_make_sense(r->set, hear_nonsense, r);
    }
    mark_gates(r->set);
    struct rule_set *set = r->set;
    if (bad->count != before) {
        free(set);
        set = NULL;
    }
    free(r);
    return set;
}
