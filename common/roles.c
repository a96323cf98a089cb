/* roles - who may say what to risk.ctl */

/* One table for who judges a word (riskd) and who looks for a key that may
 * say it (arb). */

#include "common/roles.h"

#include "common/must.h"

static const enum role roles[verb_end_] = {
    [VERB_status] = ROLE_viewer,
    [VERB_limits] = ROLE_viewer,
    [VERB_positions] = ROLE_viewer,
    [VERB_alerts] = ROLE_viewer,
    [VERB_ack] = ROLE_operator,
    [VERB_kill] = ROLE_operator,
    [VERB_mode] = ROLE_operator,
    [VERB_stage] = ROLE_operator,
    [VERB_pause] = ROLE_operator,
    [VERB_resume] = ROLE_operator,
    [VERB_disable] = ROLE_operator,
    [VERB_reduce] = ROLE_operator,
    [VERB_flatten] = ROLE_operator,
    [VERB_measured] = ROLE_operator,
    [VERB_enable] = ROLE_ops_admin, /* These allow more. */
    [VERB_reload] = ROLE_ops_admin,
    [VERB_clear] = ROLE_ops_admin,
};

enum role
role_for(enum verb verb)
{
    must(verb < verb_end_ && roles[verb] != ROLE_none);
    return roles[verb];
}
