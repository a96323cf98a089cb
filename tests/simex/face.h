/* face - the texts Polymarket would send, written from the core's state
 *
 * Pure text: no sockets.  A token is 2 * market + side (0 yes, 1 no).  All
 * writers add to a quill; frames are whole JSON texts. */
#ifndef SIMEX_FACE_H
#define SIMEX_FACE_H

#include "tests/simex/quill.h"
#include "tests/simex/simex.h"

/* Room for the largest text: a page of 100 full events, or 500 books. */
#define FACE_ROOM (size_t)(8 * 1024 * 1024)

struct face;

/* old_shape: price_change as it was before 2025-09. */
struct face *face_new(const struct simex *x, bool old_shape);
void face_destroy(struct face **f);

/* --- face_polymarket.c: books and the market channel --- */
/* SHA-1 of the book as it is now, 40 hex digits. */
const char *face_hash(struct face *f, uint32_t token);
/* The exact text that is hashed; for proofs. */
void face_hashed_text(const struct face *f, struct quill *q, uint32_t token);
/* As GET /book gives it. */
void face_book(struct face *f, struct quill *q, uint32_t token);
/* The array of book events of these tokens. */
void face_books_frame(struct face *f, struct quill *q, const uint32_t *tokens,
                      uint32_t count);
/* Entries for the sides in `mask` (bit 0 yes, bit 1 no) that the news is
 * about; those in `spoil` get a wrong hash. */
void face_level_frame(struct face *f, struct quill *q, const struct news *n,
                      uint32_t mask, uint32_t spoil);
/* Sides a LEVEL news is about. */
uint32_t face_level_sides(const struct face *f, const struct news *n);
void face_trade_frame(struct face *f, struct quill *q, const struct news *n);
void face_tick_frame(struct face *f, struct quill *q, const struct news *n,
                     uint32_t side);
void face_best_frame(struct face *f, struct quill *q, const struct news *n,
                     uint32_t side);
void face_listed_frame(struct face *f, struct quill *q, const struct news *n);
void face_resolved_frame(struct face *f, struct quill *q,
                         const struct news *n);

/* --- face_gamma.c: the catalogue --- */
void face_event(const struct face *f, struct quill *q, uint32_t event);
void face_market(const struct face *f, struct quill *q, uint32_t market,
                 bool with_event);

/* --- for both --- */
const struct simex *face_core(const struct face *f);
bool face_is_neg_risk(const struct face *f, uint32_t market);
void face_list(struct quill *q, const char *const *texts, uint32_t count);
/* 2026-11-21T14:33:00Z */
void face_iso(struct quill *q, int64_t ms);

#endif /* SIMEX_FACE_H */
