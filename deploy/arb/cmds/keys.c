/* keys - arb keys: make a key, show its account, say what is wrong with it
 *
 * The key itself is never shown, and never taken from the command line, where
 * every user of the machine can read it. */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/keys_role.h"

#include "common/secret.h"
#include "executor/encode/carrier.h"

#include <stdio.h>
#include <string.h>

struct wish {
    const char *file, *passphrase;
    int64_t type;                /* Of wallet; 0: the key's own account. */
    bool json;
};

static int
complain(const struct wish *a, const struct why *why)
{
    if (a->json)
        printf("{\"ok\":false}\n");
    fprintf(stderr, "arb keys: %s\n", why->s);
    return EXIT_WORLD;
}

static int
make(const struct wish *a)
{
    struct address address;
    char text[ADDRESS_TEXT_CAP];
    struct why why;

    if (!key_create(a->file, a->passphrase, &address, &why))
        return complain(a, &why);
    (void)address_format(&address, text);
    if (a->json)
        printf("{\"ok\":true,\"address\":\"%s\"}\n", text);
    else
        printf("%s\nmade %s (%s, mode 0600); back it up: nobody can restore "
               "it\n", text, a->file,
               a->passphrase ? "a keystore, as good as its passphrase"
                             : "hex, not encrypted");
    return EXIT_OK;
}

/* The wallet of a key: itself, or what Polymarket makes for it. */
static bool
find_wallet(int64_t type, const struct address *owner, struct address *wallet,
            struct why *why)
{
    *wallet = *owner;
    return type == 0 ||
           carrier_wallet((uint64_t)type, CHAIN_POLYGON, owner, wallet) ||
           why_set(why, "no wallet follows from this key");
}

static int
show(const struct wish *a)
{
    char text[ADDRESS_TEXT_CAP];
    struct address wallet;
    struct why why;
    struct key *key = key_read(a->file, a->passphrase, &why);

    if (!key)
        return complain(a, &why);
    if (!find_wallet(a->type, key_address(key), &wallet, &why)) {
        key_destroy(&key);
        return complain(a, &why);
    }
    (void)address_format(&wallet, text);
    if (a->json)
        printf("{\"ok\":true,\"address\":\"%s\"}\n", text);
    else
        printf("%s\n", text);
    key_destroy(&key);
    return EXIT_OK;
}

/* Signs something and finds its own account in the signature. */
static bool
works(const struct key *key, struct why *why)
{
    struct hash digest;
    struct signature sig;
    struct address found;

    memset(digest.b, 0x5a, sizeof digest.b);
    key_sign(key, &digest, &sig);
    if (!key_recover(key, &digest, &sig, &found) ||
        !address_equal(&found, key_address(key)))
        return why_set(why, "a signature made with this key does not lead "
                            "back to it: do not use this machine");
    return true;
}

static int
check(const struct wish *a)
{
    char text[ADDRESS_TEXT_CAP];
    struct why why;
    struct key *key = key_read(a->file, a->passphrase, &why);

    if (!key)
        return complain(a, &why);
    bool ok = works(key, &why);
    (void)address_format(key_address(key), text);
    key_destroy(&key);
    if (!ok)
        return complain(a, &why);
    if (a->json)
        printf("{\"ok\":true,\"address\":\"%s\"}\n", text);
    else
        printf("%s is good: a regular file of this user that nobody else can "
               "read,\na valid key, locked in memory, whose signatures lead "
               "back to\n%s\n", a->file, text);
    return EXIT_OK;
}

static int
run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct wish *a);
    } verbs[] = { { "new", make }, { "show", show }, { "check", check } };
    struct wish a = { .json = false };
    const char *type = NULL;
    const struct arg table[] = {
        { "--key-file", NULL, &a.file },
        { "--passphrase-file", NULL, &a.passphrase },
        { "--type", NULL, &type },
        { "--json", &a.json, NULL },
        { NULL, NULL, NULL },
    };

    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        if (!args_read(argc - 1, argv + 1, table, &a.file))
            return EXIT_USAGE;
        if (a.file == NULL) {
            fprintf(stderr, "arb keys %s: --key-file FILE is needed\n",
                    argv[1]);
            return EXIT_USAGE;
        }
        if (type != NULL && verbs[i].run != show) {
            fprintf(stderr, "arb keys: --type is for show\n");
            return EXIT_USAGE;
        }
        if (type != NULL &&
            !args_count("keys", "--type", type, 0, 2, &a.type))
            return EXIT_USAGE;
        secret_process();
        return verbs[i].run(&a);
    }
    if (argc > 1 && strcmp(argv[1], "role") == 0)
        return keys_role(argc - 1, argv + 1);
    fprintf(stderr, "arb keys: expected new, show, check or role; see "
                    "--help\n");
    return EXIT_USAGE;
}

const struct cmd cmd_keys = {
    .name = "keys",
    .about = "make a signing key, show its account, check its file; role keys",
    .help =
        "usage: arb keys new|show|check --key-file FILE\n"
        "           [--passphrase-file FILE] [--json]\n"
        "       arb keys show ... --type 1|2\n\n"
        "  new    makes a key from the kernel's randomness in a new file with\n"
        "         mode 0600: a Web3 keystore (scrypt, takes a second) under\n"
        "         the first line of the passphrase file, or 64 hex digits\n"
        "         without one; never overwrites; prints the account\n"
        "  show   prints the account of a key file or keystore; or the proxy\n"
        "         wallet (1) or Safe (2) that Polymarket makes for it\n"
        "  check  says what is wrong with the file: missing, a link, of\n"
        "         another user, readable by others, no key, a wrong\n"
        "         passphrase, memory that cannot be locked\n"
        "The key itself is never shown. Passphrase files want mode 0600 too.\n"
        "Exit codes: 0 done or good, 1 not, 2 bad usage.\n\n"
        KEYS_ROLE_HELP,
    .run = run,
};
