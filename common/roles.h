/* roles - who may say what to risk.ctl */
#ifndef COMMON_ROLES_H
#define COMMON_ROLES_H

#include "proto/proto.h"

/* The weakest role that may say a word at all.  riskd asks for an admin's
 * where mode or reduce raises, and for a sign-off where a stage is entered. */
enum role role_for(enum verb verb);

#endif /* COMMON_ROLES_H */
