/* herald - alerts told to people: by webhook, chat and mail
 *
 * A process of its own that reads riskd's journal: riskd says an alert by
 * writing it down, and waits for nobody.  The journal is the queue; each sink
 * goes through it at its own speed and remembers on disk how far it is. */
#ifndef DEPLOY_ARB_HERALD_H
#define DEPLOY_ARB_HERALD_H

#include "common/conf.h"
#include "common/http.h"

struct herald_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "deploy/arb/conf.def"
};
extern const struct conf_section herald_section;

enum sink_kind {
    SINK_webhook, SINK_slack, SINK_dingtalk, SINK_telegram, SINK_mail, SINKS
};
extern const char *const sink_names[SINKS];

/* What a sink's file holds; secret_take memory. */
struct sink_secret {
    char url[512], secret[256], chat[80], user[128], password[256];
};
/* False with the reason, which never quotes the file. */
MUST_CHECK bool sink_secret_read(const char *path, enum sink_kind kind,
                                 struct sink_secret *out, struct why *why);

/* herald_text.c: what is sent.  A subject of one line; all of it. */
enum { HERALD_TEXT_CAP = 1024, HERALD_BODY_CAP = 8192 };
void herald_subject(const struct alert *m, char *out, size_t cap);
void herald_text(const struct alert *m, char *out, size_t cap);
/* The JSON that a sink (not mail) takes; bytes. */
size_t herald_body(enum sink_kind kind, const struct sink_secret *s,
                   const struct alert *m, char out[HERALD_BODY_CAP]);
/* Where it goes: DingTalk's address bears a signature of the time. */
void herald_url(enum sink_kind kind, const struct sink_secret *s,
                struct nanos wall, char out[1024]);
/* Headers and text, CRLF lines. */
void herald_letter(const struct alert *m, const char *from, const char *to,
                   struct nanos wall, char out[HERALD_BODY_CAP]);
/* Whether the answer says that it was taken. */
bool herald_is_taken(enum sink_kind kind, const struct http_answer *a);

struct sink_counts {
    uint64_t n;      /* Records of the journal it is done with. */
    uint64_t sent, failed, late;
};

struct herald;
/* NULL: a sink is configured and cannot be used; why names which. */
struct herald *herald_new(struct loop *l, const char *var,
                          const struct herald_conf *conf, struct why *why);
void herald_destroy(struct herald **h);
unsigned herald_sinks(const struct herald *h);
const struct sink_counts *herald_counts(const struct herald *h,
                                        enum sink_kind kind);

#endif /* DEPLOY_ARB_HERALD_H */
