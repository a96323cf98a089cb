/* herald_text - an alert in the words of whoever is told */
#include "deploy/arb/herald.h"

#include "common/base64.h"
#include "common/clock.h"
#include "common/event_number.h"
#include "common/hmac.h"
#include "common/json.h"
#include "common/must.h"
#include "common/secret.h"
#include "proto/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *const sink_names[SINKS] = { "webhook", "slack", "dingtalk",
                                        "telegram", "mail" };

static const char *
words_of(enum alert_step step)
{
    switch (step) {
    case ALERT_STEP_raised: return "new";
    case ALERT_STEP_again: return "again";
    case ALERT_STEP_escalated: return "louder";
    case ALERT_STEP_acked: return "answered";
    case ALERT_STEP_ended: return "over";
    case alert_step_end_: break;
    }
    return "?";
}

void
herald_subject(const struct alert *m, char *out, size_t cap)
{
    (void)snprintf(out, cap, "[dutchbook %s] %s: %s (alert %" PRIu64 ")",
                   enum_word(&alert_level_words, (uint32_t)m->level),
                   words_of(m->step), m->key.s, m->n);
}

void
herald_text(const struct alert *m, char *out, size_t cap)
{
    char subject[256], first[CLOCK_TEXT_CAP], last[CLOCK_TEXT_CAP];
    char how[128], value[MICROS_TEXT_CAP], limit[MICROS_TEXT_CAP];
    herald_subject(m, subject, sizeof subject);
    if (m->acked) {
        (void)snprintf(how, sizeof how, "answered by %s", m->actor.s);
    } else {
        (void)snprintf(how, sizeof how, "answer it with: arb ack %" PRIu64,
                       m->n);
    }
    (void)snprintf(out, cap,
                   "%s\n%s %s, limit %s%s%s; %s\n"
                   "severity %s, action %s; %" PRIu64 " times, first %s, "
                   "last %s\n%s",
                   subject, m->metric.s,
                   event_number(&m->unit, m->value, value),
                   event_number(&m->unit, m->threshold, limit),
                   m->unit.s[0] != '\0' ? " " : "", m->unit.s, m->scope.s,
                   enum_word(&severity_words, (uint32_t)m->severity),
                   enum_word(&action_words, (uint32_t)m->action), m->times,
                   clock_format(m->first, first), clock_format(m->last, last),
                   how);
}

static size_t
quote(const char *s, char *out, size_t cap)
{
    size_t size = json_quote(s, strlen(s), out, cap - 1);
    must(size > 0);
    out[size] = '\0';
    return size;
}

size_t
herald_body(enum sink_kind kind, const struct sink_secret *s,
            const struct alert *m, char out[HERALD_BODY_CAP])
{
    char text[HERALD_TEXT_CAP], quoted[4096], more[4096] = "";
    int size = 0;
    herald_text(m, text, sizeof text);
    (void)quote(text, quoted, sizeof quoted);
    switch (kind) {
    case SINK_webhook:
        must(schema_json(&alert_schema, m, more, sizeof more) > 0);
        size = snprintf(out, HERALD_BODY_CAP, "{\"text\":%s,\"alert\":%s}",
                        quoted, more);
        break;
    case SINK_slack:
        size = snprintf(out, HERALD_BODY_CAP, "{\"text\":%s}", quoted);
        break;
    case SINK_dingtalk:
        size = snprintf(out, HERALD_BODY_CAP, "{\"msgtype\":\"text\","
                        "\"text\":{\"content\":%s}}", quoted);
        break;
    case SINK_telegram:
        (void)quote(s->chat, more, sizeof more);
        size = snprintf(out, HERALD_BODY_CAP,
                        "{\"chat_id\":%s,\"text\":%s}", more, quoted);
        break;
    case SINK_mail:
    case SINKS: unreachable();
    }
    must(size > 0 && size < HERALD_BODY_CAP);
    return (size_t)size;
}

