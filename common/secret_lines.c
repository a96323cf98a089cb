/* secret_lines - a file of secrets for people to write */

/* A value ends where a blank begins; a key has its value once.  What was read
 * is wiped, whatever came of it. */

#include "common/secret_lines.h"

#include <string.h>

enum { FILE_CAP = 4096 };

static bool
take_line(char *line, const struct secret_place *places, size_t count)
{
    char *colon = strchr(line, ':');

    if (colon == NULL)
        return false;
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t size = strcspn(value, " \t\r");
    for (size_t i = 0; i < count; i++) {
        const struct secret_place *p = &places[i];

        if (strcmp(p->key, line) == 0 && p->at[0] == '\0' && size > 0 &&
            size < p->cap &&
            strspn(value + size, " \t\r") == strlen(value + size)) {
            memcpy(p->at, value, size);
            p->at[size] = '\0';
            return true;
        }
    }
    return false;
}

static bool
read_lines(char *text, const struct secret_place *places, size_t count,
           const char *expected, const char *path, struct why *why)
{
    unsigned number = 0;

    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        number++;
        line += strspn(line, " \t\r");
        if (line[0] != '\0' && line[0] != '#' &&
            !take_line(line, places, count))
            return why_set(why, "%s:%u: expected %s, each once, and its "
                           "value", path, number, expected);
    }
    return true;
}

bool
secret_lines(const char *path, const struct secret_place *places,
             size_t count, const char *expected, struct why *why)
{
    uint8_t text[FILE_CAP + 1];
    size_t size;

    if (!secret_read(path, text, FILE_CAP, &size, why))
        return false;
    text[size] = '\0';
    bool ok = strlen((char *)text) == size
                  ? read_lines((char *)text, places, count, expected, path,
                               why)
                  : why_set(why, "%s: not a text", path);
    secret_wipe(text, sizeof text);
    return ok;
}
