/* map - from a 32-byte or 16-byte key, or a text, to a small integer */

/* Linear probing over twice the slots ever used, so probes stay short; a
 * removal shifts back what follows, so there are no tombstones and a map that
 * lives for months is as fast as a new one.  Everybody's index: tokens to
 * books, orders to groups, fills already booked. */

#include "common/map.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_CAP = 96 };

struct slot {
    uint32_t tag;   /* Of the key, to compare before the key itself. */
    uint32_t value; /* MAP_NONE = empty. */
};

struct map {
    size_t key_size;
    uint32_t cap, count, mask;
    struct slot *slots;
    uint8_t *keys;
};

/* Multiply and fold, eight bytes at a time; the keys are mostly digests, but
 * event ids are short and alike. */
static uint64_t
mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
    return h ^ (h >> 32);
}

static uint64_t
key_hash(const struct map *m, const void *key)
{
    const uint8_t *p = key;
    uint64_t h = UINT64_C(0x2545f4914f6cdd1d), word;
    size_t left = m->key_size;

    for (; left >= 8; left -= 8, p += 8) {
        memcpy(&word, p, 8);
        h = mix(h, word);
    }
    word = left;
    for (; left > 0; left--)
        word = word << 8 | *p++;
    return mix(mix(h, word), h >> 17);
}

static uint8_t *
slot_key(const struct map *m, uint32_t i)
{
    return m->keys + (size_t)i * m->key_size;
}

/* The slot of the key, or the empty slot where it belongs. */
static uint32_t
locate(const struct map *m, const void *key, uint32_t *tag)
{
    uint64_t h = key_hash(m, key);
    uint32_t i = (uint32_t)h & m->mask;

    *tag = (uint32_t)(h >> 32);
    /* Mostly the key is at home: fetch it beside its slot, not after. */
    __builtin_prefetch(slot_key(m, i));
    while (m->slots[i].value != MAP_NONE) {
        if (m->slots[i].tag == *tag &&
            memcmp(slot_key(m, i), key, m->key_size) == 0)
            return i;
        i = (i + 1) & m->mask;
    }
    return i;
}

struct map *
map_new(size_t key_size, uint32_t cap)
{
    must(key_size > 0 && key_size <= KEY_CAP);
    must(cap > 0 && cap <= UINT32_C(1) << 29);
    uint32_t slots = 4;
    while (slots < cap * 2)
        slots *= 2;
    struct map *m = calloc(1, sizeof *m);
    must(m);
    m->key_size = key_size;
    m->cap = cap;
    m->mask = slots - 1;
    m->slots = malloc(slots * sizeof *m->slots);
    m->keys = malloc(slots * key_size);
    must(m->slots && m->keys);
    map_clear(m);
    return m;
}

void
map_destroy(struct map **m)
{
    if (!*m)
        return;
    free((*m)->slots);
    free((*m)->keys);
    free(*m);
    *m = NULL;
}

uint32_t
map_find(const struct map *m, const void *key)
{
    uint32_t tag;

    return m->slots[locate(m, key, &tag)].value;
}

bool
map_put(struct map *m, const void *key, uint32_t value)
{
    uint32_t tag, i = locate(m, key, &tag);

    must(value != MAP_NONE);
    if (m->slots[i].value == MAP_NONE) {
        if (m->count == m->cap)
            return false;
        m->count++;
        m->slots[i].tag = tag;
        memcpy(slot_key(m, i), key, m->key_size);
    }
    m->slots[i].value = value;
    return true;
}

bool
map_remove(struct map *m, const void *key)
{
    uint32_t tag, hole = locate(m, key, &tag);

    if (m->slots[hole].value == MAP_NONE)
        return false;
    m->count--;
    /* Whatever follows and could not have been found past the hole moves
     * into it. */
    for (uint32_t i = (hole + 1) & m->mask; m->slots[i].value != MAP_NONE;
         i = (i + 1) & m->mask) {
        uint32_t home = (uint32_t)key_hash(m, slot_key(m, i)) & m->mask;
        if (((i - home) & m->mask) < ((i - hole) & m->mask))
            continue;
        m->slots[hole] = m->slots[i];
        memcpy(slot_key(m, hole), slot_key(m, i), m->key_size);
        hole = i;
    }
    m->slots[hole].value = MAP_NONE;
    return true;
}

uint32_t
map_count(const struct map *m)
{
    return m->count;
}

void
map_clear(struct map *m)
{
    memset(m->slots, 0xff, ((size_t)m->mask + 1) * sizeof *m->slots);
    m->count = 0;
}
