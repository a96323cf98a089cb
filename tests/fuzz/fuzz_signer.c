/* fuzz_signer - what an executor in wrong hands may ask of the signer
 *
 * links: executor common proto
 * A grant and orders that fit it, then the bytes change them, a field at a
 * time, to values at every edge; a bit each says whether riskd's mark and the
 * orders' ids are made good again.  Whatever was asked: nothing is signed
 * without that mark, more than a leg allows, or twice for a leg.  The rest of
 * the bytes is the file of what was signed, and a path that is to be signed.
 * max_len: 512
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/executor/signer_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes_in { const uint8_t *at, *end; };

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static uint8_t
take(struct bytes_in *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

/* Near what it was, or at an edge. */
static int64_t
other_number(struct bytes_in *in, int64_t was)
{
    static const int64_t edges[] = { 0, 1, -1, 15, 16, INT64_MAX, INT64_MIN,
                                     INT64_MAX / 2, 1000000, 4294967296 };
    uint8_t b = take(in);

    if (b < 128)
        return (int64_t)((uint64_t)was + b - 64);
    return edges[b % (sizeof edges / sizeof edges[0])];
}

static void
change(struct bytes_in *in, const struct field *f, char *p)
{
    switch (f->form) {
    case FORM_INT:
    case FORM_COUNT:
        *(int64_t *)(void *)p = other_number(in, *(int64_t *)(void *)p);
        return;
    case FORM_FLAG: *(bool *)p = take(in) % 2 == 0; return;
    case FORM_ENUM:
        *(uint32_t *)(void *)p = take(in) % (f->words->count + 1);
        return;
    case FORM_TOKEN:
    case FORM_HASH: p[take(in) % 32] ^= (char)take(in); return;
    case FORM_UUID: p[take(in) % 16] ^= (char)take(in); return;
    case FORM_TEXT:
    case FORM_TITLE: *p = (char)(take(in) % 128); return;
    case FORM_BYTES: return;
    case FORM_LIST: break;
    }
    uint8_t which = take(in);
    if (which == 255) /* More than there is room for. */
        *(uint32_t *)(void *)p = f->cap + take(in);
    else
        change(in, &f->record->fields[which % f->record->fields_count],
               p + f->at + which % 2 * f->record->size +
                   f->record->fields[which % f->record->fields_count].offset);
}

static void
change_message(struct bytes_in *in, const struct schema *sc, void *msg)
{
    const struct field *f = &sc->fields[take(in) % sc->fields_count];

    change(in, f, (char *)msg + f->offset);
}

/* What was allowed is what was granted, and only that. */
static void
check_yes(const struct kit *k, const struct signer_batch *b)
{
    insist(grant_mac_fits(&k->terms.mac, b->grant));
    insist(b->grant->mode == MODE_live && b->fresh <= b->count);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct intent *m = &b->intents[i];
        insist(m->leg < b->grant->legs.count);
        const struct leg *l = &b->grant->legs.at[m->leg];
        insist(m->side == l->side && m->qty.micros <= l->size.micros);
        insist(memcmp(m->token.b, l->token.b, sizeof l->token.b) == 0);
        insist(hash_equal(&b->drafts[i].id, &m->order));
        for (uint32_t j = 0; j < i; j++)
            insist(b->intents[j].leg != m->leg ||
                   hash_equal(&b->intents[j].order, &m->order));
    }
}

/* The same leg again is the same order or none. */
static void
ask_again(struct signer *s, const struct kit *k, struct signer_batch *b)
{
    static struct kit other;

    for (uint32_t i = 0; i < b->fresh; i++)
        insist(signer_remember(s, &b->facts[i]) == SIGNER_NO_none);
    insist(signer_check(s, b) == SIGNER_NO_none && b->fresh == 0);
    other = *k;
    other.intent[0].salt++;
    kit_name(&other, &other.intent[0]);
    struct signer_batch twice = { .grant = b->grant,
                                  .intents = other.intent, .count = 1,
                                  .wall = b->wall };
    insist(hash_equal(&other.intent[0].order, &k->intent[0].order) ||
           signer_check(s, &twice) != SIGNER_NO_none);
}

static void
read_store(struct signer *s, struct bytes_in *in)
{
    struct signed_order m;
    uint8_t record[SIGNED_SIZE], again[SIGNED_SIZE];

    while (in->end - in->at >= SIGNED_SIZE) {
        memcpy(record, in->at, SIGNED_SIZE);
        in->at += SIGNED_SIZE;
        if (!signed_unpack(&m, record))
            continue;
        signed_pack(&m, again);
        (void)signer_remember(s, &m);
    }
}

static void
try_path(const uint8_t *data, size_t size)
{
    char path[192] = "";

    memcpy(path, data, size < sizeof path - 1 ? size : sizeof path - 1);
    if (signer_may_request("POST", path) || signer_may_request("GET", path))
        insist(path[0] == '/' && !strstr(path, "..") && !strchr(path, '%'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct key *key;
    static struct kit good, k;
    struct bytes_in in = { data, data + size };

    if (!key) {
        key = key_of_hex(ANVIL_0);
        kit_begin(&good, key);
    }
    k = good;
    struct signer *s = signer_new(&k.terms);
    uint8_t how = take(&in), changes = take(&in) % 16;
    for (uint8_t i = 0; i < changes; i++) {
        uint8_t whom = take(&in);
        if (whom % 3 == 0)
            change_message(&in, &grant_schema, &k.grant);
        else
            change_message(&in, &intent_schema, &k.intent[whom % 3 - 1]);
    }
    for (uint32_t i = 0; i < 2 && how & 1; i++)
        kit_name(&k, &k.intent[i]);
    bool listed = k.grant.legs.count <= legs_cap;
    if (how & 2 && listed)
        kit_mark(&k);
    struct signer_batch b = { .grant = &k.grant, .intents = k.intent,
                              .count = how >> 2 & 3,
                              .wall = { KIT_NOW_MS * 1000000 } };
    if (b.count > 0 && signer_check(s, &b) == SIGNER_NO_none) {
        check_yes(&k, &b);
        ask_again(s, &k, &b);
    }
    read_store(s, &in);
    try_path(in.at, (size_t)(in.end - in.at));
    signer_destroy(&s);
    return 0;
}
