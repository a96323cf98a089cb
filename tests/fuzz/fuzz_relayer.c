/* fuzz_relayer - what the relayer of deposit wallets answers
 *
 * links: executor common proto
 * The first bytes choose what was asked and the status, the rest is the body.
 * Whatever comes: an answer bears our id, an id of the relayer's that is taken
 * can stand in a path, only a clear no refuses a submission, and what is said
 * makes sense.
 * max_len: 8192
 */
#include <stdlib.h>
#include <string.h>

#include "executor/relayer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
judge(const struct relayer_question *q, int status,
      const struct relayer_answer *a)
{
    static struct relayer_words words;
    struct relayer_question next = *q;

    insist(a->id == 1 && a->end <= RELAYER_END_lost);
    insist(a->state <= RELAYER_STATE_other);
    insist(memchr(a->words.s, '\0', sizeof a->words.s) != NULL);
    insist(a->end == RELAYER_END_said || a->end == RELAYER_END_nothing ||
           a->words.s[0] != '\0');
    insist(a->end != RELAYER_END_said || status == 200);
    insist((a->end != RELAYER_END_refused && a->end != RELAYER_END_used &&
            a->end != RELAYER_END_busy) ||
           (status >= 400 && status < 500));
    insist(a->end != RELAYER_END_nothing || q->method == RELAYER_look ||
           q->method == RELAYER_recent);
    insist(a->end != RELAYER_END_said || q->method != RELAYER_submit ||
           a->place.s[0] != '\0');
    for (const char *s = a->words.s; *s; s++)
        insist(*s >= ' ' && *s < 0x7f);
    next.method = RELAYER_look;
    next.place = a->place;
    relayer_write(&next, &words);
    insist(strchr(words.path, '%') == NULL && strstr(words.path, "..") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 0, 400, 429, 500, 404, 409 };
    static struct relayer_answer a;
    struct relayer_question q = { .id = 1 };

    if (size < 2)
        return 0;
    q.method = (enum relayer_method)(data[0] % (RELAYER_recent + 1));
    int status = statuses[data[1] % (sizeof statuses / sizeof statuses[0])];
    memset(q.signature, 0x11, sizeof q.signature);
    /* A body is text that ends, as http.h has it. */
    char *body = malloc(size - 1);
    insist(body != NULL);
    memcpy(body, data + 2, size - 2);
    body[size - 2] = '\0';
    relayer_read(&q, status, body, size - 2, &a);
    free(body);
    judge(&q, status, &a);
    return 0;
}
