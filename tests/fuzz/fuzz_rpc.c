/* fuzz_rpc - what a node of a chain answers; links: executor common proto
 *
 * The first bytes choose what was asked and the status, the rest is the body.
 * Whatever comes: an answer bears our id, what it does not prove is lost, and
 * nothing proves that bytes were taken but their own hash or a node's word.
 * max_len: 8192
 */
#include <stdlib.h>
#include <string.h>

#include "executor/rpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 0, 429, 500 };
    static struct rpc_answer a;
    static char text[RPC_TEXT_CAP];
    struct rpc_watch watch;
    struct rpc_question q = { .id = 1, .watch = &watch };

    if (size < 2)
        return 0;
    memset(&watch, 0x22, sizeof watch);
    watch.count = RPC_WATCHED;
    q.method = (enum rpc_method)(data[0] % (RPC_wei + 1));
    int status = statuses[data[1] % 4];
    memset(q.tx.b, 0x11, sizeof q.tx.b);
    q.data = data;
    q.size = size < RPC_DATA_CAP ? size : RPC_DATA_CAP;
    size_t written = rpc_write(&q, text);
    insist(written == strlen(text) && written < sizeof text);
    /* A body is text that ends, as http.h has it. */
    char *body = malloc(size - 1);
    insist(body != NULL);
    memcpy(body, data + 2, size - 2);
    body[size - 2] = '\0';
    rpc_read(&q, status, body, size - 2, &a);
    free(body);
    insist(a.id == 1 && a.end <= RPC_END_lost);
    insist(memchr(a.words.s, '\0', sizeof a.words.s) != NULL);
    insist(status == 200 || a.end == RPC_END_lost ||
           a.end == RPC_END_refused || a.end == RPC_END_reverted);
    insist(a.end != RPC_END_lost ||
           (a.taken == RPC_TAKEN_unknown && a.words.s[0] != '\0'));
    if (q.method == RPC_receipt && a.end == RPC_END_said)
        insist(a.receipt.block > 0);
    return 0;
}
