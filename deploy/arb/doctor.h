/* doctor - what arb doctor looks at, one finding after the other */
#ifndef DEPLOY_ARB_DOCTOR_H
#define DEPLOY_ARB_DOCTOR_H

#include "executor/encode/auth.h"
#include "executor/encode/order.h"
#include "executor/executor.h"

struct loop;
struct http;

enum finding { FINDING_good, FINDING_bad, FINDING_unsure };

struct doctor {
    const struct executor_conf *conf;
    const char *var;
    bool json, quiet;            /* quiet: nothing is said. */
    unsigned bad, unsure;
    struct key *key;             /* NULL: there is none to use. */
    struct wallet wallet;
    bool wallet_known;
    char api_key[81], secret[81], passphrase[81]; /* "" = not known. */
    struct loop *loop;
    struct http *http;
    /* The last answer. */
    int status;
    char error[200];
    char *body;
    size_t size;
};

/* One line: good, bad or unsure, what was looked at, what was found, and for
 * what is bad what to do. */
void doctor_says(struct doctor *d, enum finding f, const char *what,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

enum doctor_auth { AUTH_none, AUTH_l1, AUTH_l2 };
/* GETs path and query of the venue and waits; false when nothing came or its
 * status is not 200 (status and error then say what). */
bool doctor_asks(struct doctor *d, enum doctor_auth auth, const char *path,
                 const char *query);

/* Asks anybody anything and waits; false when nothing came. */
struct http_request;
bool doctor_requests(struct doctor *d, const struct http_request *q);
/* POSTs JSON to any address and waits; false when nothing came. */
bool doctor_posts(struct doctor *d, const char *url, const char *body);
/* doctor_chain.c: asks the first node; false when it gave no answer that
 * makes sense. */
struct rpc_question;
struct rpc_answer;
bool doctor_asks_node(struct doctor *d, struct rpc_question *q,
                      struct rpc_answer *a);
void doctor_chain(struct doctor *d);
/* doctor_relayer.c: of a wallet that obeys only it. */
void doctor_relayer(struct doctor *d);

/* doctor_wallet.c: in their order; each uses what those before found. */
void doctor_key(struct doctor *d);
void doctor_wallet(struct doctor *d);
/* doctor_venue.c */
void doctor_reach(struct doctor *d);
void doctor_api_key(struct doctor *d);
void doctor_account(struct doctor *d);
void doctor_money(struct doctor *d);

#endif /* DEPLOY_ARB_DOCTOR_H */
