/* sign_stream - the command around the signing of lines
 *
 * Reads the key once, then answers each line of stdin as soon as it is there,
 * so that another program can hold a conversation. */
#include "deploy/arb/sign.h"

#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"

#include "common/must.h"
#include "common/secret.h"
#include "common/why.h"

#include <stdio.h>
#include <stdlib.h>

/* One line without its end; what does not fit is read and counted.  False at
 * the end of the input. */
static bool
next_line(char *line, size_t *size)
{
    size_t n = 0;
    int c = getc_unlocked(stdin);

    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n'; c = getc_unlocked(stdin), n++)
        if (n < SIGN_LINE_CAP)
            line[n] = (char)c;
    *size = n;
    return true;
}

static size_t
too_long(char out[SIGN_OUT_CAP])
{
    return (size_t)snprintf(out, SIGN_OUT_CAP,
                            "{\"error\":\"a line of more than %d bytes\"}",
                            SIGN_LINE_CAP);
}

static int
answer_all(const struct key *key, sign_line *answer)
{
    char *line = malloc(SIGN_LINE_CAP), *out = malloc(SIGN_OUT_CAP);
    bool ok = true;
    size_t size;

    must(line && out);
    while (ok && next_line(line, &size)) {
        size_t used = size > SIGN_LINE_CAP ? too_long(out)
                                           : answer(key, line, size, out);
        out[used++] = '\n';
        ok = fwrite(out, 1, used, stdout) == used && fflush(stdout) == 0;
    }
    if (ferror(stdin))
        fprintf(stderr, "arb: standard input cannot be read\n");
    secret_wipe(line, SIGN_LINE_CAP); /* May have held an API secret. */
    free(line);
    free(out);
    return ok && !ferror(stdin) ? EXIT_OK : EXIT_WORLD;
}

int
sign_command(int argc, char **argv, sign_line *answer, bool wants_key)
{
    const char *file = NULL, *passphrase = NULL;
    const struct arg with_key[] = {
        { "--key-file", NULL, &file },
        { "--passphrase-file", NULL, &passphrase },
        { NULL, NULL, NULL },
    };
    struct key *key = NULL;
    struct why why;

    if (!args_read(argc, argv, wants_key ? with_key : with_key + 2, NULL))
        return EXIT_USAGE;
    secret_process();
    if (wants_key && !file) {
        fprintf(stderr, "arb %s: --key-file FILE is needed\n", argv[0]);
        return EXIT_USAGE;
    }
    if (wants_key) {
        key = key_read(file, passphrase, &why);
        if (!key) {
            fprintf(stderr, "arb %s: %s\n", argv[0], why.s);
            return EXIT_USAGE;
        }
    }
    int code = answer_all(key, answer);
    if (key)
        key_destroy(&key);
    return code;
}
