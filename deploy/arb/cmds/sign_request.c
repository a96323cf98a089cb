/* sign_request - arb sign-request: the L2 signature of a private request */
#include "deploy/arb/cmd.h"
#include "deploy/arb/sign.h"

static int
run(int argc, char **argv)
{
    return sign_command(argc, argv, sign_request_line, false);
}

const struct cmd cmd_sign_request = {
    .name = "sign-request",
    .about = "sign a private request (L2, HMAC) offline",
    .help =
        "usage: arb sign-request\n\n"
        "Reads one JSON object a line:\n"
        "  secret(base64, of the API key) timestamp(seconds)\n"
        "  method(GET...) path(without the query) body(exact text, or null)\n"
        "Prints {\"signature\":...}, the POLY_SIGNATURE of that request, or\n"
        "{\"error\":\"...\"}, and goes on.\n"
        "Exit codes: 0 every line was answered, 1 stdin or stdout failed,\n"
        "2 bad usage.\n",
    .run = run,
};
