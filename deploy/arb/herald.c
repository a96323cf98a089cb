/* herald - alerts told to people: by webhook, chat and mail */
/*
 * Each sink by itself: read on in the journal to the next alert that is loud
 * enough, tell it, wait for the answer, remember on disk that it is done, read
 * on.  A sink that does not answer keeps nobody waiting but itself; its tries
 * are bounded, and what then still failed is counted and passed over, for the
 * next alert is worth more than this one.  Told at least once: after a crash
 * between the answer and the disk it is told again.
 *
 * Nothing of a sink's file is ever logged; curl's words name hosts at most.
 */
#include "deploy/arb/herald.h"

#include "common/clock.h"
#include "common/home.h"
#include "common/journal.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/run_file.h"
#include "common/secret.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOK_MS = 200,          /* For new records. */
    RECORDS_A_LOOK = 20000,
    ANSWER_CAP = 65536,
    PATH_ROOM = 600
};
#define REOPEN_NS (10LL * 1000 * 1000 * 1000)

struct sink {
    struct herald *herald;
    enum sink_kind kind;
    bool used, busy;
    struct sink_secret *secret;
    struct journal_reader *reader;
    int64_t reopen_at;          /* Mono: not before. */
    struct sink_counts counts;
    bool pending;               /* m is to be told. */
    struct alert m;
    uint64_t pending_n, tries;
    int64_t next_try;           /* Mono. */
    bool down_said;             /* That it fails; until it works again. */
};

struct herald {
    struct loop *loop;
    struct http *http;
    struct loop_timer *timer;
    struct herald_conf conf;
    enum alert_level least;
    char facts[512], dir[512];
    struct sink_secret *secrets;
    struct sink sinks[SINKS];
};

static void
state_path(const struct sink *s, const char *suffix, char *out)
{
    int n = snprintf(out, PATH_ROOM, "%s/%s%s", s->herald->dir,
                     sink_names[s->kind], suffix);
    must(n > 0 && n < PATH_ROOM);
}

static void
load(struct sink *s)
{
    char path[PATH_ROOM];
    struct sink_counts c = { 0 };
    state_path(s, "", path);
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        return;
    }
    if (fscanf(f, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &c.n,
               &c.sent, &c.failed, &c.late) == 4) {
        s->counts = c;
    }
    fclose(f);
}

/* Whole or as it was; what is lost by a power cut is told once more. */
static void
store(struct sink *s)
{
    char path[PATH_ROOM], aside[PATH_ROOM];
    const struct sink_counts *c = &s->counts;
    state_path(s, "", path);
    state_path(s, ".new", aside);
    FILE *f = fopen(aside, "we");
    bool ok = f != NULL &&
              fprintf(f, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
                      c->n, c->sent, c->failed, c->late) > 0;
    ok = f != NULL && fclose(f) == 0 && ok;
    if (!ok || rename(aside, path) != 0) {
        log_error("%s cannot be written: after a restart %s is told again",
                  path, sink_names[s->kind]);
    }
}

static void
done_with(struct sink *s)
{
    s->counts.n = s->pending_n;
    s->pending = false;
    s->tries = 0;
    store(s);
}

static void
failed(struct sink *s, const char *error, int status)
{
    const struct herald_conf *c = &s->herald->conf;
    if (!s->down_said) {
        log_warn("%s does not take alerts: %s (status %d)",
                 sink_names[s->kind], error != NULL ? error : "refused",
                 status);
        s->down_said = true;
    }
    s->tries++;
    if (s->tries >= c->tries) {
        s->counts.failed++;
        done_with(s);
        return;
    }
    s->next_try = clock_mono().ns +
                  (c->retry.ms << (s->tries - 1)) * 1000000;
}

static void
answered(void *arg, const struct http_answer *a)
{
    struct sink *s = arg;
    s->busy = false;
    if (s->herald->timer == NULL) {
        return; /* We are going; it is told at the next start. */
    }
    if (!herald_is_taken(s->kind, a)) {
        failed(s, a->error, a->status);
        return;
    }
    if (s->down_said) {
        log_info("%s takes alerts again", sink_names[s->kind]);
    }
    s->down_said = false;
    s->counts.sent++;
    done_with(s);
}

static bool
mail(struct sink *s)
{
    const struct herald_conf *c = &s->herald->conf;
    char letter[HERALD_BODY_CAP];
    bool login = s->secret->user[0] != '\0';
    herald_letter(&s->m, c->mail_from.s, c->mail_to.s, clock_wall(), letter);
    struct http_mail m = { .url = s->secret->url,
                           .user = login ? s->secret->user : NULL,
                           .password = login ? s->secret->password : NULL,
                           .from = c->mail_from.s,
                           .to = c->mail_to.s,
                           .text = letter };
    return http_mail(s->herald->http, &m, answered, s);
}

static bool
post(struct sink *s)
{
    char url[1024], body[HERALD_BODY_CAP];
    herald_url(s->kind, s->secret, clock_wall(), url);
    struct http_request q = { .url = url, .body = body };
    q.body_size = herald_body(s->kind, s->secret, &s->m, body);
    bool asked = http_ask(s->herald->http, &q, answered, s);
    secret_wipe(url, sizeof url);
    return asked;
}

