/* desk_people - addresses, their wallets, keys, buckets and heartbeats
 *
 * A person is an address that signs.  His wallet is the same address (type
 * 0) or a contract that stands for him (types 1 to 3); each wallet has an
 * account of the core.  Keys are made from the seed, so a run can be
 * repeated with the keys it had. */
#include "tests/simex/desk.h"

#include "tests/simex/seal.h"

#include "common/digest.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t
desk_person(struct desk *d, const struct address *a)
{
    for (uint32_t i = 0; i < d->people_count; i++) {
        if (address_same(&d->people[i].address, a))
            return i;
    }
    if (d->people_count == DESK_PEOPLE_CAP)
        return DESK_NONE;
    struct person *p = &d->people[d->people_count];
    memset(p, 0, sizeof *p);
    p->address = *a;
    p->orders.tokens = (int64_t)d->terms.orders_burst * 1000;
    p->cancels.tokens = (int64_t)d->terms.cancels_burst * 1000;
    if (d->terms.welcome > 0)
        (void)desk_open_wallet(d, d->people_count, a, 0, d->terms.welcome);
    return d->people_count++;
}

uint32_t
desk_wallet(const struct desk *d, const struct address *a)
{
    for (uint32_t i = 0; i < d->wallets_count; i++) {
        if (address_same(&d->wallets[i].address, a))
            return i;
    }
    return DESK_NONE;
}

uint32_t
desk_wallet_of(const struct desk *d, uint32_t person, uint8_t type)
{
    for (uint32_t i = 0; i < d->wallets_count; i++) {
        if (d->wallets[i].person == person && d->wallets[i].type == type)
            return i;
    }
    return DESK_NONE;
}

uint32_t
desk_open_wallet(struct desk *d, uint32_t person,
                 const struct address *wallet, uint8_t type, int64_t cash)
{
    uint32_t i = desk_wallet(d, wallet);
    if (i == DESK_NONE) {
        if (d->wallets_count == DESK_PEOPLE_CAP)
            return DESK_NONE;
        i = d->wallets_count++;
        d->wallets[i] = (struct wallet){
            .address = *wallet, .person = person, .type = type,
            .who = WHO_USER + i,
        };
    } else if (d->wallets[i].person != person || d->wallets[i].type != type) {
        return DESK_NONE;
    }
    accounts_deposit(d->x->accounts, d->wallets[i].who, cash);
    return i;
}

bool
desk_open_text(struct desk *d, const char *text, struct why *why)
{
    char address[48];
    struct address a;
    int64_t micros;
    bool contract = text[0] >= '1' && text[0] <= '3' && text[1] == ':';
    const char *s = contract ? text + 2 : text;
    size_t size = strcspn(s, "=");
    if (size >= sizeof address || s[size] != '=' ||
        !micros_parse(s + size + 1, strlen(s + size + 1), &micros) ||
        micros < 0 || micros > INT64_C(1000000000) * MICROS)
        return why_set(why, "\"%s\": wants ADDRESS=DOLLARS or "
                       "TYPE:ADDRESS=DOLLARS", text);
    memcpy(address, s, size);
    address[size] = '\0';
    if (!address_read(address, &a))
        return why_set(why, "\"%s\": no address", text);
    int64_t welcome = d->terms.welcome;
    d->terms.welcome = 0; /* It says itself what it has. */
    uint32_t person = contract ? d->people_count - 1 : desk_person(d, &a);
    d->terms.welcome = welcome;
    if (person >= d->people_count ||
        desk_open_wallet(d, person, &a, contract ? (uint8_t)(text[0] - '0')
                                                 : 0, micros) == DESK_NONE)
        return why_set(why, "\"%s\": no room, no address before it, or it "
                       "is another's", text);
    return true;
}

static void
make_key(const struct desk *d, struct api_key *k, uint32_t number)
{
    static const char digits[] = "0123456789abcdef";
    char text[160], address[43];
    uint8_t sum[32];
    struct uuid u;
    int n = snprintf(text, sizeof text, "key:%" PRIu64 ":%s:%" PRId64 ":%u",
                     d->x->terms.seed,
                     address_text(&d->people[k->person].address, address),
                     k->nonce, number);
    sha256(text, (size_t)n, sum);
    memcpy(u.b, sum, sizeof u.b);
    u.b[6] = (uint8_t)((u.b[6] & 15) | 0x40);
    u.b[8] = (uint8_t)((u.b[8] & 63) | 0x80);
    uuid_format(&u, k->id);
    sha256(sum, sizeof sum, sum);
    seal_encode(sum, sizeof sum, k->secret);
    sha256(sum, sizeof sum, sum);
    for (int i = 0; i < 64; i++)
        k->passphrase[i] = digits[i % 2 ? sum[i / 2] & 15 : sum[i / 2] >> 4];
    k->passphrase[64] = '\0';
}

uint32_t
desk_find_key(const struct desk *d, uint32_t person, int64_t nonce)
{
    for (uint32_t i = 0; i < d->keys_count; i++) {
        const struct api_key *k = &d->keys[i];
        if (!k->deleted && k->person == person && k->nonce == nonce)
            return i;
    }
    return DESK_NONE;
}

uint32_t
desk_make_key(struct desk *d, uint32_t person, int64_t nonce)
{
    if (d->keys_count == DESK_KEYS_CAP ||
        desk_find_key(d, person, nonce) != DESK_NONE)
        return DESK_NONE;
    struct api_key *k = &d->keys[d->keys_count];
    *k = (struct api_key){ .person = person, .nonce = nonce };
    make_key(d, k, d->keys_count);
    return d->keys_count++;
}

uint32_t
desk_key(const struct desk *d, const char *id)
{
    for (uint32_t i = 0; i < d->keys_count; i++) {
        if (!d->keys[i].deleted && strcmp(d->keys[i].id, id) == 0)
            return i;
    }
    return DESK_NONE;
}

bool
desk_take(struct desk *d, struct limit *b, uint32_t rate, uint32_t burst,
          uint32_t n, int64_t *left)
{
    int64_t most = (int64_t)burst * 1000, now = d->x->now_ms;
    *left = burst;
    if (rate == 0)
        return true;
    b->tokens += (now - b->at_ms) * rate;
    b->tokens = b->tokens > most || b->at_ms == 0 ? most : b->tokens;
    b->at_ms = now;
    bool ok = b->tokens >= (int64_t)n * 1000;
    if (ok)
        b->tokens -= (int64_t)n * 1000;
    *left = b->tokens / 1000;
    return ok;
}

bool
desk_beat(struct desk *d, uint32_t person, const char *id)
{
    struct person *p = &d->people[person];
    char text[96];
    uint8_t sum[32];
    struct uuid u;
    if (id[0] != '\0' && strcmp(id, p->beat_id) != 0)
        return false;
    int n = snprintf(text, sizeof text, "beat:%" PRIu64 ":%u:%u",
                     d->x->terms.seed, person, ++p->beats);
    sha256(text, (size_t)n, sum);
    memcpy(u.b, sum, sizeof u.b);
    uuid_format(&u, p->beat_id);
    p->beat_ms = d->x->now_ms;
    return true;
}
