/* sign - the lines of arb's sign commands: one JSON object in, one out */
#ifndef DEPLOY_ARB_SIGN_H
#define DEPLOY_ARB_SIGN_H

#include "deploy/arb/lines.h"
#include "executor/keys.h"

/* Answers one line of any bytes with one JSON object, NUL terminated:
 * {"error":"..."} naming the field and what was expected, when it is not
 * signed.  Returns the size. */
typedef size_t sign_line(const struct key *key, const char *line, size_t size,
                         char out[LINE_OUT_CAP]);
sign_line sign_order_line;   /* An order, as the executor signs it. */
sign_line sign_auth_line;    /* L1: the headers that make API keys. */
sign_line sign_request_line; /* L2: the HMAC; needs no key (NULL). */
sign_line sign_tx_line;      /* An EIP-1559 transaction. */

/* The command around one of them: reads stdin to its end, answers each line
 * at once.  wants_key: --key-file must be given.  Returns the exit code. */
int sign_command(int argc, char **argv, sign_line *answer, bool wants_key);

#endif /* DEPLOY_ARB_SIGN_H */
