/* fuzz_streams - any frames of a PUB, one after the other; links: common proto
 *
 * Each is two bytes of its size, then an envelope, as the bus gives it to its
 * books.  Afterwards nothing a heartbeat proved may be missing untold.
 */
#include <stdlib.h>
#include <string.h>

#include "common/streams.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
prove(struct streams *s, const struct envelope *e)
{
    struct heartbeat m;
    struct streams before = *s;
    uint64_t lost;

    if (!heartbeat_unpack(&m, e->body, e->body_size))
        return;
    if (!streams_prove(s, e, &m.heads, &lost)) {
        insist(memcmp(&before, s, sizeof before) == 0);
        return;
    }
    for (uint32_t i = 0; i < m.heads.count; i++) {
        const struct head *h = &m.heads.at[i];
        const struct stream *st = &s->at[e->src][h->type];
        bool counts = s->wanted[h->type] && h->type != TYPE_heartbeat;
        insist(!counts || (st->run == e->run && st->tseq >= h->count));
    }
    insist(streams_prove(s, e, &m.heads, &lost) && lost == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct streams s;
    struct envelope e;

    memset(&s, 0, sizeof s);
    for (uint16_t type = 1; type < TYPE_end_; type += 2)
        streams_want(&s, type);
    streams_want(&s, TYPE_heartbeat);
    while (size >= 2) {
        size_t n = (size_t)(data[0] << 8 | data[1]);
        uint64_t lost;
        data += 2;
        size -= 2;
        n = n < size ? n : size;
        if (envelope_unpack(&e, data, n, NULL) && schema_find(e.type)
            && streams_hear(&s, &e, &lost) && e.type == TYPE_heartbeat)
            prove(&s, &e);
        data += n;
        size -= n;
    }
    return 0;
}
