/* scan - what pays: now, or on a recording */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/scan.h"

#include <stdio.h>
#include <string.h>

/* An option that stands for a setting. */
struct stand_in {
    const char *name, *key;
    const char *value;
    char text[160];
};

static bool
takes_capture(const struct scan_options *o, const struct stand_in *s,
              size_t count)
{
    bool any = o->markets != NULL || o->listed || o->fee_rate != NULL;

    for (size_t i = 0; i < count; i++)
        any = any || s[i].value != NULL;
    if (any && o->capture == NULL) {
        fprintf(stderr, "arb scan: thresholds, --markets, --listed and "
                        "--fee-rate go with --capture; see --help\n");
        return false;
    }
    if (o->capture != NULL && o->seconds != NULL) {
        fprintf(stderr, "arb scan: --seconds goes without --capture\n");
        return false;
    }
    return true;
}

static int
run(int argc, char **argv)
{
    struct scan_options o = { 0 };
    struct stand_in s[] = {
        { .name = "--min-gross", .key = "strategy.gross_min" },
        { .name = "--min-net", .key = "strategy.net_min" },
        { .name = "--min-shares", .key = "strategy.depth_min" },
    };
    enum { STAND_INS = sizeof s / sizeof s[0] };
    const char *file = NULL, *overrides[STAND_INS + 1];
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--json", &o.json, NULL },
        { "--capture", NULL, &o.capture },
        { "--markets", NULL, &o.markets },
        { "--listed", &o.listed, NULL },
        { "--fee-rate", NULL, &o.fee_rate },
        { "--seconds", NULL, &o.seconds },
        { s[0].name, NULL, &s[0].value },
        { s[1].name, NULL, &s[1].value },
        { s[2].name, NULL, &s[2].value },
        { NULL, NULL, NULL },
    };
    size_t count = 0;
    struct conf *conf;
    int code;

    if (!args_read(argc, argv, table, NULL) ||
        !takes_capture(&o, s, STAND_INS))
        return EXIT_USAGE;
    for (size_t i = 0; i < STAND_INS; i++) {
        if (s[i].value == NULL)
            continue;
        snprintf(s[i].text, sizeof s[i].text, "%s=%s", s[i].key, s[i].value);
        overrides[count++] = s[i].text;
    }
    /* Nobody stated a liquidity where there is no listing. */
    if (o.capture != NULL && o.markets == NULL && !o.listed)
        overrides[count++] = "strategy.liquidity_min=0";
    conf = cmd_conf(file, overrides, count);
    if (conf == NULL)
        return EXIT_USAGE;
    code = o.capture != NULL ? scan_capture(&o, conf) : scan_live(&o, conf);
    conf_destroy(&conf);
    return code;
}

const struct cmd cmd_scan = {
    .name = "scan",
    .about = "opportunities as they open and close, live or on a recording",
    .help =
        "usage: arb scan [-c FILE] [--json] [--seconds N]\n"
        "       arb scan --capture FILE [--markets GAMMA.json | --listed]\n"
        "                [--json]\n"
        "                [--min-gross X] [--min-net X] [--min-shares N]\n"
        "                [--fee-rate X] [-c FILE]\n"
        "\n"
        "Without --capture: what the running scanner finds, from its socket.\n"
        "With it: feed's readers and scanner on a recording (JSON lines, .zst\n"
        "too, - = standard input); needs neither a running system nor var/.\n"
        "\n"
        "  --markets     a Gamma listing, {\"events\":[...]} or the array;\n"
        "                without it two tokens of one condition id count as\n"
        "                a market, and no gates of the listing apply\n"
        "  --listed      the recording brings its listing, as `arb capture\n"
        "                import` writes it\n"
        "  --min-gross   least discount of the marginal set (0.03)\n"
        "  --min-net     least net profit per $1 of payout\n"
        "  --min-shares  least executable shares\n"
        "  --fee-rate    taker fee assumed, whatever a listing says (0 where\n"
        "                there is none)\n"
        "  --json        one object per line; with --capture the last is the\n"
        "                summary.  Prices, shares and ratios are strings.\n"
        "  -c FILE       the configuration; else the shipped one\n"
        "\n"
        "Exit codes: 0 done, 1 the recording or the scanner is not there or\n"
        "damaged, 2 bad usage.\n",
    .run = run,
};
