/* play - an executor that only goes to the chain, told what to do by lines on
 * stdin: "7 merge UUID CONDITION YES NO 1000000", or, of an event, "8 convert
 * UUID EVENT GONE MADE 1000000 TOKEN TOKEN..."
 *
 * Daemon, journal, engine, signer and the chain's wiring are the executor's
 * own; calls come from here instead of from the engine.  On stdout: "fact
 * PURPOSE STATE NONCE HASH", "refresh TOKEN", "done 7 END REASON EVIDENCE
 * words", and "ready" at first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/loop.h"
#include "common/must.h"
#include "executor/wiring.h"
#include "executor/wiring_chain.h"

enum { LINE_CAP = 4096, PARTS = 7 };

struct play {
    struct daemon *daemon;
    struct chain_desk *desk;
    struct input in;
    char line[LINE_CAP];
    size_t used;
    bool latched;
};

static void
begin(void *arg)
{
    struct play *p = arg;

    (void)daemon_begin(p->daemon, &p->in);
}

static void
hear(void *arg, const struct schema *sc, const void *m)
{
    struct play *p = arg;
    const struct venue_done *done = m;

    if (sc->type == TYPE_venue_done)
        printf("done %llu %s %s %s %s\n", (unsigned long long)done->call,
               enum_word(&call_end_words, done->end),
               enum_word(&reason_words, done->reason),
               done->evidence.s[0] ? done->evidence.s : "-", done->words.s);
    daemon_hear(p->daemon, sc, m);
}

static void
end(void *arg)
{
    struct play *p = arg;

    daemon_end(p->daemon);
}

static bool
latched(void *arg)
{
    const struct play *p = arg;

    return p->latched;
}

static bool
refresh(void *arg, const struct hash *token)
{
    char text[TOKEN_TEXT_CAP];

    (void)arg;
    printf("refresh %s\n", token_format(token, text));
    return false;
}

/* After the journal has it, as the desk hears it. */
static void
on_said(void *arg, const struct said *said)
{
    struct play *p = arg;
    const struct chain_tx *m = said->msg;
    char hash[HASH_TEXT_CAP];

    if (said->schema->type == TYPE_chain_tx)
        printf("fact %s %s %llu %s\n",
               enum_word(&chain_purpose_words, m->purpose),
               enum_word(&chain_state_words, m->state),
               (unsigned long long)m->nonce, hash_format(&m->tx, hash));
    must(chain_desk_said(p->desk, said) ||
         said->schema->type != TYPE_chain_tx);
}

static bool
read_conversion(char *const part[PARTS], char *rest, struct venue_call *m)
{
    static const char none[] =
        "0x0000000000000000000000000000000000000000000000000000000000000000";
    char *save = NULL;

    m->gone = strtoull(part[4], NULL, 10);
    m->made.micros = strtoll(part[5], NULL, 10);
    for (char *s = strtok_r(rest, " ", &save); s != NULL;
         s = strtok_r(NULL, " ", &save))
        if (m->orders.count == legs_cap ||
            !token_parse(s, strlen(s),
                         &m->orders.at[m->orders.count++].token))
            return false;
    m->token = m->orders.at[0].token;
    return text_set(&m->market, none) &&
           hash_parse(part[3], strlen(part[3]), &m->event);
}

static bool
read_call(char *line, struct venue_call *m)
{
    char *part[PARTS], *save = NULL;
    uint32_t op;

    for (int i = 0; i < PARTS; i++)
        if (!(part[i] = strtok_r(i == 0 ? line : NULL, " ", &save)))
            return false;
    memset(m, 0, sizeof *m);
    m->call = strtoull(part[0], NULL, 10);
    m->qty.micros = strtoll(part[6], NULL, 10);
    if (!enum_parse(&venue_op_words, part[1], &op) ||
        !uuid_parse(part[2], strlen(part[2]), &m->ref))
        return false;
    m->op = (enum venue_op)op;
    if (m->op == VENUE_OP_convert)
        return read_conversion(part, save, m);
    if (!text_set(&m->market, part[3]) ||
        !token_parse(part[4], strlen(part[4]), &m->token) ||
        !token_parse(part[5], strlen(part[5]), &m->pair))
        return false;
    return true;
}

static void
obey(struct play *p, char *line)
{
    struct venue_call call;
    struct said said = { .schema = &venue_call_schema, .msg = &call };

    if (strcmp(line, "latch") == 0 || strcmp(line, "unlatch") == 0) {
        p->latched = line[0] == 'l';
        return;
    }
    must(read_call(line, &call));
    must(chain_desk_said(p->desk, &said));
}

static void
on_stdin(void *arg, int events)
{
    struct play *p = arg;
    ssize_t n = read(STDIN_FILENO, p->line + p->used,
                     sizeof p->line - p->used);
    char *end_of;

    (void)events;
    if (n <= 0) {
        daemon_fail(p->daemon, "nobody tells anything any more");
        return;
    }
    p->used += (size_t)n;
    while ((end_of = memchr(p->line, '\n', p->used)) != NULL) {
        *end_of = '\0';
        obey(p, p->line);
        p->used -= (size_t)(end_of + 1 - p->line);
        memmove(p->line, end_of + 1, p->used);
    }
    must(p->used < sizeof p->line);
}

int
main(int argc, char **argv)
{
    static struct play p;
    struct executor_conf conf;
    struct why why;

    setvbuf(stdout, NULL, _IOLBF, 0);
    p.daemon = daemon_configure(argc, argv, &executor_program, &conf);
    struct signer_line *signer = wiring_signer(
        daemon_common(p.daemon)->var.s, &conf);
    must(signer != NULL);
    daemon_open(p.daemon);
    const struct executor_options options = {
        .own = &conf,
        .strategy = daemon_strategy(p.daemon),
        .capital = daemon_capital(p.daemon),
        .mode = MODE_paper,
    };
    struct executor *x = executor_new(&options);
    daemon_counters(p.daemon, executor_counters(x));
    daemon_attach(p.daemon, x);
    const struct chain_desk_options o = {
        .loop = daemon_loop(p.daemon),
        .conf = &conf,
        .signer = signer,
        .past = executor_chain_past(x),
        .arg = &p,
        .begin = begin,
        .hear = hear,
        .end = end,
        .latched = latched,
        .refresh = refresh,
    };
    p.desk = chain_desk_new(&o, &why);
    if (!p.desk) {
        fprintf(stderr, "play: %s\n", why.s);
        return 1;
    }
    daemon_on_said(p.daemon, on_said, &p);
    struct loop_fd *in = loop_watch(o.loop, STDIN_FILENO, 1, on_stdin, &p);
    printf("ready\n");
    int code = daemon_run(p.daemon);
    loop_unwatch(&in);
    chain_desk_destroy(&p.desk);
    daemon_stop(&p.daemon);
    executor_destroy(&x);
    signer_stop(&signer);
    return code;
}
