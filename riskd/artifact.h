/* artifact - which of riskd's facts an auditor's file is made of
 *
 *   events.jsonl                    every step of a rule, event and command
 *   alerts.jsonl                    what people should know of, who answered
 *   gates_audit_log.jsonl           orders denied and why, gates that closed
 *   kill_switch_events.jsonl        kills: asked for, and seen
 *   kill_switch_recovery_log.jsonl  clears: asked for, and seen */
#ifndef RISKD_ARTIFACT_H
#define RISKD_ARTIFACT_H

#include "proto/proto.h"

enum artifact {
    ARTIFACT_alerts, ARTIFACT_gates, ARTIFACT_kills, ARTIFACT_clears,
    ARTIFACT_events, /* Last: what it has, the others have. */
    ARTIFACTS
};
extern const char *const artifact_names[ARTIFACTS];

/* Records of this type are looked at. */
bool artifact_is_of(uint16_t type);
/* Bits of enum artifact. */
uint32_t artifact_of(uint16_t type, const void *msg);

#endif /* RISKD_ARTIFACT_H */
