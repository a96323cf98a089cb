/* signer_talk - what executor and signer say over their socket pair
 *
 * One packet a question, one an answer, both structs of the same program: the
 * child is forked, never another build.  Only signer_child.c and signer_ask.c
 * include it. */
#ifndef EXECUTOR_SIGNER_TALK_H
#define EXECUTOR_SIGNER_TALK_H

#include "executor/encode/auth.h"
#include "executor/signer.h"
#include "executor/signer_box.h"
#include "executor/signer_tx.h"

enum { SIGNER_METHOD_CAP = 8, SIGNER_PATH_CAP = 192, SIGNER_BODY_CAP = 32768,
       SIGNER_SECRET_CAP = 256 };

enum signer_op {
    SIGNER_OP_orders,
    SIGNER_OP_l1,
    SIGNER_OP_l2,
    SIGNER_OP_secret,
    SIGNER_OP_tx,
    SIGNER_OP_batch
};

/* The answer to the fork itself, with id 0. */
struct signer_up {
    bool ok;
    uint64_t chain;
    struct wallet wallet;
    struct box_walls walls;
    uint32_t known;              /* Orders remembered of this epoch. */
    struct why why;              /* When not ok. */
};

struct signer_question {
    uint64_t id;
    enum signer_op op;
    int crash;                   /* common/crash.h: it can read no file. */
    const char *crash_at;        /* A text of this program. */
    union {
        struct {
            uint32_t count;
            struct grant grant;
            struct intent intents[SIGNER_BATCH];
        } orders;
        struct {
            uint64_t timestamp, nonce;
        } l1;
        struct {
            uint64_t timestamp;
            char method[SIGNER_METHOD_CAP], path[SIGNER_PATH_CAP];
            uint32_t size;
            char body[SIGNER_BODY_CAP];
        } l2;
        struct {
            char text[SIGNER_SECRET_CAP];
        } secret;
        struct {
            struct tx tx;        /* Its data pointer means nothing here. */
            uint8_t data[TX_DATA_CAP];
        } tx;
        struct {
            struct relay_batch batch; /* Likewise. */
            uint8_t data[RELAY_DATA_CAP];
        } batch;
    } m;
};

/* Bytes of it that are said; more than there are for one that is nonsense. */
static inline size_t
signer_question_size(const struct signer_question *q)
{
    const size_t head = offsetof(struct signer_question, m);

    switch (q->op) {
    case SIGNER_OP_orders:
        return q->m.orders.count > SIGNER_BATCH
                   ? SIZE_MAX
                   : offsetof(struct signer_question, m.orders.intents) +
                         q->m.orders.count * sizeof(struct intent);
    case SIGNER_OP_l1: return head + sizeof q->m.l1;
    case SIGNER_OP_l2:
        return offsetof(struct signer_question, m.l2.body) + q->m.l2.size;
    case SIGNER_OP_secret: return head + sizeof q->m.secret;
    case SIGNER_OP_tx:
        return q->m.tx.tx.data_size > TX_DATA_CAP
                   ? SIZE_MAX
                   : offsetof(struct signer_question, m.tx.data) +
                         q->m.tx.tx.data_size;
    case SIGNER_OP_batch:
        return q->m.batch.batch.size > RELAY_DATA_CAP
                   ? SIZE_MAX
                   : offsetof(struct signer_question, m.batch.data) +
                         q->m.batch.batch.size;
    }
    return SIZE_MAX;
}

struct signer_answer {
    uint64_t id;
    enum signer_no no;
    uint32_t bad;
    union {
        struct order_signature orders[SIGNER_BATCH];
        struct l1_headers l1;
        char l2[L2_SIGNATURE_CAP];
        struct signature tx;
    } m;
};

/* What the child is made with, read from the configuration before the fork. */
struct signer_setup {
    const char *var;
    const char *key_file;
    const char *passphrase_file; /* NULL = none. */
    const char *funder;          /* "" = the key's own account. */
    uint64_t signature_type, chain;
    const struct signer_contracts *contracts; /* NULL: no transactions. */
    struct ms wait;              /* For an answer. */
};

/* Runs in the child on its end of the pair; never returns. */
_Noreturn void signer_child(int fd, const struct signer_setup *o);

#endif /* EXECUTOR_SIGNER_TALK_H */
