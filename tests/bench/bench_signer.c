/* bench_signer - a question to the signer and back, against the bare pair
 *
 * Ours is what the executor does under the gate: the signer checks riskd's
 * mark and the order, writes it down, signs, answers.  The floor is a child
 * that gets as many bytes, syncs as many to a bare file, signs the same
 * digest with the same key and sends as many back.  Requests (L2) are neither
 * checked against a grant nor written down: there the floor is the pair and
 * one HMAC. */
#include "tests/bench/bench.h"

#include "common/clock.h"
#include "common/hmac.h"
#include "common/must.h"
#include "executor/signer_ask.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS = 20, ORDERS = 25, REQUESTS = 200, BODY = 700, PATH_CAP = 256 };

static const char key_hex[] =
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

struct bench {
    struct signer_line *line;
    struct mac_key mac;
    struct grant grant;
    struct intent intent;
    uint64_t orders;
    int raw;                       /* To the bare child. */
    pid_t raw_pid;
    size_t ask_size;
    char body[BODY + 1];
    double ours[TURNS * REQUESTS], floor_[TURNS * REQUESTS];
};

/* What the bare child is told: sync or not. */
struct bare_question {
    bool sync;
    uint8_t more[sizeof(struct signer_question)];
};

static void
bare_child(int fd, const char *file, const struct key *key)
{
    static struct bare_question q;
    static struct signer_answer a;
    struct hash digest = { { 9 } };
    struct signature sig;
    uint8_t out[32];
    struct hmac *h = hmac_new("key", 3);
    int f = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        ssize_t n = recv(fd, &q, sizeof q, 0);
        if (n <= 0)
            _exit(0);
        if (q.sync) {
            must(write(f, &q, SIGNED_SIZE) == SIGNED_SIZE);
            must(fdatasync(f) == 0);
            key_sign(key, &digest, &sig);
        } else {
            hmac_start(h);
            hmac_add(h, q.more, BODY);
            hmac_end(h, out);
        }
        must(send(fd, &a, sizeof a, 0) == sizeof a);
    }
}

/* Where the scheduler puts two that wait for each other matters more than
 * anything measured here: all on one core. */
static void
bind_to_one(cpu_set_t *before)
{
    cpu_set_t one;

    must(sched_getaffinity(0, sizeof *before, before) == 0);
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, before))
            CPU_SET(i, &one);
    must(sched_setaffinity(0, sizeof one, &one) == 0);
}

static void
start(struct bench *b, const char *dir)
{
    char path[PATH_CAP];
    int ends[2];
    struct why why;

    snprintf(path, sizeof path, "%s/key", dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(write(fd, key_hex, 64) == 64);
    close(fd);
    struct signer_setup o = { .var = dir, .key_file = path, .funder = "",
                              .chain = CHAIN_POLYGON, .wait = { 5000 } };
    b->line = signer_start(&o, &why);
    must(b->line && mac_key_load(dir, &b->mac, &why));
    must(signer_give_secret(b->line, "c2VjcmV0") == SIGNER_NO_none);
    struct key *key = key_read(path, NULL, &why);
    must(key && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    b->raw = ends[0];
    b->raw_pid = fork();
    if (b->raw_pid == 0) {
        close(ends[0]);
        key = key_read(path, NULL, &why); /* Ours is wiped in a fork. */
        must(key);
        snprintf(path, sizeof path, "%s/bare", dir);
        bare_child(ends[1], path, key);
    }
    close(ends[1]);
    key_destroy(&key);
}

/* A grant of its own for every order, as in life. */
static void
make_order(struct bench *b)
{
    struct grant *g = &b->grant;
    struct intent *m = &b->intent;
    struct leg leg = { .side = SIDE_buy, .limit = { 400000 },
                       .size = { 100 * (int64_t)MICROS } };

    memset(leg.token.b, 0x81, sizeof leg.token.b);
    b->orders++;
    *g = (struct grant){ .attempt = 1, .epoch = 1, .mode = MODE_live };
    memcpy(g->auth.b, &b->orders, sizeof b->orders);
    g->legs.count = 1;
    g->legs.at[0] = leg;
    grant_mac(&b->mac, g, &g->mac);
    *m = (struct intent){ .auth = g->auth, .attempt = 1, .salt = b->orders,
                          .mode = MODE_live, .token = leg.token,
                          .side = leg.side, .price = leg.limit,
                          .qty = leg.size, .version = 2,
                          .maker = 40000000, .taker = 100000000,
                          .stamp = (uint64_t)(clock_wall().ns / 1000000) };
    struct order_draft d = {
        .terms = { .chain = CHAIN_POLYGON, .version = 2, .side = m->side,
                   .token = m->token, .salt = m->salt,
                   .timestamp = m->stamp },
        .wallet = signer_is_up(b->line)->wallet,
        .exchange = exchange_find(CHAIN_POLYGON, 2, false),
        .amounts = { { 40000000 }, { 100000000 } },
    };
    order_hash(&d);
    m->order = d.id;
}

static double
ask_order(struct bench *b)
{
    const struct intent *one = &b->intent;
    struct order_signature sig;
    uint32_t bad;

    make_order(b);
    int64_t from = bench_now();
    must(signer_ask_orders(b->line, &b->grant, &one, 1, &sig, &bad) ==
         SIGNER_NO_none);
    return (double)(bench_now() - from);
}

static double
ask_request(struct bench *b)
{
    char out[L2_SIGNATURE_CAP];
    int64_t from = bench_now();

    must(signer_ask_l2(b->line, 1795219200, "POST", "/order", b->body, BODY,
                       out) == SIGNER_NO_none);
    return (double)(bench_now() - from);
}

static double
ask_bare(struct bench *b, bool sync, size_t size)
{
    static struct bare_question q;
    static struct signer_answer a;
    int64_t from = bench_now();

    q.sync = sync;
    must(send(b->raw, &q, size, 0) == (ssize_t)size);
    must(recv(b->raw, &a, sizeof a, 0) == sizeof a);
    return (double)(bench_now() - from);
}

void
bench_signer(const char *dir)
{
    static struct bench b;
    const size_t order = offsetof(struct signer_question, m.orders.intents) +
                         sizeof(struct intent);
    cpu_set_t before;
    int n = 0;

    bind_to_one(&before);
    start(&b, dir);
    memset(b.body, 'x', BODY);
    for (int t = 0; t < TURNS; t++) {
        for (int i = 0; i < ORDERS; i++)
            b.ours[n + i] = ask_order(&b);
        for (int i = 0; i < ORDERS; i++)
            b.floor_[n + i] = ask_bare(&b, true, order);
        n += ORDERS;
    }
    bench_line("signer_order", "ns", bench_median(b.ours, n),
               bench_median(b.floor_, n));
    n = 0;
    for (int t = 0; t < TURNS; t++) {
        for (int i = 0; i < REQUESTS; i++)
            b.ours[n + i] = ask_request(&b);
        for (int i = 0; i < REQUESTS; i++)
            b.floor_[n + i] = ask_bare(&b, false, BODY + 256);
        n += REQUESTS;
    }
    bench_line("signer_request", "ns", bench_median(b.ours, n),
               bench_median(b.floor_, n));
    must(sched_setaffinity(0, sizeof before, &before) == 0);
    signer_stop(&b.line);
    close(b.raw);
    kill(b.raw_pid, SIGKILL);
    waitpid(b.raw_pid, NULL, 0);
}
