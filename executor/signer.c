/* signer - what may be signed, and what was: decided apart from everything */

/* The executor may be wrong, or somebody else by now; what it shows proves
 * itself or is refused.  The grant is riskd's by its mark; the order is made
 * again here from the intent's fields and must have the id that the intent
 * was written down under; its amounts, not only its price, stay within the
 * leg.  A leg has one order for ever, so that a mistake in the asker cannot
 * send twice what was granted once. */

#include "executor/signer.h"

#include "common/digest.h"
#include "common/map.h"
#include "common/must.h"
#include "common/planted.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEY_SIZE = 24,     /* auth and leg. */
    CUT = 100,         /* Micros lost when amounts are cut to 4 decimals. */
};

struct signer {
    struct signer_terms terms;
    uint64_t epoch, kill_gen;    /* Highest signed under. */
    uint32_t count;
    struct map *known;           /* (auth, leg) -> index of orders. */
    struct hash *orders;
};

const char *
signer_words(enum signer_no no)
{
    static const char *const words[] = {
        "",
#define NO(name, says) says,
#include "executor/signer_nos.def"
    };

    return (unsigned)no < SIGNER_NO_end_ ? words[no] : "?";
}

static uint8_t *
put(uint8_t *at, uint64_t n, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        *at++ = (uint8_t)(n >> 8 * i);
    return at;
}

static uint64_t
get(const uint8_t **at, unsigned bytes)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < bytes; i++)
        n |= (uint64_t)*(*at)++ << 8 * i;
    return n;
}

void
signed_pack(const struct signed_order *m, uint8_t b[SIGNED_SIZE])
{
    uint8_t *at = b;

    must(m->leg < legs_cap);
    memcpy(at, m->auth.b, sizeof m->auth.b);
    at = put(at + sizeof m->auth.b, m->leg, 4);
    at = put(at, m->epoch, 8);
    at = put(at, m->kill_gen, 8);
    memcpy(at, m->order.b, sizeof m->order.b);
    at = put(at + sizeof m->order.b, 0, 8);
    at = put(at, crc32c(0, b, (size_t)(at - b)), 4);
    must(at == b + SIGNED_SIZE);
}

bool
signed_unpack(struct signed_order *m, const uint8_t b[SIGNED_SIZE])
{
    const uint8_t *at = b, *sum = b + SIGNED_SIZE - 4;

    memcpy(m->auth.b, at, sizeof m->auth.b);
    at += sizeof m->auth.b;
    m->leg = get(&at, 4);
    m->epoch = get(&at, 8);
    m->kill_gen = get(&at, 8);
    memcpy(m->order.b, at, sizeof m->order.b);
    return get(&sum, 4) == crc32c(0, b, SIGNED_SIZE - 4) &&
           m->leg < legs_cap;
}

struct signer *
signer_new(const struct signer_terms *t)
{
    struct signer *s = calloc(1, sizeof *s);

    must(s && t->cap > 0);
    s->terms = *t;
    s->known = map_new(KEY_SIZE, t->cap);
    s->orders = calloc(t->cap, sizeof *s->orders);
    must(s->known && s->orders);
    return s;
}

void
signer_destroy(struct signer **s)
{
    if (!*s)
        return;
    mac_key_wipe(&(*s)->terms.mac);
    map_destroy(&(*s)->known);
    free((*s)->orders);
    free(*s);
    *s = NULL;
}

uint32_t
signer_count(const struct signer *s)
{
    return s->count;
}

static void
key_of(const struct uuid *auth, uint64_t leg, uint8_t key[KEY_SIZE])
{
    memcpy(key, auth->b, sizeof auth->b);
    (void)put(key + sizeof auth->b, leg, 8);
}

/* The order signed for that leg before, NULL when there is none. */
static const struct hash *
find_order(const struct signer *s, const struct uuid *auth, uint64_t leg)
{
    uint8_t key[KEY_SIZE];

    key_of(auth, leg, key);
    uint32_t i = map_find(s->known, key);
    return i == MAP_NONE ? NULL : &s->orders[i];
}

enum signer_no
signer_remember(struct signer *s, const struct signed_order *m)
{
    uint8_t key[KEY_SIZE];

    if (m->kill_gen > s->kill_gen)
        s->kill_gen = m->kill_gen;
    if (m->epoch < s->epoch)
        return SIGNER_NO_none; /* Refused by its epoch already. */
    if (m->epoch > s->epoch) {
        s->epoch = m->epoch;
        s->count = 0;
        map_clear(s->known);
    }
    if (find_order(s, &m->auth, m->leg))
        return SIGNER_NO_none;
    if (s->count == s->terms.cap)
        return SIGNER_NO_full;
    key_of(&m->auth, m->leg, key);
    bool put_in = map_put(s->known, key, s->count);
    must(put_in);
    s->orders[s->count++] = m->order;
    return SIGNER_NO_none;
}

static enum signer_no
check_grant(const struct signer *s, const struct grant *g)
{
    if (g->mode != MODE_live)
        return SIGNER_NO_mode;
    if (g->legs.count == 0 || g->legs.count > legs_cap)
        return SIGNER_NO_asked;
    if (!grant_mac_fits(&s->terms.mac, g) && !PLANTED(signer_mac))
        return SIGNER_NO_mac;
    if (g->epoch < s->epoch && !PLANTED(signer_epoch))
        return SIGNER_NO_epoch;
    return g->kill_gen < s->kill_gen && !PLANTED(signer_kill_gen)
               ? SIGNER_NO_kill_gen
               : SIGNER_NO_none;
}

