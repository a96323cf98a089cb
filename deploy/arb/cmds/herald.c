/* herald - arb herald: tells people of alerts, until it is asked to stop */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/herald.h"

#include "common/daemon.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/run_file.h"
#include "common/secret.h"
#include "common/supervised.h"

#include <signal.h>

static const struct conf_row rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(herald, kind, name, def, min, max, help)
#include "deploy/arb/conf.def"
};

const struct conf_section herald_section = {
    "herald", "Who is told of alerts; with no sink, nobody.", rows,
    sizeof rows / sizeof rows[0]
};

static void
stop(void *loop)
{
    loop_stop(loop);
}

static int
serve(const char *var, const struct herald_conf *conf)
{
    struct why why;
    struct loop *loop = loop_new();
    struct herald *h = herald_new(loop, var, conf, &why);
    int code = EXIT_OK;
    if (h == NULL) {
        log_error("%s", why.s);
        code = EXIT_USAGE;
    } else {
        log_info("%u sinks", herald_sinks(h));
        loop_signal(loop, SIGTERM, stop, loop);
        loop_signal(loop, SIGINT, stop, loop);
        loop_run(loop);
        herald_destroy(&h);
    }
    loop_destroy(&loop);
    return code;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL;
    const struct arg table[] = { { "-c", NULL, &file }, { NULL, NULL, NULL } };
    struct herald_conf own;
    struct run_file run;
    struct why why;
    supervised_start();
    log_open("herald", LOG_INFO);
    struct conf *conf = args_read(argc, argv, table, NULL)
                            ? cmd_conf(file, NULL, 0)
                            : NULL;
    if (conf == NULL)
        supervised_exit(EXIT_USAGE);
    struct common_conf common = cmd_common(conf);
    conf_fill(conf, &herald_section, &own);
    conf_destroy(&conf);
    secret_process();
    /* One at a time, or people would be told twice. */
    if (run_file_open(&run, common.var.s, "herald", &why) != RUN_OK) {
        log_error("%s", why.s);
        supervised_exit(EXIT_WORLD);
    }
    int code = serve(common.var.s, &own);
    run_file_close(&run);
    supervised_exit(code);
}

const struct cmd cmd_herald = {
    "herald", "tell people of alerts: webhook, Slack, DingTalk, Telegram, mail",
    "usage: arb herald [-c FILE]\n\n"
    "Runs until SIGTERM; supervisord starts it with the processes.  Reads\n"
    "riskd's journal, so it needs no process and keeps none waiting.  Who is\n"
    "told is in section herald; each sink's address and secrets are in a file\n"
    "of its own, mode 0600.  How far each is: VAR/herald/.\n\n"
    "Exit codes: 0 asked to stop, 1 another one runs, 2 bad configuration.\n",
    run
};
