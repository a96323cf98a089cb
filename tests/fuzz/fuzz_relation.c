/* fuzz_relation - any line judged; two related titles are related both ways
 * links: arb executor common proto
 * max_len: 1024
 */

#include "deploy/arb/relate/candidates.h"
#include "deploy/arb/relate/relation.h"

#include "common/must.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge_both_ways(char *a, char *b)
{
    static const enum relation back[] = {
        RELATION_none, RELATION_equivalent, RELATION_implied,
        RELATION_implies, RELATION_exclusive
    };
    struct question_text x, y;
    const char *why;

    if (question_read(a, &x) && question_read(b, &y))
        must(relation_of(&y, &x, &why) == back[relation_of(&x, &y, &why)]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char out[LINE_OUT_CAP], text[2][512];
    const uint8_t *line = memchr(data, '\n', size);
    size_t first = line ? (size_t)(line - data) : size;
    size_t second = line ? size - first - 1 : 0;

    (void)relations_judge(NULL, (const char *)data, size, out);
    if (first >= sizeof text[0] || second >= sizeof text[1])
        return 0;
    memcpy(text[0], data, first);
    memcpy(text[1], data + size - second, second);
    text[0][first] = text[1][second] = '\0';
    judge_both_ways(text[0], text[1]);
    return 0;
}
