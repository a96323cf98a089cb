/* ctl - one command said to riskd over its guarded socket, and its answer */
#include "deploy/arb/ctl.h"

#include "common/clock.h"
#include "common/must.h"
#include "common/roles.h"
#include "common/secret.h"
#include "deploy/arb/seen.h"
#include "proto/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALID_S = 60 };

struct ctl {
    struct bus *bus;
    unsigned line;
    uint64_t req;
};

/* From the weakest that may up to the strongest. */
static bool
find_pass(const char *var, enum verb verb, struct ctl_pass *out,
          struct why *why)
{
    char path[CTL_PATH_CAP];
    for (enum role r = role_for(verb); r < role_end_; r = (enum role)(r + 1)) {
        snprintf(path, sizeof path, "%.400s/keys/ctl/%s.key", var,
                 enum_word(&role_words, r));
        if (access(path, F_OK) == 0)
            return ctl_pass_load(path, out, why);
    }
    return why_set(why, "no key in %s/keys/ctl may do that: make one with "
                   "`arb keys role %s`, or name one with --key FILE", var,
                   enum_word(&role_words, role_for(verb)));
}

struct ctl *
ctl_open(const char *var, const char *key, enum verb verb, struct why *why)
{
    struct bus_setup setup = { .var = var, .src = SOURCE_arb,
                               .hello = { .schema = schema_fingerprint() } };
    struct ctl_pass pass;
    if (!(key ? ctl_pass_load(key, &pass, why)
              : find_pass(var, verb, &pass, why)))
        return NULL;
    struct ctl *c = calloc(1, sizeof *c);
    must(c);
    c->bus = bus_new(&setup);
    bus_show_pass(c->bus, &pass.keys);
    explicit_bzero(&pass, sizeof pass);
    if (!bus_connect_dealer(c->bus, "risk.ctl", &c->line, why))
        ctl_close(&c);
    return c;
}

void
ctl_close(struct ctl **c)
{
    if (*c == NULL)
        return;
    bus_close(&(*c)->bus);
    free(*c);
    *c = NULL;
}

static bool
take(const struct bus_in *in, uint64_t req, struct ctl_answer *out)
{
    struct command_reply r;
    if (in->e.type != TYPE_command_reply || in->e.req != req ||
        !command_reply_unpack(&r, in->e.body, in->e.body_size))
        return false;
    out->ok = r.ok;
    out->reason = r.reason;
    out->kill_gen = r.kill_gen;
    out->open = r.open;
    out->unknown = r.unknown;
    if (out->count < CTL_LINES_CAP)
        out->line[out->count++] = r.text;
    return !r.more;
}

/* What changes nothing is not worth waiting for a riskd that is down, no more
 * than arb status does; a word that does is said to one that starts. */
static bool
is_down(const struct ctl *c, const struct command *m, struct nanos asked)
{
    return role_for(m->verb) == ROLE_viewer &&
           !bus_line_open(c->bus, c->line) &&
           clock_mono().ns - asked.ns >= SEEN_LISTEN_MS * INT64_C(1000000);
}

bool
ctl_ask(struct ctl *c, struct command *m, struct ms patience,
        struct ctl_answer *out, struct why *why)
{
    uint8_t body[2048];
    struct bus_in in;
    memset(out, 0, sizeof *out);
    secret_random(&m->nonce, sizeof m->nonce);
    m->nonce |= 1;
    m->expires.ns = clock_wall().ns + VALID_S * INT64_C(1000000000);
    size_t size = command_pack(m, body, sizeof body);
    must(size > 0);
    bus_ask(c->bus, c->line, &(struct bus_out){ .type = TYPE_command,
                                                .req = ++c->req,
                                                .body = body,
                                                .body_size = size });
    struct nanos asked = clock_mono();
    int64_t until = asked.ns + patience.ms * 1000000;
    while (clock_mono().ns < until && !is_down(c, m, asked)) {
        bus_wait(c->bus, (struct ms){ 20 });
        while (bus_next(c->bus, &in))
            if (take(&in, c->req, out))
                return true;
    }
    return why_set(why, bus_line_open(c->bus, c->line)
                            ? "riskd did not answer in time"
                            : "riskd is not there, or does not know this key");
}

static void
print_quoted(const struct title *t)
{
    char text[6 * sizeof t->s];
    size_t size = json_quote(t->s, strnlen(t->s, sizeof t->s), text,
                             sizeof text);
    must(size > 0);
    printf("%.*s", (int)size, text);
}

void
ctl_print(const struct ctl_answer *a, bool json)
{
    if (!json && !a->ok)
        printf("refused (%s): ", enum_word(&reason_words, a->reason));
    for (unsigned i = 0; !json && i < a->count; i++)
        printf("%s\n", a->line[i].s);
    if (!json)
        return;
    printf("{\"ok\":%s,\"reason\":\"%s\",\"kill_gen\":%" PRIu64
           ",\"open\":%" PRIu64 ",\"unknown\":%" PRIu64 ",\"text\":[",
           a->ok ? "true" : "false", enum_word(&reason_words, a->reason),
           a->kill_gen, a->open, a->unknown);
    for (unsigned i = 0; i < a->count; i++) {
        printf("%s", i > 0 ? "," : "");
        print_quoted(&a->line[i]);
    }
    printf("]}\n");
}
