/* sign_stream - the command around the signing of lines; reads the key once */
#include "deploy/arb/sign.h"

#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"

#include "common/secret.h"
#include "common/why.h"

#include <stdio.h>

struct signing {
    const struct key *key;
    sign_line *answer;
};

static size_t
sign_one(const void *arg, const char *line, size_t size,
         char out[LINE_OUT_CAP])
{
    const struct signing *s = arg;

    return s->answer(s->key, line, size, out);
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
    int code = lines_answer(sign_one, &(struct signing){ key, answer });
    if (key)
        key_destroy(&key);
    return code;
}
