/* render - any message as JSON, and the schema as text */
#ifndef PROTO_RENDER_H
#define PROTO_RENDER_H

#include "proto/proto.h"

/* One JSON object without a newline: {"type":"fill","fill_id":...}.  Prices,
 * shares and dollars are decimal strings ("0.5"), times integers (ns), ids
 * strings, enums words, lists arrays of objects.  Returns the bytes written
 * (NUL terminated), 0 when cap is too small. */
size_t schema_json(const struct schema *sc, const void *msg, char *out,
                   size_t cap);
/* One field of it alone, as it would stand there behind the colon. */
size_t field_json(const struct field *f, const void *msg, char *out,
                  size_t cap);
/* Appends s as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
 * Returns bytes written, 0 when cap is too small. */
size_t json_quote(const char *s, size_t size, char *out, size_t cap);
/* The schema of every message as text, one field a line: what the golden
 * file holds and the fingerprint is taken of.  Returns bytes, 0 if short. */
size_t schema_print(char *out, size_t cap);
#define SCHEMA_TEXT_CAP 65536

#endif /* PROTO_RENDER_H */
