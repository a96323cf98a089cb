/* conf - settings from YAML, checked against rows, complaints with places
 *
 * A file is a mapping of sections to mappings of keys.  `base: other.yaml`
 * at the top (relative to the file) is read first and overridden.  Each
 * section belongs to one conf.def; rows are
 *     CONF(kind, name, default, min, max, help)
 * with the kinds below; default, min and max are texts as they would stand in
 * the file (min, max "" = none; text kinds: least and most bytes; word: min
 * has the words there are, a blank between them).  The same row makes the
 * struct member.  Every default is in the shipped file. */
#ifndef COMMON_CONF_H
#define COMMON_CONF_H

#include "proto/proto.h"
#include "common/why.h"

struct conf_list { uint32_t count; struct text at[64]; };
struct path { char s[256]; };

typedef uint64_t conf_count;
typedef bool conf_flag;            /* true | false, nothing else */
typedef struct money conf_money;   /* 250 or 12.5, dollars */
typedef struct price conf_price;
typedef struct qty conf_qty;
typedef struct ppm conf_ppm;       /* a fraction: 0.03 */
typedef struct ms conf_ms;         /* milliseconds, an integer */
typedef struct text conf_text;
typedef struct text conf_word;     /* one of those in min */
typedef struct path conf_path;     /* relative to the working directory;
                                    * common.var: see home.h */
typedef struct conf_list conf_list;
typedef enum mode conf_mode;       /* a word of enum mode */

enum conf_kind {
    CONF_count, CONF_flag, CONF_money, CONF_price, CONF_qty, CONF_ppm,
    CONF_ms, CONF_text, CONF_word, CONF_path, CONF_list, CONF_mode
};

struct conf_row {
    enum conf_kind kind;
    uint32_t offset;
    const char *name, *def, *min, *max, *help;
};

struct conf_section {
    const char *name;               /* "scanner" */
    const char *help;               /* One sentence for the shipped file. */
    const struct conf_row *rows;    /* NULL: another process's section: only
                                       its shape is checked, its text kept. */
    uint32_t rows_count;
};

/* In tables.c of each process (and common/tables.c for `common`):
 *     const struct conf_row scanner_conf_rows[] = {
 *     #define CONF(kind, name, def, min, max, help) \
 *         CONF_ROW(scanner, kind, name, def, min, max, help)
 *     #include "scanner/conf.def"
 *     };                                                                */
#define CONF_ROW(sec, kind, name, def, min, max, help)                      \
    { CONF_##kind, offsetof(struct sec##_conf, name), #name, def, min, max, \
      help },

/* All complaints of one reading, one a line "file:line: section.key: ...". */
struct complaints { uint32_t count; char text[8192]; };

struct conf;

/* Reads file (NULL = defaults only), then the overrides "section.key=value"
 * in order.  sections are all that exist (an unknown section or key is a
 * complaint).  NULL when there is any complaint. */
struct conf *conf_read(const char *file, const char *const *overrides,
                       size_t overrides_count,
                       const struct conf_section *const *sections,
                       size_t sections_count, struct complaints *bad);
void conf_destroy(struct conf **conf);
/* Fills the struct of one section (one of conf_read's, with rows); total
 * once conf_read succeeded. */
void conf_fill(const struct conf *conf, const struct conf_section *section,
               void *out);
/* The effective configuration as YAML that reads back to itself; with help,
 * each key has its sentence and bounds above it.  Returns bytes, 0 short. */
size_t conf_print(const struct conf *conf, bool help, char *out, size_t cap);
/* First 8 bytes of SHA-256 of what was given by files and overrides, whole
 * (section NULL) or of one section.  Independent of which rows this process
 * knows: given the same, every process gets the same number. */
uint64_t conf_digest(const struct conf *conf, const char *section);

#endif /* COMMON_CONF_H */
