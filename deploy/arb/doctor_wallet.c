/* doctor_wallet - the key, and the wallet it is to sign for */

#include "deploy/arb/doctor.h"

#include "executor/encode/carrier.h"

#include <stdlib.h>
#include <string.h>

void
doctor_key(struct doctor *d)
{
    const struct executor_conf *c = d->conf;
    char text[ADDRESS_TEXT_CAP];
    struct why why;

    if (c->key_file.s[0] == '\0') {
        doctor_says(d, FINDING_bad, "key",
                    "executor.key_file is empty, so there is no live mode: "
                    "make one with `arb keys new --key-file FILE`");
        return;
    }
    d->key = key_read(c->key_file.s,
                      c->passphrase_file.s[0] ? c->passphrase_file.s : NULL,
                      &why);
    if (!d->key) {
        doctor_says(d, FINDING_bad, "key", "%s", why.s);
        return;
    }
    doctor_says(d, FINDING_good, "key", "%s is the key of %s",
                c->key_file.s, address_format(key_address(d->key), text));
}

/* Polymarket makes a wallet for a key where anybody can work it out. */
static void
check_made(struct doctor *d)
{
    const struct wallet *w = &d->wallet;
    const char *barred = carrier_barred(w, d->conf->chain_id);
    char text[ADDRESS_TEXT_CAP];
    struct address made;

    if (!carrier_wallet(w->type, d->conf->chain_id, &w->owner, &made) ||
        address_equal(&made, &w->funder))
        return;
    doctor_says(d, barred ? FINDING_bad : FINDING_unsure, "funder",
                "Polymarket's wallet of that type for this key is %s",
                address_format(&made, text));
}

void
doctor_wallet(struct doctor *d)
{
    const struct executor_conf *c = d->conf;
    const char *funder = c->funder.s;
    struct address address;
    struct why why;

    if (!d->key)
        return;
    if (funder[0] &&
        !address_parse(funder, strlen(funder), &address)) {
        doctor_says(d, FINDING_bad, "funder", "executor.funder %s is no "
                    "address, or its capitals are not those of its checksum",
                    funder);
        return;
    }
    bool own = funder[0] && address_equal(&address, key_address(d->key));
    if (c->signature_type == WALLET_EOA && funder[0] && !own) {
        doctor_says(d, FINDING_bad, "funder",
                    "signature type 0 means that the key's own account holds "
                    "the money, but executor.funder is another: take the "
                    "type of that wallet (1 proxy, 2 Safe, 3 deposit "
                    "wallet), or leave the funder empty");
        return;
    }
    if (c->signature_type != WALLET_EOA && (!funder[0] || own)) {
        doctor_says(d, FINDING_bad, "funder",
                    "signature type %llu means that %s holds the money: "
                    "executor.funder must be its address, which is not the "
                    "key's own", (unsigned long long)c->signature_type,
                    carrier_name(c->signature_type));
        return;
    }
    if (!wallet_make(c->signature_type, key_address(d->key),
                     funder[0] ? &address : NULL, &d->wallet, &why)) {
        doctor_says(d, FINDING_bad, "funder", "%s", why.s);
        return;
    }
    d->wallet_known = true;
    doctor_says(d, FINDING_good, "funder", "%s is %s",
                d->wallet.funder_text, carrier_name(c->signature_type));
    check_made(d);
    if (!exchange_find(c->chain_id, ORDER_VERSION_2, false))
        doctor_says(d, FINDING_bad, "chain", "executor.chain_id %llu: no "
                    "exchange is known there, expected 137 or 80002",
                    (unsigned long long)c->chain_id);
}
