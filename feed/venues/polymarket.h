/* polymarket - what the files of this venue share */
#ifndef FEED_VENUES_POLYMARKET_H
#define FEED_VENUES_POLYMARKET_H

#include "common/json.h"
#include "feed/venue.h"

/* Polymarket's rules for the texts in its frames.  Each false means the text
 * is none; bool only, the caller names the fault. */
bool polymarket_token(const struct json_value *v, struct hash *token);
bool polymarket_time(const struct json_value *v, struct venue_stamp *at);
bool polymarket_market(const struct json_value *v, const char **market);
/* micros_parse, and the venue's own way to write 0.48: ".48". */
bool polymarket_amount(const char *s, size_t size, int64_t *micros);
bool polymarket_price(const char *s, struct vlevel *l);
/* Sizes above a billion shares are refused as well. */
bool polymarket_size(const char *s, struct vlevel *l);
bool polymarket_hash(const struct json_value *v, struct sha1 *hash);

/* Events of one parsed text: an object or an array of them. */
bool polymarket_read(struct venue_room *r, const struct json_value *root,
                     const struct venue_sink *sink);
/* One book object, of the channel or an answer. */
void polymarket_read_book(struct venue_room *r, const struct json_value *o,
                          bool rest, const struct venue_sink *sink);
bool polymarket_read_books(struct venue_room *r, const char *s, size_t size,
                           const struct venue_sink *sink);
bool polymarket_read_page(struct venue_room *r, const char *s, size_t size,
                          const struct venue_sink *sink,
                          struct venue_cursor *next);
/* The events of a parsed array. */
void polymarket_read_events(struct venue_room *r,
                            const struct json_value *list,
                            const struct venue_sink *sink);
bool polymarket_read_named(struct venue_room *r, const char *s, size_t size,
                           const struct venue_sink *sink);
/* One listed market; false when it is not one that can be followed. */
bool polymarket_read_market(const struct json_value *o,
                            struct venue_market *out);
/* "2026-03-31T12:00:00Z", ".123", "+00", "2026-03-31": 0 = none. */
struct nanos polymarket_iso(const char *s);
/* A decimal as a number or text, cut to micros; false when it is none. */
bool polymarket_decimal(const struct json_value *v, int64_t *micros);
void polymarket_book_hash(const struct vbook *b, const char *token,
                          struct sha1 *out, struct digest *sha1);

size_t polymarket_write_subscribe(const struct hash *tokens, uint32_t count,
                                  bool first, char *out, size_t cap);
size_t polymarket_write_unsubscribe(const struct hash *tokens, uint32_t count,
                                    char *out, size_t cap);
size_t polymarket_write_books(const struct hash *tokens, uint32_t count,
                              char *out, size_t cap);
size_t polymarket_write_page_url(const char *base, uint64_t limit,
                                 struct money liquidity_min,
                                 const char *cursor, char *out, size_t cap);
size_t polymarket_write_event_url(const char *base, const char *id, char *out,
                                  size_t cap);
size_t polymarket_write_books_url(const char *base, char *out, size_t cap);
size_t polymarket_write_named(const struct hash *tokens, uint32_t *count,
                              bool closed, char *out, size_t cap);
size_t polymarket_write_named_url(const char *base, const char *named,
                                  char *out, size_t cap);

#endif /* FEED_VENUES_POLYMARKET_H */
