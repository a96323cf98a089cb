/* proto - the tables become structs, schemas and typed doors */
#ifndef PROTO_PROTO_H
#define PROTO_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/units.h"

/* Enumerations: enum side { SIDE_buy, SIDE_sell, SIDE_COUNT_ }. */
#define ENUM(name, help) enum name {
#define VALUE(name, value, help) name##_##value,
#define END_ENUM(name) name##_end_ };
#include "proto/enums.def"

/* A packed message inside another (log_record). */
#define BYTES_CAP 32768
struct bytes { uint32_t size; uint8_t b[BYTES_CAP]; };

/* Lists and their records.  First what does not depend on the kinds ... */
enum form {
    FORM_INT, FORM_COUNT, FORM_FLAG, FORM_ENUM, FORM_TOKEN, FORM_HASH,
    FORM_UUID, FORM_TEXT, FORM_TITLE, FORM_BYTES, FORM_LIST
};

struct legs;
struct levels;
struct used_levels;
struct tokens;
struct reasons;
struct buckets;
struct heads;
struct hours;

/* ... then the C type behind each plain kind, the records, the lists. */
typedef struct price kind_price;
typedef struct qty kind_qty;
typedef struct money kind_money;
typedef struct ppm kind_ppm;
typedef struct bps kind_bps;
typedef struct nanos kind_nanos;
typedef struct ms kind_ms;
typedef uint64_t kind_count;
typedef bool kind_flag;
typedef struct hash kind_token;
typedef struct hash kind_hash;
typedef struct uuid kind_uuid;
typedef struct text kind_text;
typedef struct title kind_title;
typedef struct bytes kind_bytes;
#define ENUM(name, help) typedef enum name kind_##name;
#define VALUE(name, value, help)
#define END_ENUM(name)
#include "proto/enums.def"

