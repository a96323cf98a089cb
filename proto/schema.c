/* schema - the .def lists become tables
 *
 * The same rows that made the structs in proto.h make the tables that the
 * codec, the renderer and the recorder walk.  Nothing here is written by hand
 * for one message.  A kind's form, SQL type, word table and record are looked
 * up by its name, which is why every kind gets the five names below.
 */
#include "proto/proto.h"

#include <string.h>

#include <openssl/sha.h>

#include "proto/render.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off: it does not know what half a brace is for. */

/* The words of every enumeration ... */
#define ENUM(name, help) static const char *const name##_list[] = {
#define VALUE(name, value, help) #value,
#define END_ENUM(name) };
#include "proto/enums.def"
/* ... and the tables that own them. */
#define ENUM(name, help)                                                    \
    const struct enum_table name##_words = { #name, name##_list,            \
                                             COUNT_OF(name##_list) };
#define VALUE(name, value, help)
#define END_ENUM(name)
#include "proto/enums.def"

/* By kind: price_form, price_sql, and the two pointers a field may have.
 * price_words and price_record are declared and never defined: only an ENUM's
 * and a LIST's are ever taken. */
#define KIND(name, ctype, form, sql)                                        \
    enum { name##_form = FORM_##form };                                     \
    __attribute__((unused)) static const char name##_sql[] = sql;           \
    extern const struct enum_table name##_words;                            \
    extern const struct schema name##_record;                               \
    SIZE_OF_##form(ctype)                                                   \
    ROOM_##form(name)
/* The codec reads a field through its form: sizes must agree. */
#define SIZED(ctype, size) _Static_assert(sizeof(ctype) == (size), #ctype);
#define SIZE_OF_INT(ctype) SIZED(ctype, sizeof(int64_t))
#define SIZE_OF_COUNT(ctype) SIZED(ctype, sizeof(uint64_t))
#define SIZE_OF_FLAG(ctype) SIZED(ctype, sizeof(bool))
#define SIZE_OF_ENUM(ctype) SIZED(ctype, sizeof(uint32_t))
#define SIZE_OF_TOKEN(ctype) SIZED(ctype, 32)
#define SIZE_OF_HASH(ctype) SIZED(ctype, 32)
#define SIZE_OF_UUID(ctype) SIZED(ctype, 16)
#define SIZE_OF_TEXT(ctype) SIZED(ctype, 81)
#define SIZE_OF_TITLE(ctype) SIZED(ctype, 201)
#define SIZE_OF_BYTES(ctype) SIZED(ctype, sizeof(struct bytes))
#define SIZE_OF_LIST(ctype)
/* How many records fit, and where they begin. */
#define NO_ROOM(name) enum { name##_room = 0, name##_at = 0 };
#define ROOM_INT(name) NO_ROOM(name)
#define ROOM_COUNT(name) NO_ROOM(name)
#define ROOM_FLAG(name) NO_ROOM(name)
#define ROOM_ENUM(name) NO_ROOM(name)
#define ROOM_TOKEN(name) NO_ROOM(name)
#define ROOM_HASH(name) NO_ROOM(name)
#define ROOM_UUID(name) NO_ROOM(name)
#define ROOM_TEXT(name) NO_ROOM(name)
#define ROOM_TITLE(name) NO_ROOM(name)
#define ROOM_BYTES(name) NO_ROOM(name)
#define ROOM_LIST(name)                                                     \
    enum { name##_room = name##_cap, name##_at = offsetof(struct name, at) };
#include "proto/kinds.def"

/* One row a field, for records and messages alike. */
#define ROW(owner, kind, field, help)                                       \
    { #field, help, (enum form)kind##_form, #kind, kind##_sql,              \
      offsetof(struct owner, field),                                        \
      (int)kind##_form == FORM_ENUM ? &kind##_words : NULL,                 \
      (int)kind##_form == FORM_LIST ? &kind##_record : NULL,                \
      kind##_room, kind##_at, #owner "." #field },

#define RECORD(rec, help) static const struct field rec##_fields[] = {
#define FIELD(rec, kind, name, help) ROW(rec, kind, name, help)
#define END(rec) };
#define LIST(kind, rec, cap)
#include "proto/lists.def"

/* A list's record goes by the list's name too: legs_record is leg_schema. */
#define RECORD(rec, help)                                                   \
    const struct schema rec##_schema = { #rec, help, 0, sizeof(struct rec), \
                                         rec##_fields,                      \
                                         COUNT_OF(rec##_fields) };
#define FIELD(rec, kind, name, help)
#define END(rec)
#define LIST(kind, rec, cap)                                                \
    extern const struct schema kind##_record                                \
        __attribute__((alias(#rec "_schema")));
#include "proto/lists.def"

#define MESSAGE(msg, type, help) static const struct field msg##_fields[] = {
#define FIELD(msg, kind, name, help) ROW(msg, kind, name, help)
#define END(msg) };
#include "proto/messages.def"

#define MESSAGE(msg, type, help)                                            \
    const struct schema msg##_schema = { #msg, help, type,                  \
                                         sizeof(struct msg), msg##_fields,  \
                                         COUNT_OF(msg##_fields) };
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"

const struct schema *const schema_all[] = {
#define MESSAGE(msg, type, help) &msg##_schema,
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"
};
const size_t schema_all_count = COUNT_OF(schema_all);

static const struct schema *const by_type[TYPE_end_] = {
#define MESSAGE(msg, type, help) [type] = &msg##_schema,
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"
};

/* clang-format on */

const char *
enum_word(const struct enum_table *words, uint32_t value)
{
    return value < words->count ? words->values[value] : "?";
}

bool
enum_parse(const struct enum_table *words, const char *word, uint32_t *value)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (strcmp(words->values[i], word) == 0) {
            *value = i;
            return true;
        }
    return false;
}

const struct schema *
schema_find(uint32_t type)
{
    return type < TYPE_end_ ? by_type[type] : NULL;
}

uint64_t
schema_fingerprint(void)
{
    /* The one thing here that is computed: always the same value, kept so
     * that every envelope can carry its low byte.  0 = not yet. */
    static _Atomic uint64_t known;
    uint64_t print = known;
    if (print != 0)
        return print;
    char text[SCHEMA_TEXT_CAP];
    uint8_t sum[SHA256_DIGEST_LENGTH];
    size_t size = schema_print(text, sizeof text);
    SHA256((const uint8_t *)text, size, sum);
    for (size_t i = 0; i < sizeof print; i++)
        print = print << 8 | sum[i];
    known = print;
    return print;
}
