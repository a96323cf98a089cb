/* fuzz_envelope - any bytes as a frame from the bus; links: proto
 *
 * What the shell does with every frame: the envelope, then the message its
 * type names.  What is accepted packs to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct log_record room; /* No message is larger. */
static uint8_t packed[ENVELOPE_CAP];

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct envelope e;
    const char *bad = NULL;
    if (!envelope_unpack(&e, data, size, &bad)) {
        insist(bad != NULL);
        return 0;
    }
    insist(e.body >= data && e.body_size <= size);
    insist(e.body + e.body_size == data + size);
    insist(envelope_pack(&e, packed, sizeof packed) == size);
    insist(memcmp(packed, data, size) == 0);
    const struct schema *sc = schema_find(e.type);
    if (sc != NULL && schema_unpack(sc, &room, e.body, e.body_size, NULL))
        insist(schema_pack(sc, &room, packed, sizeof packed) == e.body_size);
    return 0;
}
