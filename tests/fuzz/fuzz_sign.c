/* fuzz_sign - bytes as a line of `arb sign-...`
 * links: arb executor common proto
 * max_len: 4096
 *
 * The first byte picks the command.  Whatever the line, the answer is one
 * JSON object: an error alone, or what was signed.  A signed order's body is
 * JSON too, holds the signature that is told, and signs the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/must.h"
#include "deploy/arb/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static const struct key *
the_key(void)
{
    static struct key *key;
    const uint8_t secret[32] = { 0x4c, [31] = 0x01 };

    if (!key) {
        key = key_new(secret, NULL);
        must(key);
    }
    return key;
}

static void
check_order(const struct json_value *answer)
{
    const char *body = json_string(json_get(answer, "body"));
    const char *sig = json_string(json_get(answer, "signature"));

    insist(body && sig);
    struct json *j = json_parse(body, strlen(body), NULL);
    insist(j);
    const struct json_value *order = json_get(json_root(j), "order");
    const char *inside = json_string(json_get(order, "signature"));
    insist(inside && strcmp(inside, sig) == 0);
    insist(strlen(sig) == 132 || strlen(sig) == 636);
    json_destroy(&j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sign_line *const all[] = { sign_order_line, sign_auth_line,
                                      sign_request_line, sign_tx_line };
    static char out[LINE_OUT_CAP], again[LINE_OUT_CAP];

    if (size == 0)
        return 0;
    unsigned which = data[0] % 4;
    const char *line = (const char *)data + 1;
    size_t used = all[which](the_key(), line, size - 1, out);
    insist(used < sizeof out && used == strlen(out));
    struct json *j = json_parse(out, used, NULL);
    insist(j && json_is_object(json_root(j)));
    const struct json_value *error = json_get(json_root(j), "error");
    insist(!error || (json_string(error) && json_size(json_root(j)) == 1));
    if (!error && which == 0)
        check_order(json_root(j));
    json_destroy(&j);
    insist(all[which](the_key(), line, size - 1, again) == used);
    insist(memcmp(out, again, used) == 0);
    return 0;
}
