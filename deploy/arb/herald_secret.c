/* herald_secret - a sink's file: where it is and what opens it */
#include "deploy/arb/herald.h"

#include "common/secret_lines.h"

#include <string.h>
#include <strings.h>

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

bool
sink_secret_read(const char *path, enum sink_kind kind,
                 struct sink_secret *out, struct why *why)
{
    const struct secret_place places[] = {
        { "url", out->url, sizeof out->url },
        { "secret", out->secret, sizeof out->secret },
        { "chat", out->chat, sizeof out->chat },
        { "user", out->user, sizeof out->user },
        { "password", out->password, sizeof out->password },
    };
    memset(out, 0, sizeof *out);
    if (!secret_lines(path, places, sizeof places / sizeof places[0],
                      "url:, secret:, chat:, user: or password:", why)) {
        return false;
    }
    const char *lacks = missing(kind, out);
    return lacks == NULL || why_set(why, "%s: %s", path, lacks);
}
