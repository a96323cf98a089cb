/* pen - who signs and talks: the key, the signer's logic, its file, the talk
 *
 * Apart from venue.h, which knows the exchange's own addresses and wallets:
 * simex checks signatures by a route of its own. */
#ifndef TESTS_WORLD_PEN_H
#define TESTS_WORLD_PEN_H

#include "tests/world/world.h"

struct pen;
struct pen *pen_new(bool heartbeat_ids);
void pen_destroy(struct pen **p);
/* Whose key it is, "0x..."; its API key there. */
const char *pen_owner(const struct pen *p);
void pen_login(struct pen *p, const char *key, const char *secret,
               const char *passphrase);
struct order_identity;
const struct order_identity *pen_identity(const struct pen *p);
struct mac_key;
const struct mac_key *pen_mac(const struct pen *p);
/* A new process, which reads its file. */
void pen_start(struct pen *p);
/* Signs and writes the request of a call; why it cannot. */
struct trip;
enum reason pen_request(struct world *w, struct pen *p, struct trip *t);
/* Says every word of the answer, if one was heard, in the turn that was begun;
 * fills in how it ended. */
void pen_answer(struct world *w, struct pen *p, const struct trip *t,
                bool heard, struct venue_done *done);
/* The same of a text of the user stream. */
void pen_frame(struct world *w, struct pen *p, const char *s, size_t size);

#endif /* TESTS_WORLD_PEN_H */