#define RECORD(rec, help) struct rec {
#define FIELD(rec, kind, name, help) kind_##kind name;
#define END(rec) };
#define LIST(kind, rec, cap) \
    enum { kind##_cap = cap }; \
    struct kind { uint32_t count; struct rec at[cap]; }; \
    typedef struct kind kind_##kind;
#include "proto/lists.def"

/* One struct per message: struct market { enum venue venue; ... }. */
#define MESSAGE(msg, type, help) struct msg {
#define FIELD(msg, kind, name, help) kind_##kind name;
#define END(msg) };
#include "proto/messages.def"

/* One number per message: TYPE_market = 1. */
enum type {
    TYPE_none = 0,
#define MESSAGE(msg, type, help) TYPE_##msg = type,
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"
    TYPE_end_ = 100
};

struct enum_table {
    const char *name;
    const char *const *values; /* Words, by number. */
    uint32_t count;
};

struct schema;

struct field {
    const char *name;
    const char *help;
    enum form form;
    const char *kind;                 /* "price", "legs", ... */
    const char *sql;
    uint32_t offset;
    const struct enum_table *words;   /* FORM_ENUM only. */
    const struct schema *record;      /* FORM_LIST only. */
    uint32_t cap;                     /* FORM_LIST only. */
    uint32_t at;                      /* FORM_LIST: offset of at[] in it. */
    const char *path;                 /* "fill.fee", "leg.side". */
};

struct schema {
    const char *name;
    const char *help;
    uint16_t type;  /* 0 for records. */
    uint32_t size;  /* Of the struct. */
    const struct field *fields;
    uint32_t fields_count;
};

/* market_schema, fill_schema, ..., leg_schema, level_schema, ... */
#define MESSAGE(msg, type, help) extern const struct schema msg##_schema;
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"
#define RECORD(rec, help) extern const struct schema rec##_schema;
#define FIELD(rec, kind, name, help)
#define END(rec)
#define LIST(kind, rec, cap)
#include "proto/lists.def"

/* side_words, mode_words, ... */
#define ENUM(name, help) extern const struct enum_table name##_words;
#define VALUE(name, value, help)
#define END_ENUM(name)
#include "proto/enums.def"

/* The word of a value ("buy"); "?" when out of range. */
const char *enum_word(const struct enum_table *words, uint32_t value);
MUST_CHECK bool enum_parse(const struct enum_table *words, const char *word,
                           uint32_t *value);

/* By type number, NULL when unknown; all messages, in order of type. */
const struct schema *schema_find(uint32_t type);
extern const struct schema *const schema_all[];
extern const size_t schema_all_count;
/* First 8 bytes of the SHA-256 of the printed schema. */
uint64_t schema_fingerprint(void);

/* Where a message goes; see links.def. */
enum route {
    ROUTE_PUB = 1, ROUTE_REPLY = 2, ROUTE_FACTS = 4, ROUTE_SYNC = 8,
    ROUTE_RISK = 16, ROUTE_SNAP = 32, ROUTE_CTL = 64, ROUTE_LOG = 128,
    ROUTE_SHELL = 256
};
/* All routes this speaker has for this type; 0 = it may not say it. */
uint32_t link_routes(enum source speaker, uint32_t type);

/* Largest packed message; buffers of this size always suffice. */
#define PACKED_CAP 40960

/* Packs the message as a msgpack array of exactly its fields.  Returns the
 * bytes used, 0 when cap is too small. */
size_t schema_pack(const struct schema *sc, const void *msg, uint8_t *buf,
                   size_t cap);
/* Total: any bytes give true, or false with the name of the first bad field
 * in *bad ("fee", "leg.side", "(array)", "(trailing)"; bad may be NULL).  On
 * false the struct is partly filled; do not use it.  Of a list only the used
 * part is written, of a text all.  What is accepted has the one spelling that
 * schema_pack gives it. */
MUST_CHECK bool schema_unpack(const struct schema *sc, void *msg,
                              const uint8_t *buf, size_t size,
                              const char **bad);

/* The same for a record of a journal, which may be older than this program:
 * fields appended since it was written are zero, lists empty. */
MUST_CHECK bool schema_unpack_kept(const struct schema *sc, void *msg,
                                   const uint8_t *buf, size_t size,
                                   const char **bad);

/* The envelope around every message on the bus and in `inputs`. */
struct envelope {
    uint8_t ver;          /* Low byte of the schema fingerprint. */
    uint16_t type;
    enum source src;
    uint64_t run;         /* Of the speaker; only grows. */
    uint64_t seq;         /* Every message of this run. */
    uint64_t tseq;        /* Every PUB message of this type and run; 0 = not
                             published.  See common/streams.h. */
    struct nanos mono;    /* When it was said. */
    struct nanos wall;
    uint64_t req;         /* Request id; a reply repeats it; 0 = none. */
    uint64_t trace;       /* run (low 16 bits) << 48 | seq of the book
                             message that began the chain. */
    const uint8_t *body;  /* Packed message, inside the buffer. */
    size_t body_size;
};
#define ENVELOPE_CAP (PACKED_CAP + 128)
size_t envelope_pack(const struct envelope *e, uint8_t *buf, size_t cap);
MUST_CHECK bool envelope_unpack(struct envelope *e, const uint8_t *buf,
                                size_t size, const char **bad);

/* Typed front doors: nobody hands a fill to market's packer. */
#define MESSAGE(msg, type, help)                                            \
    static inline size_t msg##_pack(const struct msg *m, uint8_t *b,        \
                                    size_t cap)                             \
    {                                                                       \
        return schema_pack(&msg##_schema, m, b, cap);                       \
    }                                                                       \
    MUST_CHECK static inline bool msg##_unpack(struct msg *m,               \
                                    const uint8_t *b, size_t size)          \
    {                                                                       \
        return schema_unpack(&msg##_schema, m, b, size, NULL);              \
    }
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"

#endif /* PROTO_PROTO_H */
