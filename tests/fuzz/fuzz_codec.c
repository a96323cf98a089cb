/* fuzz_codec - any bytes as any message; links: proto; max_len: 24000
 *
 * The first byte is the message's type.  What is accepted packs to the same
 * bytes and can be shown as JSON; what only an older release would have
 * written becomes a message that goes there and back.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct log_record room; /* No message is larger. */
static uint8_t packed[PACKED_CAP];
static char json[1 << 20];

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct schema *sc = size == 0 ? NULL : schema_find(data[0]);
    const char *bad = NULL;
    if (sc == NULL)
        return -1; /* Of no use to the corpus. */
    insist(sc->size <= sizeof room);
    if (!schema_unpack(sc, &room, data + 1, size - 1, &bad)) {
        insist(bad != NULL);
        if (!schema_unpack_kept(sc, &room, data + 1, size - 1, &bad))
            return 0;
        size_t whole = schema_pack(sc, &room, packed, sizeof packed);
        insist(whole > 0 && schema_unpack(sc, &room, packed, whole, &bad));
        return 0;
    }
    insist(schema_pack(sc, &room, packed, sizeof packed) == size - 1);
    insist(memcmp(packed, data + 1, size - 1) == 0);
    insist(schema_json(sc, &room, json, sizeof json) > 0);
    return 0;
}
