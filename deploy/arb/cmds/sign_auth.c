/* sign_auth - arb sign-auth: the L1 headers that make or derive an API key */
#include "deploy/arb/cmd.h"
#include "deploy/arb/sign.h"

static int
run(int argc, char **argv)
{
    return sign_command(argc, argv, sign_auth_line, true);
}

const struct cmd cmd_sign_auth = {
    .name = "sign-auth",
    .about = "sign L1 headers (ClobAuth) offline",
    .help =
        "usage: arb sign-auth --key-file FILE [--passphrase-file FILE]\n\n"
        "Reads one JSON object a line:\n"
        "  timestamp(seconds) nonce(0) chainId(137)\n"
        "Prints one object a line:\n"
        "  {\"headers\":{\"POLY_ADDRESS\":...,\"POLY_SIGNATURE\":...,\n"
        "   \"POLY_TIMESTAMP\":...,\"POLY_NONCE\":...},\"digest\":...}\n"
        "or {\"error\":\"...\"} and goes on. They are what POST\n"
        "/auth/api-key and GET /auth/derive-api-key want.\n"
        "Exit codes: 0 every line was answered, 1 stdin or stdout failed,\n"
        "2 bad usage or key file.\n",
    .run = run,
};
