/* image - an engine's state as bytes, and back: one walk over it for both
 *
 * image_bytes writes memory out, or fills it, by what the image is for; so
 * what is saved and what is loaded cannot differ.  Memory as it lies: good for
 * the program that wrote it, and no other. */
#ifndef RISKD_IMAGE_H
#define RISKD_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image {
    uint8_t *at;   /* NULL: only measured. */
    size_t size;   /* Room there is, or bytes there are. */
    size_t used;
    bool loads;
    bool bad;      /* Too short, or a number in it makes no sense. */
};

void image_bytes(struct image *i, void *p, size_t size);
#define IMAGE(i, x) image_bytes((i), &(x), sizeof (x))
/* A count of at most most. */
void image_count(struct image *i, uint32_t *count, uint32_t most);

struct ledger;
struct grants;
struct metrics;
struct rules;
struct alerts;
void ledger_image(struct ledger *l, struct image *i);
void grants_image(struct grants *g, struct image *i);
void metrics_image(struct metrics *m, struct image *i);
void rules_image(struct rules *r, struct image *i);
void alerts_image(struct alerts *a, struct image *i);

#endif /* RISKD_IMAGE_H */
