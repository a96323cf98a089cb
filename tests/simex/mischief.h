/* mischief - a script of what goes wrong, and when
 *
 *     at SECONDS what [target] [number] [seconds]       # comment
 *
 *     drop N | all          close the Nth connection (oldest first) or all
 *     freeze T SECONDS      no frame about token or event T ("any"); REST goes
 *                           on; afterwards a whole book is sent
 *     silence SECONDS       no frame at all, but PONG goes on
 *     wrong_hash T          one change of event T ("any") with a wrong hash
 *     gap T                 one change of token or event T is not told
 *     duplicate             the next change is told twice
 *     reorder               two changes of different markets change places
 *     latency MS SECONDS    frames come so much later
 *     status CODE SECONDS   REST answers 425, 429, 503 or 500
 *     slow MS SECONDS       REST answers so much later
 *     tick T                a tick of a cent becomes a tenth of it
 *
 * On the private side (N = how many of the next):
 *     cut_before N          order requests are lost before they are read
 *     cut_after N           answers to orders are lost: the orders are placed
 *     cut_cancel N          answers to cancels are lost: they are cancelled
 *     fail_after N          answers to orders are a 500: they are placed
 *     refuse WHAT N         orders are refused: balance, unready, banned,
 *                           closed_only, version, signature, insert
 *     soft N                refusals are a 200 that says success:false
 *     torn N                answers to orders end in the middle
 *     no_id N               or lack the order's id
 *     wrong_id N            or have another one
 *     new_word N            or a status nobody knows
 *     keep N                orders that are to be cancelled are not
 *     race N                or are filled in that very moment
 *     skim N                orders that take get two thirds of what they
 *                           want: the crowd was faster; more costs a tick more
 *     meet                  the crowd takes all that rests of each account
 *     lag SECONDS           queries do not know what is newer than this act
 *     edge SECONDS          every answer is a 403 of somebody before us
 *     cancel_only SECONDS   orders are answered 503
 *     post_only SECONDS     or only those that are post-only are taken
 *     disabled SECONDS      or not even cancels are
 *     allowance SECONDS     allowances are 0, and orders refused for it
 *     drain orders|cancels  that bucket of every person is empty
 *     clock MS SECONDS      the exchange's clock is off; MS may be negative
 *     fail N                trades are retried and then FAILED
 *     retry N               trades are retried and then mined
 *     stuck N SECONDS       trades stay MATCHED so long, then are FAILED
 *     foreign               somebody else's order appears on each account
 *     sweep                 the exchange cancels every order
 *     user_drop             closes the connections of the user channel
 *     user_freeze SECONDS   what happens meanwhile is never told
 *     user_late MS SECONDS  events come so much later
 *     user_twice N          events come twice
 *     user_again N SECONDS  events come again so much later
 *
 * On the chain (NODE = 1, 2 or all):
 *     chain_away NODE SECONDS    that node gives no answer
 *     chain_wrong NODE SECONDS   or is one of another chain
 *     chain_behind NODE SECONDS  or knows of no new block
 *     chain_slow MS SECONDS      nodes answer so much later
 *     chain_stall SECONDS        blocks take in no transaction
 *     chain_drop N               transactions are answered and forgotten
 *     chain_lose N               or taken, and the answer is lost
 *     chain_revert N             or taken into a block, and reverted
 *     chain_reorg                a block with a transaction is undone
 *     chain_steal                the nonce of one that waits is used by another
 *
 * At the relayer of deposit wallets:
 *     relay_away SECONDS         it gives no answer
 *     relay_lose N               batches are taken, and the answer is lost
 *     relay_drop N               or lost before they were read
 *     relay_busy N               or the wallet is busy
 *     relay_fail N               they are taken, and FAILED without a trace
 *
 * Seconds count from the first subscription; in a script that was posted to
 * /simex/mischief from then. */
#ifndef SIMEX_MISCHIEF_H
#define SIMEX_MISCHIEF_H

#include "common/why.h"

#include <stddef.h>
#include <stdint.h>

enum act_kind {
    ACT_DROP, ACT_FREEZE, ACT_SILENCE, ACT_WRONG_HASH, ACT_GAP,
    ACT_DUPLICATE, ACT_REORDER, ACT_LATENCY, ACT_STATUS, ACT_SLOW, ACT_TICK,
    /* The private side's: */
    ACT_CUT_BEFORE, ACT_CUT_AFTER, ACT_CUT_CANCEL, ACT_FAIL_AFTER, ACT_REFUSE,
    ACT_SOFT, ACT_TORN, ACT_NO_ID, ACT_WRONG_ID, ACT_NEW_WORD, ACT_KEEP,
    ACT_RACE, ACT_SKIM, ACT_MEET, ACT_LAG, ACT_EDGE,
    ACT_CANCEL_ONLY, ACT_POST_ONLY, ACT_DISABLED,
    ACT_ALLOWANCE, ACT_DRAIN, ACT_CLOCK, ACT_FAIL, ACT_RETRY, ACT_STUCK,
    ACT_FOREIGN, ACT_SWEEP, ACT_USER_DROP, ACT_USER_FREEZE, ACT_USER_LATE,
    ACT_USER_TWICE, ACT_USER_AGAIN,
    /* The chain's: */
    ACT_CHAIN_AWAY, ACT_CHAIN_WRONG, ACT_CHAIN_BEHIND, ACT_CHAIN_SLOW,
    ACT_CHAIN_STALL, ACT_CHAIN_DROP, ACT_CHAIN_LOSE, ACT_CHAIN_REVERT,
    ACT_CHAIN_REORG, ACT_CHAIN_STEAL,
    ACT_RELAY_AWAY, ACT_RELAY_LOSE, ACT_RELAY_DROP, ACT_RELAY_BUSY,
    ACT_RELAY_FAIL
};

struct act {
    enum act_kind kind;
    int64_t at_ms;
    int64_t base_ms;    /* What at_ms counts from; 0 = first subscription. */
    char target[96];    /* "any", "all", an id, a number, or "". */
    int64_t number;     /* Milliseconds or status code. */
    int64_t length_ms;
    bool done;
};

#define ACTS 256

struct mischief { struct act acts[ACTS]; uint32_t count; };

/* Reads a script; false and the line in why when one is not understood. */
bool mischief_read(struct mischief *m, const char *text, size_t size,
                   struct why *why);
const char *act_name(enum act_kind kind);

#endif /* SIMEX_MISCHIEF_H */