/* a * b <= c * d, none of them negative. */
static bool
product_fits(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return (wide)a * b <= (wide)c * d;
}

/* What is given and wanted, against the most and the worst of the leg. */
static enum signer_no
check_amounts(const struct leg *l, const struct intent *m)
{
    struct money most;

    if (m->maker == 0 || m->taker == 0 || m->maker > INT64_MAX / 2 ||
        m->taker > INT64_MAX / 2 || !cost_up(l->limit, l->size, &most))
        return SIGNER_NO_amounts;
    int64_t maker = (int64_t)m->maker, taker = (int64_t)m->taker;
    if (m->side == SIDE_buy)
        return maker <= most.micros && taker <= m->qty.micros &&
                       product_fits(maker, MICROS, taker + CUT,
                                    m->price.micros)
                   ? SIGNER_NO_none
                   : SIGNER_NO_amounts;
    return maker <= m->qty.micros &&
                   product_fits(maker, m->price.micros, taker + CUT, MICROS)
               ? SIGNER_NO_none
               : SIGNER_NO_amounts;
}

static enum signer_no
check_leg(const struct grant *g, const struct intent *m)
{
    if (!uuid_equal(&m->auth, &g->auth) ||
        !uuid_equal(&m->group, &g->group) || m->attempt != g->attempt ||
        m->mode != g->mode)
        return SIGNER_NO_grant;
    if (m->leg >= g->legs.count)
        return SIGNER_NO_leg;
    const struct leg *l = &g->legs.at[m->leg];
    if (!hash_equal(&m->token, &l->token))
        return SIGNER_NO_token;
    if (m->side != l->side)
        return SIGNER_NO_side;
    if (m->price.micros <= 0 || m->price.micros >= MICROS ||
        (m->side == SIDE_buy ? m->price.micros > l->limit.micros
                             : m->price.micros < l->limit.micros))
        return PLANTED(signer_price) ? SIGNER_NO_none : SIGNER_NO_price;
    if (m->qty.micros <= 0 ||
        (m->qty.micros > l->size.micros && !PLANTED(signer_size)))
        return SIGNER_NO_size;
    return check_amounts(l, m);
}

/* The order the intent is of, made again. */
static enum signer_no
draft_order(const struct signer *s, const struct intent *m,
            struct order_draft *d)
{
    if (m->salt > ORDER_SALT_MAX)
        return SIGNER_NO_salt;
    if (!order_of_intent(m, &s->terms.wallet, s->terms.chain, d))
        return SIGNER_NO_contract;
    return hash_equal(&d->id, &m->order) ? SIGNER_NO_none : SIGNER_NO_order;
}

static bool
is_now(uint64_t stamp, struct nanos wall)
{
    int64_t now = wall.ns / 1000000;

    return stamp <= INT64_MAX / 2 && now > 0 &&
           llabs((int64_t)stamp - now) <= SIGNER_STAMP_MS;
}

/* One order for a leg, and its turn in this batch. */
static enum signer_no
check_first(const struct signer *s, struct signer_batch *b,
            const struct intent *m)
{
    const struct hash *before = find_order(s, &m->auth, m->leg);
    bool in_batch = false;

    for (uint32_t i = 0; i < b->fresh && !in_batch; i++)
        if (b->facts[i].leg == m->leg) {
            before = &b->facts[i].order;
            in_batch = true;
        }
    if (before && !hash_equal(before, &m->order) && !PLANTED(signer_second))
        return SIGNER_NO_second;
    /* A new epoch forgets all before it: written down once more. */
    if (before && (b->grant->epoch == s->epoch || in_batch))
        return SIGNER_NO_none;
    if (!before && !is_now(m->stamp, b->wall))
        return SIGNER_NO_stamp;
    b->facts[b->fresh++] = (struct signed_order){
        .auth = m->auth,
        .leg = m->leg,
        .epoch = b->grant->epoch,
        .kill_gen = b->grant->kill_gen,
        .order = m->order,
    };
    return SIGNER_NO_none;
}

enum signer_no
signer_check(const struct signer *s, struct signer_batch *b)
{
    enum signer_no no;

    b->fresh = b->bad = 0;
    if (b->count == 0 || b->count > SIGNER_BATCH)
        return SIGNER_NO_asked;
    no = check_grant(s, b->grant);
    for (uint32_t i = 0; i < b->count && no == SIGNER_NO_none; i++) {
        b->bad = i;
        no = check_leg(b->grant, &b->intents[i]);
        if (no == SIGNER_NO_none)
            no = draft_order(s, &b->intents[i], &b->drafts[i]);
        if (no == SIGNER_NO_none)
            no = check_first(s, b, &b->intents[i]);
    }
    /* A new epoch makes the room of all before it. */
    if (no == SIGNER_NO_none && b->grant->epoch == s->epoch &&
        b->fresh > s->terms.cap - s->count)
        no = SIGNER_NO_full;
    return no;
}

bool
signer_may_request(const char *method, const char *path)
{
    static const struct {
        const char *method, *path;
        bool below; /* Anything that begins so. */
    } all[] = {
#define REQUEST(method, path, below) { method, path, below },
#include "executor/signer_requests.def"
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        size_t size = strlen(all[i].path);
        if (strcmp(method, all[i].method) == 0 &&
            strncmp(path, all[i].path, size) == 0 &&
            (path[size] == '\0' || all[i].below))
            return !strpbrk(path, "?#% \r\n") && !strstr(path, "..");
    }
    return false;
}
