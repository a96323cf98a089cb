/* tail - arb tail: what the processes publish, as JSON, as it comes */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/seen.h"

#include "common/clock.h"
#include "common/daemon.h"
#include "proto/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 100, TEXT_CAP = 1 << 20 };

struct tail {
    struct bus *bus;
    void *msg;          /* Room for any message. */
    char *text;
    uint64_t said, most; /* Lines; 0 = no end. */
    struct nanos until;  /* Mono; 0 = no end. */
};

/* Messages by name, commas between them; false after naming the wrong one. */
static bool
hear(struct tail *t, const char *names)
{
    char name[40];

    while (*names != '\0') {
        size_t size = strcspn(names, ",");
        const struct schema *found = NULL;
        snprintf(name, sizeof name, "%.*s", (int)(size < 39 ? size : 39),
                 names);
        for (size_t i = 0; i < schema_all_count; i++)
            if (strcmp(schema_all[i]->name, name) == 0)
                found = schema_all[i];
        if (found == NULL) {
            fprintf(stderr, "arb tail: no message '%s'\n", name);
            return false;
        }
        bus_hear(t->bus, found->type);
        names += size + (names[size] == ',');
    }
    return true;
}

static void
hear_all(struct tail *t)
{
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->type != TYPE_heartbeat)
            bus_hear(t->bus, schema_all[i]->type);
    bus_hear(t->bus, TYPE_heartbeat); /* Last, as bus.h says. */
}

static void
say(struct tail *t, const struct bus_in *in)
{
    const struct schema *sc = schema_find(in->e.type);
    const char *bad = "";
    char at[CLOCK_TEXT_CAP];

    if (sc == NULL ||
        !schema_unpack(sc, t->msg, in->e.body, in->e.body_size, &bad) ||
        schema_json(sc, t->msg, t->text, TEXT_CAP) == 0)
        return;
    printf("{\"at\":\"%s\",\"src\":\"%s\",\"run\":%" PRIu64 ",\"seq\":%"
           PRIu64 ",\"trace\":\"%" PRIx64 "\",\"lost\":%" PRIu64
           ",\"message\":%s}\n", clock_format(in->e.wall, at),
           enum_word(&source_words, (uint32_t)in->e.src), in->e.run,
           in->e.seq, in->e.trace, in->lost, t->text);
    t->said++;
}

static bool
is_over(const struct tail *t)
{
    return (t->most > 0 && t->said >= t->most) || ferror(stdout) != 0 ||
           (t->until.ns > 0 && clock_mono().ns >= t->until.ns);
}

static int
listen_on(struct tail *t, const char *var, const char *names)
{
    struct why why;
    struct bus_in in;

    t->bus = bus_new(&(struct bus_setup){
        .var = var, .src = SOURCE_arb,
        .hello = { .schema = schema_fingerprint() } });
    bool ok = seen_connect(t->bus, &why);
    if (!ok)
        fprintf(stderr, "arb tail: %s\n", why.s);
    else if (names == NULL)
        hear_all(t);
    else if (!hear(t, names))
        return EXIT_USAGE;
    while (ok && !is_over(t)) {
        bus_wait(t->bus, (struct ms){ TURN_MS });
        while (!is_over(t) && bus_next(t->bus, &in))
            say(t, &in);
        bus_tick(t->bus);
        fflush(stdout);
    }
    if (ok && t->said == 0)
        fprintf(stderr, "arb tail: nothing was heard (see arb status)\n");
    return ok && t->said > 0 ? EXIT_OK : EXIT_WORLD;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *names = NULL, *most = NULL, *seconds = NULL;
    bool json = false; /* It is always JSON. */
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "-n", NULL, &most },
        { "--seconds", NULL, &seconds },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    struct tail t = { 0 };
    int64_t count = 0, lasts = 0;
    size_t largest = 0;

    if (!args_read(argc, argv, table, &names) ||
        (most && !args_count("tail", "-n", most, 1, INT64_MAX, &count)) ||
        (seconds && !args_micros("tail", "--seconds", seconds, &lasts)))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > largest)
            largest = schema_all[i]->size;
    t.most = (uint64_t)count;
    t.until.ns = lasts > 0 ? clock_mono().ns + lasts * 1000 : 0;
    t.msg = calloc(1, largest);
    t.text = malloc(TEXT_CAP);
    int code = t.msg != NULL && t.text != NULL
                   ? listen_on(&t, common.var.s, names) : EXIT_WORLD;
    if (t.bus != NULL)
        bus_close(&t.bus);
    free(t.msg);
    free(t.text);
    return code;
}

const struct cmd cmd_tail = {
    .name = "tail",
    .about = "every message the processes publish, as JSON, as it comes",
    .help =
        "usage: arb tail [NAME,...] [-n LINES] [--seconds N] [-c FILE]\n"
        "\n"
        "One JSON object a line: when, who, run, seq, trace, how many were\n"
        "lost before it, and the message.  NAME: opportunity, execution,\n"
        "fill, risk_state, book_delta, ... (all).  Nothing is asked of the\n"
        "processes, and a slow reader slows none of them.\n"
        "\n"
        "  -n         so many lines at most\n"
        "  --seconds  so long at most\n"
        "  --json     changes nothing\n"
        "\n"
        "Exit codes: 0 done, 1 nothing was heard, 2 bad usage.\n",
    .run = run,
};
