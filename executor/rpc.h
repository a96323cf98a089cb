/* rpc - how a node of a chain is asked, as pure functions: typed questions
 * become JSON-RPC texts, texts become typed answers
 *
 * A node is somebody else's: an answer is believed only as far
 * as it is well formed, and what it does not prove is lost, not refused. */
#ifndef EXECUTOR_RPC_H
#define EXECUTOR_RPC_H

#include "common/address.h"
#include "common/why.h"
#include "proto/proto.h"

enum { RPC_WATCHED = legs_cap }; /* Tokens of one transaction. */

enum rpc_method {
    RPC_chain,     /* eth_chainId */
    RPC_head,      /* eth_blockNumber */
    RPC_pending,   /* eth_getTransactionCount, with what waits */
    RPC_mined,     /* eth_getTransactionCount, taken in only */
    RPC_priority,  /* eth_maxPriorityFeePerGas */
    RPC_base,      /* eth_feeHistory: base fee of the next block */
    RPC_estimate,  /* eth_estimateGas */
    RPC_call,      /* eth_call */
    RPC_send,      /* eth_sendRawTransaction */
    RPC_receipt,   /* eth_getTransactionReceipt */
    RPC_time,      /* eth_getBlockByNumber: of the latest block, in s; which */
    RPC_wei        /* eth_getBalance; UINT64_MAX: that or more */
};

/* Whose tokens are followed through a receipt. */
struct rpc_watch {
    struct address owner, collateral, positions;
    uint32_t count;
    struct hash token[RPC_WATCHED];
    struct hash failure;   /* The owner's event that his call failed; zero:
                              he has none. */
};

struct rpc_question {
    uint64_t id;
    enum rpc_method method;
    struct address from;     /* wei, pending, mined, estimate, call. */
    struct address to;       /* estimate, call. */
    const uint8_t *data;     /* estimate, call: the call; send: the bytes. */
    size_t size;             /* At most RPC_DATA_CAP. */
    uint64_t block;          /* call: as it was after it, 0 = latest. */
    struct hash tx;          /* send, receipt. */
    const struct rpc_watch *watch; /* receipt. */
};
#define RPC_DATA_CAP 4096
#define RPC_TEXT_CAP (2 * RPC_DATA_CAP + 512)

enum rpc_end {
    RPC_END_said,
    RPC_END_nothing,   /* receipt: there is none. */
    RPC_END_reverted,  /* estimate, call: the contract refuses; words. */
    RPC_END_refused,   /* The node says it cannot, or will not; words. */
    RPC_END_lost       /* No answer, or none that makes sense; words. */
};

/* What a node says to the bytes of a transaction. */
enum rpc_taken {
    RPC_TAKEN_yes,         /* Now, or before. */
    RPC_TAKEN_nonce_low,   /* Another, or itself, has its nonce. */
    RPC_TAKEN_fee_low,     /* For this node, or to replace the other. */
    RPC_TAKEN_poor,        /* The account cannot pay the gas. */
    RPC_TAKEN_unknown      /* May be anywhere. */
};

/* What moved to the owner by one transaction (less than 0: away). */
struct rpc_moves {
    bool known;            /* False: a number does not fit, or damage. */
    struct money cash;
    struct qty token[RPC_WATCHED];
};

struct rpc_receipt {
    bool done;             /* False: reverted. */
    bool failed;           /* Not reverted, but the owner says it failed. */
    struct hash block_hash;
    uint64_t block, gas_used, gas_price;
    struct rpc_moves moves;
};

struct rpc_answer {
    uint64_t id;
    enum rpc_end end;
    uint64_t count;        /* chain .. estimate; call: how many words. */
    uint64_t block;        /* time. */
    struct hash word;      /* call: the first word, zero when none. */
    enum rpc_taken taken;  /* send. */
    struct rpc_receipt receipt;
    struct why words;
};

/* The size without the NUL; out holds RPC_TEXT_CAP. */
size_t rpc_write(const struct rpc_question *q, char *out);
/* status is that of HTTP, 0 = no answer.  Any bytes are taken. */
void rpc_read(const struct rpc_question *q, int status, const char *body,
              size_t size, struct rpc_answer *out);

#endif /* EXECUTOR_RPC_H */
