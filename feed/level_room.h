/* level_room - room for the price levels of all books, taken once
 *
 * Books differ a lot in depth, so they share: blocks of 16, 32, ... levels
 * from one array, kept by size when given back. */
#ifndef FEED_LEVEL_ROOM_H
#define FEED_LEVEL_ROOM_H

#include <stdint.h>

struct vlevel;
struct level_room;

struct level_room *level_room_new(uint32_t levels);
void level_room_destroy(struct level_room **r);
/* Room for at least want levels; *got = how many.  NULL when used up. */
struct vlevel *level_room_take(struct level_room *r, uint32_t want,
                               uint32_t *got);
/* Gives back a block of the size it was taken with. */
void level_room_give(struct level_room *r, struct vlevel *block,
                     uint32_t size);
uint32_t level_room_used(const struct level_room *r);

#endif /* FEED_LEVEL_ROOM_H */
