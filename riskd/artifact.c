/* artifact - which of riskd's facts an auditor's file is made of */
#include "riskd/artifact.h"

#include <string.h>

const char *const artifact_names[ARTIFACTS] = {
    "alerts.jsonl", "gates_audit_log.jsonl", "kill_switch_events.jsonl",
    "kill_switch_recovery_log.jsonl", "events.jsonl"
};

static uint32_t
bit(enum artifact a)
{
    return UINT32_C(1) << a;
}

static uint32_t
of_event(const struct risk_event *m)
{
    uint32_t to = bit(ARTIFACT_events);
    if (strcmp(m->rule.s, "kill") == 0 || m->action == ACTION_kill ||
        m->action == ACTION_rollback) {
        to |= bit(ARTIFACT_kills);
    }
    if (strcmp(m->rule.s, "clear") == 0 ||
        strcmp(m->rule.s, "probation_over") == 0) {
        to |= bit(ARTIFACT_clears);
    }
    return to;
}

static uint32_t
of_command(const struct command *m)
{
    return bit(ARTIFACT_events) |
           (m->verb == VERB_kill ? bit(ARTIFACT_kills) : 0) |
           (m->verb == VERB_clear ? bit(ARTIFACT_clears) : 0);
}

static uint32_t
of_change(const struct rule_change *m)
{
    bool gate = m->action == ACTION_wait || m->action == ACTION_block ||
                m->action == ACTION_deny || m->step == RULE_STEP_stalled;
    return bit(ARTIFACT_events) | (gate ? bit(ARTIFACT_gates) : 0);
}

/* Of money and reservations the database has more than a file could. */
bool
artifact_is_of(uint16_t type)
{
    return type == TYPE_alert || type == TYPE_risk_event ||
           type == TYPE_command || type == TYPE_rule_change ||
           type == TYPE_denial;
}

uint32_t
artifact_of(uint16_t type, const void *msg)
{
    if (type == TYPE_risk_event) {
        return of_event(msg);
    }
    if (type == TYPE_alert) {
        return bit(ARTIFACT_alerts) | bit(ARTIFACT_events);
    }
    if (type == TYPE_command) {
        return of_command(msg);
    }
    if (type == TYPE_rule_change) {
        return of_change(msg);
    }
    return type == TYPE_denial ? bit(ARTIFACT_gates) | bit(ARTIFACT_events)
                               : 0;
}
