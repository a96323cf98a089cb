/* herald_secret - a sink's file: where it is and what opens it */
#include "deploy/arb/herald.h"

#include "common/secret.h"

#include <string.h>
#include <strings.h>

enum { FILE_CAP = 4096 };

struct place { const char *key; char *at; size_t cap; };

static bool
take_line(char *line, const struct place *places, size_t count)
{
    char *colon = strchr(line, ':');
    if (colon == NULL) {
        return false;
    }
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t size = strcspn(value, " \t\r");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(places[i].key, line) == 0 && places[i].at[0] == '\0' &&
            size > 0 && size < places[i].cap &&
            strspn(value + size, " \t\r") == strlen(value + size)) {
            memcpy(places[i].at, value, size);
            return true;
        }
    }
    return false;
}

static bool
begins(const char *s, const char *with)
{
    return strncasecmp(s, with, strlen(with)) == 0;
}

/* What a sink cannot do without. */
static const char *
missing(enum sink_kind kind, const struct sink_secret *s)
{
    bool mail = kind == SINK_mail;
    if (mail ? !begins(s->url, "smtp://") && !begins(s->url, "smtps://")
             : !begins(s->url, "https://") && !begins(s->url, "http://")) {
        return mail ? "url: smtps://... or smtp://... is missing"
                    : "url: https://... is missing";
    }
    if (kind == SINK_telegram && s->chat[0] == '\0') {
        return "chat: is missing";
    }
    return (s->user[0] == '\0') == (s->password[0] == '\0')
               ? NULL
               : "user: and password: go together";
}

static bool
read_lines(char *text, struct sink_secret *s, const char *path,
           struct why *why)
{
    const struct place places[] = {
        { "url", s->url, sizeof s->url },
        { "secret", s->secret, sizeof s->secret },
        { "chat", s->chat, sizeof s->chat },
        { "user", s->user, sizeof s->user },
        { "password", s->password, sizeof s->password },
    };
    unsigned number = 0;
    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        number++;
        line += strspn(line, " \t\r");
        if (line[0] != '\0' && line[0] != '#' &&
            !take_line(line, places, sizeof places / sizeof places[0])) {
            return why_set(why, "%s:%u: expected url:, secret:, chat:, user: "
                                "or password:, each once, and its value",
                           path, number);
        }
    }
    return true;
}

bool
sink_secret_read(const char *path, enum sink_kind kind,
                 struct sink_secret *out, struct why *why)
{
    uint8_t text[FILE_CAP + 1];
    size_t size;
    memset(out, 0, sizeof *out);
    if (!secret_read(path, text, FILE_CAP, &size, why)) {
        return false;
    }
    text[size] = '\0';
    bool ok = strlen((char *)text) == size
                  ? read_lines((char *)text, out, path, why)
                  : why_set(why, "%s: not a text", path);
    secret_wipe(text, sizeof text);
    const char *lacks = ok ? missing(kind, out) : NULL;
    return ok && (lacks == NULL || why_set(why, "%s: %s", path, lacks));
}
