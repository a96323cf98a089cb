/* wiring_desk - where the engine's calls leave for a live venue and what the
 * venue says comes back */

/* This file: making and ending it, what it tells of its state, and the clock
 * that drives the rest.  Look-ups and cancels have connections of their own,
 * so that neither ever waits behind the other; they may be asked again by
 * curl, since asking twice changes nothing.  Orders have lanes. */

#include "executor/wiring_desk_own.h"

#include "common/clock.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/secret.h"
#include "common/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The venue tells whole seconds: a smaller change may be none. */
enum { POOL_CONNECTIONS = 4, CANCEL_CONNECTIONS = 2, CLOCK_STEP_MS = 1000 };

static const struct ms tick_every = { 50 };

const char *const desk_hop_names[DESK_HOPS] = { "order_disk", "order_sign",
                                                "order_write",
                                                "order_answer" };

void
desk_sample(struct desk *k, enum desk_hop hop, struct nanos *since)
{
    struct nanos now = clock_mono();

    if (k->samples_count < SAMPLES_MOST)
        k->samples[k->samples_count++] = (struct desk_sample){
            hop, { now.ns - since->ns }
        };
    *since = now;
}

uint32_t
desk_samples(struct desk *k, struct desk_sample *out, uint32_t cap)
{
    uint32_t n = k->samples_count < cap ? k->samples_count : cap;

    memcpy(out, k->samples, n * sizeof *out);
    memmove(k->samples, k->samples + n,
            (k->samples_count - n) * sizeof *out);
    k->samples_count -= n;
    return n;
}

void
desk_url(const struct desk *k, const char *path, const char *query,
         char url[URL_CAP])
{
    int n = snprintf(url, URL_CAP, "%s%s%s", k->o.rest_url, path, query);

    must(n > 0 && n < URL_CAP);
}

static bool
is_up(const struct desk *k)
{
    return k->login == LOGIN_done && k->clock_known && k->clock_good &&
           k->user_up;
}

bool
desk_is_ready(const struct desk *k, const char **words)
{
    *words = k->login != LOGIN_done ? "there is no API key yet"
             : !k->clock_known      ? "the venue's clock is not known yet"
             : !k->clock_good       ? "our clock and the venue's differ"
             : !k->user_up          ? "the user stream is not heard"
                                    : "";
    return is_up(k);
}

void
desk_tell_state(struct desk *k)
{
    struct venue_status m = { .since = clock_wall() };
    const char *words;
    uint32_t venue;

    bool changed = is_up(k) != k->told_up;
    if (!changed &&
        llabs(k->clock_offset.ms - k->clock_told.ms) < CLOCK_STEP_MS)
        return;
    k->told_up = is_up(k);
    k->clock_told = k->clock_offset;
    if (changed && desk_is_ready(k, &words))
        log_info("%s: orders may leave; clocks differ by %lld ms",
                 k->o.talk->name, (long long)k->clock_offset.ms);
    else if (changed)
        log_warn("%s: no orders: %s", k->o.talk->name, words);
    must(enum_parse(&venue_words, k->o.talk->name, &venue));
    m.venue = (enum venue)venue;
    m.state = k->told_up ? LINK_STATE_up : LINK_STATE_down;
    m.clock_known = k->clock_known;
    m.clock = k->clock_offset;
    k->o.begin(k->o.arg);
    k->o.hear(k->o.arg, &venue_status_schema, &m);
    k->o.end(k->o.arg);
}

/* --- what the talk reads goes to the engine ------------------------------ */
static void
word(struct desk *k, const struct schema *sc, const void *m)
{
    if (k->in_turn == WORDS_A_TURN) {
        k->o.end(k->o.arg);
        k->o.begin(k->o.arg);
        k->in_turn = 0;
    }
    k->in_turn++;
    k->o.hear(k->o.arg, sc, m);
}

static void
hear_order(void *self, const struct venue_order *m)
{
    word(self, &venue_order_schema, m);
}

static void
hear_trade(void *self, const struct venue_trade *m)
{
    word(self, &venue_trade_schema, m);
}

static void
hear_balance(void *self, const struct venue_balance *m)
{
    word(self, &venue_balance_schema, m);
}

static void
hear_bad(void *self, const char *what)
{
    struct desk *k = self;
    unsigned dropped;

    if (log_may(&k->bad_said, clock_mono().ns, &dropped))
        log_warn("%s: %s (%u more)", k->o.talk->name, what, dropped);
}

struct talk_sink
desk_sink(struct desk *k)
{
    k->in_turn = 0;
    return (struct talk_sink){ k, hear_order, hear_trade, hear_balance,
                               hear_bad };
}

/* --- its life ------------------------------------------------------------ */
static void
on_tick(void *arg)
{
    struct desk *k = arg;
    struct nanos now = clock_mono();

    desk_login_tick(k, now);
    desk_warm_tick(k, now);
    desk_tell_state(k);
}

static void
make_account(struct desk *k)
{
    const struct signer_up *up = signer_is_up(k->o.signer);

    k->account.id = (struct order_identity){ up->chain, up->wallet };
    k->account.heartbeat_ids = k->o.heartbeat_ids;
}

static struct http *
make_http(const struct desk_options *o, uint32_t connections, bool lane)
{
    return http_new(o->loop, &(struct http_options){
        .ca_file = o->ca_file,
        .connect_timeout = o->connect,
        .total_timeout = o->total,
        .answer_cap = ANSWER_MOST,
        .connections = connections,
        .lane = lane,
        .out_timeout = o->out,
    });
}

struct desk *
desk_new(const struct desk_options *o)
{
    struct desk *k = calloc(1, sizeof *k);

    must(k && o->lanes > 0 && o->lanes <= LANES_MOST);
    k->o = *o;
    make_account(k);
    for (size_t i = 0; i < CALLS_CAP; i++)
        k->calls[i].desk = k;
    k->pool = make_http(o, POOL_CONNECTIONS, false);
    k->cancels = make_http(o, CANCEL_CONNECTIONS, false);
    for (uint32_t i = 0; i < o->lanes; i++)
        k->lanes[i] = (struct lane){ .desk = k,
                                     .http = make_http(o, 1, true) };
    k->sockets = ws_context_new(o->loop, o->ca_file);
    k->tick = loop_timer(o->loop, (struct ms){ 0 }, tick_every, on_tick, k);
    desk_login_begin(k);
    return k;
}

/* Calls under way end here, as unknown where bytes had left. */
void
desk_destroy(struct desk **desk)
{
    struct desk *k = *desk;

    if (!k)
        return;
    loop_timer_cancel(&k->tick);
    desk_user_close(k);
    for (uint32_t i = 0; i < k->o.lanes; i++)
        http_destroy(&k->lanes[i].http);
    http_destroy(&k->cancels);
    http_destroy(&k->pool);
    loop_timer_cancel(&k->soon);
    loop_timer_cancel(&k->refresh_timer);
    ws_context_destroy(&k->sockets);
    secret_wipe(k, sizeof *k);
    free(k);
    *desk = NULL;
}
