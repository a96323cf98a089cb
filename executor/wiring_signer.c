/* wiring_signer - the signer of a configuration, started before all else */

#include "executor/wiring.h"

#include "common/log.h"
#include "common/secret.h"
#include "common/supervised.h"
#include "executor/relayer.h"
#include "executor/signer_ask.h"

enum { EXIT_MEND = 2 }; /* Somebody must change something first. */

/* Else groups would begin that no chain could end. */
static bool
is_relayer_good(const struct executor_conf *c, struct why *why)
{
    struct relayer_login login;
    bool ok = c->relayer_file.s[0] == '\0' ||
              relayer_login_read(c->relayer_file.s, &login, why);

    secret_wipe(&login, sizeof login);
    return ok;
}

struct signer_line *
wiring_signer(const char *var, const struct executor_conf *c)
{
    struct signer_contracts contracts;
    const struct signer_setup setup = {
        .contracts = &contracts,
        .var = var,
        .key_file = c->key_file.s,
        .passphrase_file = c->passphrase_file.s[0] != '\0'
                               ? c->passphrase_file.s
                               : NULL,
        .funder = c->funder.s,
        .signature_type = c->signature_type,
        .chain = c->chain_id,
        .wait = c->signer_wait,
    };
    char words[120];
    struct why why;

    if (c->key_file.s[0] == '\0')
        return NULL;
    if (!is_relayer_good(c, &why)) {
        log_error("relayer: %s", why.s);
        supervised_exit(EXIT_MEND);
    }
    struct signer_line *l = NULL;
    if (signer_contracts_parse(c->collateral.s, c->positions.s, c->adapter.s,
                               c->neg_adapter.s, &contracts, &why))
        l = signer_start(&setup, &why);
    if (l == NULL) {
        log_error("signer: %s", why.s);
        supervised_exit(EXIT_MEND);
    }
    const struct signer_up *up = signer_is_up(l);
    log_info("signer %ld: %s; %u orders signed in this epoch so far",
             (long)signer_pid(l), box_words(&up->walls, words, sizeof words),
             up->known);
    log_info("signer: account %s, type %d, key of %s",
             up->wallet.funder_text, (int)up->wallet.type,
             up->wallet.owner_text);
    return l;
}

struct order_identity
wiring_identity(const struct signer_line *l)
{
    const struct signer_up *up = signer_is_up(l);

    return (struct order_identity){ up->chain, up->wallet };
}
