/* fuzz_text - bytes as amounts, ids and addresses; max_len: 512
 * links: common proto
 *
 * What is read can be written and read again to the same; a text that is kept
 * is text, whatever it was made of; no address lacks its parts.
 */
#include <stdlib.h>
#include <string.h>

#include "common/ws_url.h"
#include "proto/proto.h"
#include "proto/render.h"
#include "proto/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
as_amount(const char *s, size_t size)
{
    int64_t micros = 77, again;
    char text[MICROS_TEXT_CAP];

    if (!micros_parse(s, size, &micros)) {
        insist(micros == 77);
        return;
    }
    micros_format(micros, text);
    insist(micros_parse(text, strlen(text), &again) && again == micros);
    micros_format6(micros, text);
    insist(micros_parse(text, strlen(text), &again) && again == micros);
}

static void
as_ids(const char *s, size_t size)
{
    struct hash token, hash, again;
    struct uuid uuid, same;
    char text[TOKEN_TEXT_CAP];

    if (token_parse(s, size, &token)) {
        token_format(&token, text);
        insist(strlen(text) == size && memcmp(text, s, size) == 0);
    }
    if (hash_parse(s, size, &hash)) {
        hash_format(&hash, text);
        insist(hash_parse(text, strlen(text), &again));
        insist(hash_equal(&hash, &again));
    }
    if (uuid_parse(s, size, &uuid)) {
        uuid_format(&uuid, text);
        insist(uuid_parse(text, strlen(text), &same));
        insist(uuid_equal(&uuid, &same));
    }
}

/* s ends with a NUL and holds none. */
static void
as_texts(const char *s, size_t size)
{
    struct text text = { "" };
    struct title title = { "" };
    struct ws_url url;
    struct why why;
    char quoted[6 * 512 + 3];
    bool valid = utf8_is_valid(s, size);

    insist(!text_set(&text, s) || !valid || strcmp(text.s, s) == 0);
    insist(utf8_is_valid(text.s, strnlen(text.s, sizeof text.s)));
    insist(!title_set(&title, s) || !valid || strcmp(title.s, s) == 0);
    insist(utf8_is_valid(title.s, strnlen(title.s, sizeof title.s)));
    if (valid && size <= 512)
        insist(json_quote(s, size, quoted, sizeof quoted) > 0);
    if (ws_url_parse(s, &url, &why))
        insist(url.host[0] != '\0' && url.path[0] == '/' && url.port != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data;

    if (size > 4096)
        return 0;
    as_amount(s, size);
    as_ids(s, size);
    (void)utf8_is_valid(s, size);
    if (memchr(s, '\0', size) != NULL)
        return 0;
    char *copy = malloc(size + 1);
    insist(copy != NULL);
    memcpy(copy, s, size);
    copy[size] = '\0';
    as_texts(copy, size);
    free(copy);
    return 0;
}
