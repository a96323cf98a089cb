/* keys_role - arb keys role: the keys that riskd's socket lets in */
#ifndef DEPLOY_ARB_KEYS_ROLE_H
#define DEPLOY_ARB_KEYS_ROLE_H

#define KEYS_ROLE_HELP                                                        \
    "usage: arb keys role viewer|operator|ops_admin [--name NAME] [-c FILE]\n" \
    "\n"                                                                      \
    "Makes a key that may speak to riskd, as NAME (default: the role's own\n" \
    "word), and lets it in.  var/keys/ctl/NAME.key is all that its holder\n"  \
    "needs and may be taken elsewhere (arb --key FILE); without the file\n"   \
    "NAME.pub the key is worth nothing any more, within a second.\n"          \
    "Exit codes: 0 made, 1 not, 2 bad usage.\n"

/* argv[0] is "role". */
int keys_role(int argc, char **argv);

#endif /* DEPLOY_ARB_KEYS_ROLE_H */
