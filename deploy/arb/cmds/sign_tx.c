/* sign_tx - arb sign-tx: a transaction of the chain, signed offline */
#include "deploy/arb/cmd.h"
#include "deploy/arb/sign.h"

static int
run(int argc, char **argv)
{
    return sign_command(argc, argv, sign_tx_line, true);
}

const struct cmd cmd_sign_tx = {
    .name = "sign-tx",
    .about = "sign EIP-1559 transactions offline",
    .help =
        "usage: arb sign-tx --key-file FILE [--passphrase-file FILE]\n\n"
        "Reads one JSON object a line:\n"
        "  chainId nonce maxPriorityFeePerGas maxFeePerGas gasLimit to\n"
        "  value(0) data(0x) accessList([]) type(2)\n"
        "Numbers may be given as text, decimal or 0x. Prints\n"
        "{\"raw\":\"0x02...\",\"hash\":\"0x...\"}, the bytes to send and the\n"
        "transaction's id, or {\"error\":\"...\"}, and goes on.\n"
        "Exit codes: 0 every line was answered, 1 stdin or stdout failed,\n"
        "2 bad usage or key file.\n",
    .run = run,
};