/* True when r is an alert to be told. */
static bool
take(struct sink *s, const struct record *r)
{
    const struct herald *h = s->herald;
    const char *bad;
    s->pending_n = r->n;
    if (r->type != TYPE_alert ||
        !schema_unpack_kept(&alert_schema, &s->m, r->body, r->body_size,
                            &bad) ||
        s->m.level < h->least) {
        return false;
    }
    if (clock_wall().ns - s->m.at.ns > h->conf.late.ms * 1000000) {
        s->counts.late++;
        return false;
    }
    return true;
}

static void
reopen(struct sink *s)
{
    struct why why;
    int64_t now = clock_mono().ns;
    if (now < s->reopen_at) {
        return;
    }
    s->reopen_at = now + REOPEN_NS;
    if (access(s->herald->facts, F_OK) == 0) {
        s->reader = journal_read(s->herald->facts, s->counts.n + 1, &why);
        if (s->reader == NULL) {
            log_error("%s: %s", s->herald->facts, why.s);
        }
    }
}

static void
read_on(struct sink *s)
{
    struct record r;
    struct why why;
    uint32_t count = 0;
    int got = 1;
    while (!s->pending && count < RECORDS_A_LOOK &&
           (got = journal_next(s->reader, &r, &why)) > 0) {
        s->pending = take(s, &r);
        count++;
    }
    if (count > 0 && !s->pending) {
        s->counts.n = s->pending_n; /* Nothing to tell among them. */
    }
    if (got < 0) {
        log_error("%s: %s", s->herald->facts, why.s);
        journal_reader_close(&s->reader);
    }
}

static void
turn(struct sink *s)
{
    if (s->busy) {
        return;
    }
    if (!s->pending && s->reader == NULL) {
        reopen(s);
    }
    if (!s->pending && s->reader != NULL) {
        read_on(s);
    }
    if (s->pending && clock_mono().ns >= s->next_try) {
        s->busy = s->kind == SINK_mail ? mail(s) : post(s);
    }
}

static void
look(void *arg)
{
    struct herald *h = arg;
    for (int i = 0; i < SINKS; i++) {
        if (h->sinks[i].used) {
            turn(&h->sinks[i]);
        }
    }
}

static bool
open_sink(struct herald *h, enum sink_kind kind, const conf_path *file,
          struct why *why)
{
    struct sink *s = &h->sinks[kind];
    struct path path = *file;
    *s = (struct sink){ .herald = h, .kind = kind,
                        .secret = &h->secrets[kind] };
    if (path.s[0] == '\0') {
        return true;
    }
    if (kind == SINK_mail &&
        (h->conf.mail_from.s[0] == '\0' || h->conf.mail_to.s[0] == '\0')) {
        return why_set(why, "herald.mail needs mail_from and mail_to");
    }
    s->used = true;
    load(s);
    return home_path(&path, "herald", why) &&
           sink_secret_read(path.s, kind, s->secret, why);
}

static bool
open_all(struct herald *h, struct why *why)
{
    const struct herald_conf *c = &h->conf;
    const conf_path *const files[SINKS] = { &c->webhook, &c->slack,
                                            &c->dingtalk, &c->telegram,
                                            &c->mail };
    uint32_t least;
    if (!enum_parse(&alert_level_words, c->level.s, &least) || least == 0) {
        return why_set(why, "herald.level: yellow, orange or red");
    }
    h->least = (enum alert_level)least;
    h->secrets = secret_take(sizeof *h->secrets * SINKS, why);
    bool ok = h->secrets != NULL && make_folder(h->dir, why);
    for (int i = 0; i < SINKS && ok; i++) {
        ok = open_sink(h, (enum sink_kind)i, files[i], why);
    }
    return ok;
}

struct herald *
herald_new(struct loop *l, const char *var, const struct herald_conf *conf,
           struct why *why)
{
    struct herald *h = calloc(1, sizeof *h);
    struct ms often = { LOOK_MS };
    must(h != NULL);
    h->loop = l;
    h->conf = *conf;
    (void)snprintf(h->facts, sizeof h->facts, "%s/journal/riskd/facts", var);
    (void)snprintf(h->dir, sizeof h->dir, "%s/herald", var);
    struct path ca = conf->ca_file;
    bool ok = (ca.s[0] == '\0' || home_path(&ca, "herald.ca_file", why)) &&
              open_all(h, why);
    struct http_options o = { .ca_file = ca.s[0] == '\0' ? NULL : ca.s,
                              .connect_timeout = conf->timeout,
                              .total_timeout = conf->timeout,
                              .answer_cap = ANSWER_CAP,
                              .connections = 2 };
    if (!ok) {
        herald_destroy(&h);
        return NULL;
    }
    h->http = http_new(l, &o);
    h->timer = loop_timer(l, often, often, look, h);
    return h;
}

void
herald_destroy(struct herald **herald)
{
    struct herald *h = *herald;
    loop_timer_cancel(&h->timer);
    http_destroy(&h->http);
    for (int i = 0; i < SINKS; i++) {
        if (h->sinks[i].reader != NULL) {
            journal_reader_close(&h->sinks[i].reader);
        }
    }
    if (h->secrets != NULL) {
        void *memory = h->secrets;
        secret_drop(&memory, sizeof *h->secrets * SINKS);
    }
    free(h);
    *herald = NULL;
}

unsigned
herald_sinks(const struct herald *h)
{
    unsigned count = 0;
    for (int i = 0; i < SINKS; i++) {
        count += h->sinks[i].used;
    }
    return count;
}

const struct sink_counts *
herald_counts(const struct herald *h, enum sink_kind kind)
{
    return &h->sinks[kind].counts;
}
