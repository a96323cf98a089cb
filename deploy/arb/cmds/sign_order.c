/* sign_order - arb sign-order: orders signed offline, as the executor does */
#include "deploy/arb/cmd.h"
#include "deploy/arb/sign.h"

static int
run(int argc, char **argv)
{
    return sign_command(argc, argv, sign_order_line, true);
}

const struct cmd cmd_sign_order = {
    .name = "sign-order",
    .about = "sign orders offline: JSON lines in, JSON lines out",
    .help =
        "usage: arb sign-order --key-file FILE [--passphrase-file FILE]\n\n"
        "Reads one JSON object a line:\n"
        "  tokenId side(BUY|SELL) price tickSize orderType(GTC|GTD|FOK|FAK)\n"
        "  salt timestamp(ms)\n"
        "  size(shares), or amount(collateral) for a BUY that is FOK or FAK\n"
        "and, with what is taken when they are null or absent:\n"
        "  version(2|3, by the tokenId) chainId(137) negRisk(false)\n"
        "  postOnly(false) deferExec(false) signatureType(0) funder(null)\n"
        "  expiration(0; seconds, GTD only) metadata builder(zeros)\n"
        "  owner(the API key; empty)\n"
        "Numbers may be given as text. Prints one object a line:\n"
        "  {\"order\":{...},\"digest\":the order id,\"signature\":...,\n"
        "   \"body\":exactly what to POST}   or   {\"error\":\"...\"}\n"
        "and goes on. Amounts are cut as the venue wants them; a price off\n"
        "the tick, or shares the venue would refuse, are an error.\n"
        "Nothing is sent; no configuration and no process is needed.\n"
        "Exit codes: 0 every line was answered, 1 stdin or stdout failed,\n"
        "2 bad usage or key file.\n",
    .run = run,
};
