/* map - from a 32-byte or 16-byte key, or a text, to a small integer
 *
 * Open addressing over a fixed capacity; no allocation after map_new. */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAP_NONE UINT32_MAX

struct map;

/* Keys of key_size bytes (1..96), at most cap of them. */
struct map *map_new(size_t key_size, uint32_t cap);
void map_destroy(struct map **m);
/* MAP_NONE when absent. */
uint32_t map_find(const struct map *m, const void *key);
/* False when full; an existing key gets the new value. */
bool map_put(struct map *m, const void *key, uint32_t value);
bool map_remove(struct map *m, const void *key);
uint32_t map_count(const struct map *m);
void map_clear(struct map *m);

#endif /* COMMON_MAP_H */
