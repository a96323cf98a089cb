/* doctor - arb doctor: what is wrong with a wallet's set-up, in words
 *
 * Looks at the key, the wallet, the venue, the API key, the money, what the
 * exchanges may take of it and the chain, in the order in which they depend on
 * each other.  It changes nothing and places nothing. */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/doctor.h"

#include "common/daemon.h"
#include "common/http.h"
#include "common/loop.h"
#include "common/secret.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
doctor_says(struct doctor *d, enum finding f, const char *what,
            const char *format, ...)
{
    static const char *const signs[] = { "ok", "BAD", "?" };
    char text[600];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || (d->json && (*c == '"' || *c == '\\')))
            *c = '\'';
    d->bad += f == FINDING_bad;
    d->unsure += f == FINDING_unsure;
    if (d->quiet)
        return;
    if (d->json)
        printf("{\"ok\":%s,\"what\":\"%s\",\"words\":\"%s\"}\n",
               f == FINDING_good  ? "true"
               : f == FINDING_bad ? "false"
                                  : "null",
               what, text);
    else
        printf("%-4s%-10s %s\n", signs[f], what, text);
}

static void
look(struct doctor *d)
{
    doctor_key(d);
    doctor_wallet(d);
    doctor_reach(d);
    doctor_api_key(d);
    doctor_account(d);
    doctor_money(d);
    doctor_chain(d);
    if (d->json)
        return;
    if (d->bad > 0)
        printf("%u to mend before anything live works\n", d->bad);
    else
        printf("nothing is wrong%s\n",
               d->unsure > 0 ? ", as far as it can be seen" : "");
}

static int
run(int argc, char **argv)
{
    const char *file = NULL;
    struct doctor d = { 0 };
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--json", &d.json, NULL },
        { NULL, NULL, NULL },
    };
    struct executor_conf own;

    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (!conf)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_fill(conf, &executor_section, &own);
    d.conf = &own;
    d.var = common.var.s;
    look(&d);
    if (d.http) {
        http_destroy(&d.http);
        loop_destroy(&d.loop);
    }
    key_destroy(&d.key);
    free(d.body);
    conf_destroy(&conf);
    int code = d.bad > 0 ? EXIT_WORLD : EXIT_OK;
    secret_wipe(&d, sizeof d);
    return code;
}

const struct cmd cmd_doctor = {
    .name = "doctor",
    .about = "what is wrong with the wallet's set-up, in words",
    .help = "usage: arb doctor [-c FILE] [--json]\n\n"
            "Looks at executor.key_file and its wallet (funder, signature\n"
            "type), at the venue (reached, clock, version), at the API key\n"
            "and whose it is, at the money there and at what each exchange\n"
            "may take of it, and at the node for splits and merges: whether\n"
            "the wallet does what the key sends, and what pays the gas.\n"
            "Places nothing and changes nothing.\n"
            "Exit codes: 0 nothing is wrong, 1 something is, 2 bad usage or\n"
            "configuration.\n",
    .run = run,
};