/* Base64 of HMAC-SHA256("<ms>\n<secret>") under the secret, for a URL. */
static void
sign(const char *secret, int64_t ms, char *out, size_t cap)
{
    char text[320], b64[BASE64_SIZE(32) + 1];
    uint8_t mac[32];
    size_t used = 0;
    int size = snprintf(text, sizeof text, "%" PRId64 "\n%s", ms, secret);
    struct hmac *h = hmac_new(secret, strlen(secret));
    must(size > 0 && size < (int)sizeof text);
    hmac_start(h);
    hmac_add(h, text, (size_t)size);
    hmac_end(h, mac);
    hmac_destroy(&h);
    base64_format(BASE64_standard, mac, sizeof mac, b64);
    for (const char *c = b64; *c != '\0'; c++) {
        const char *put = *c == '+'   ? "%2B"
                          : *c == '/' ? "%2F"
                          : *c == '=' ? "%3D"
                                      : NULL;
        int n = put == NULL ? snprintf(out + used, cap - used, "%c", *c)
                            : snprintf(out + used, cap - used, "%s", put);
        must(n > 0 && used + (size_t)n < cap);
        used += (size_t)n;
    }
    secret_wipe(text, sizeof text);
}

void
herald_url(enum sink_kind kind, const struct sink_secret *s,
           struct nanos wall, char out[1024])
{
    char mark[160];
    if (kind != SINK_dingtalk || s->secret[0] == '\0') {
        (void)snprintf(out, 1024, "%s", s->url);
        return;
    }
    int64_t ms = wall.ns / 1000000;
    sign(s->secret, ms, mark, sizeof mark);
    (void)snprintf(out, 1024, "%s%stimestamp=%" PRId64 "&sign=%s", s->url,
                   strchr(s->url, '?') != NULL ? "&" : "?", ms, mark);
}

/* A header is one line of printable ASCII, whatever the words were. */
static void
flatten(char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < ' ' || (unsigned char)*s > '~') {
            *s = '?';
        }
    }
}

void
herald_letter(const struct alert *m, const char *from, const char *to,
              struct nanos wall, char out[HERALD_BODY_CAP])
{
    char text[HERALD_TEXT_CAP], subject[256], date[64];
    time_t seconds = (time_t)(wall.ns / 1000000000);
    struct tm tm;
    herald_subject(m, subject, sizeof subject);
    flatten(subject);
    herald_text(m, text, sizeof text);
    must(gmtime_r(&seconds, &tm) != NULL);
    must(strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm) > 0);
    int size = snprintf(out, HERALD_BODY_CAP,
                        "Date: %s\r\nFrom: <%s>\r\nTo: <%s>\r\n"
                        "Message-ID: <%" PRIu64 ".%" PRId64 "@dutchbook>\r\n"
                        "Subject: %s\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: 8bit\r\n\r\n",
                        date, from, to, m->n, m->at.ns, subject);
    must(size > 0);
    size_t used = (size_t)size;
    for (const char *c = text; *c != '\0' && used + 8 < HERALD_BODY_CAP;
         c++) {
        if (*c == '\n') {
            out[used++] = '\r';
        }
        out[used++] = *c;
    }
    memcpy(out + used, "\r\n", 3);
}

/* Chats answer 200 and say in the body that it was not taken. */
bool
herald_is_taken(enum sink_kind kind, const struct http_answer *a)
{
    struct why why;
    if (kind == SINK_mail || a->status < 200 || a->status > 299) {
        return kind == SINK_mail && a->status == 250;
    }
    if (kind == SINK_webhook || kind == SINK_slack) {
        return true;
    }
    struct json *j = json_parse(a->body, a->body_size, &why);
    int64_t code = -1;
    bool ok = false;
    if (j != NULL && kind == SINK_dingtalk) {
        ok = json_int(json_get(json_root(j), "errcode"), &code) && code == 0;
    } else if (j != NULL) {
        ok = json_bool(json_get(json_root(j), "ok"), &ok) && ok;
    }
    json_destroy(&j);
    return ok;
}
