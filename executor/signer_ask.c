/* signer_ask - the executor's end of the line to its signer */

/* The signer is forked once, with the key read in it and nowhere else, so
 * there is nothing to start it anew from: when it is gone the executor ends
 * as well and supervision starts both.  Nothing is lost by that: what was
 * signed is in its file, what was sent in the executor's. */

#include "executor/signer_ask.h"

#include "common/clock.h"
#include "common/crash.h"
#include "common/must.h"
#include "common/secret.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A keystore takes about a second to open; a busy machine longer. */
enum { START_MS = 30000, LATE_CAP = 64 };

struct signer_line {
    int fd;
    pid_t pid;
    struct ms wait;
    uint64_t asked;
    bool gone;
    struct signer_up up;
    struct signer_question q;
    struct signer_answer a;
};

/* A packet of that size into m; false after the time, or when nobody is
 * there. */
static bool
hear(struct signer_line *l, void *m, size_t size, struct nanos until)
{
    for (;;) {
        struct pollfd p = { .fd = l->fd, .events = POLLIN };
        int64_t left = (until.ns - clock_mono().ns) / 1000000;
        int n = poll(&p, 1, left > 0 ? (int)left : 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        ssize_t got = recv(l->fd, m, size, MSG_DONTWAIT | MSG_TRUNC);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        l->gone = got != (ssize_t)size;
        return !l->gone;
    }
}

static struct nanos
after_ms(int64_t ms)
{
    return (struct nanos){ clock_mono().ns + ms * 1000000 };
}

static pid_t
fork_signer(int ends[2], const struct signer_setup *o)
{
    pid_t parent = getpid(), pid = fork();

    if (pid != 0)
        return pid;
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent)
        _exit(0);
    signer_child(ends[1], o);
}

struct signer_line *
signer_start(const struct signer_setup *o, struct why *why)
{
    struct signer_line *l = calloc(1, sizeof *l);
    int ends[2];

    must(l && o->wait.ms > 0);
    *why = (struct why){ 0 };
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        (void)why_set(why, "a pair of sockets: %s", strerror(errno));
        free(l);
        return NULL;
    }
    l->fd = ends[0];
    l->wait = o->wait;
    l->pid = fork_signer(ends, o);
    close(ends[1]);
    if (l->pid > 0 &&
        hear(l, &l->up, sizeof l->up, after_ms(START_MS)) && l->up.ok)
        return l;
    (void)why_set(why, "%s", l->up.why.s[0] ? l->up.why.s
                                            : "it did not start");
    signer_stop(&l);
    return NULL;
}

void
signer_stop(struct signer_line **line)
{
    struct signer_line *l = *line;

    if (!l)
        return;
    close(l->fd);
    if (l->pid > 0) {
        /* It ends by itself, unless it is stopped. */
        (void)kill(l->pid, SIGKILL);
        (void)waitpid(l->pid, NULL, 0);
    }
    free(l);
    *line = NULL;
}

const struct signer_up *
signer_is_up(const struct signer_line *l)
{
    return &l->up;
}

int
signer_descriptor(const struct signer_line *l)
{
    return l->fd;
}

pid_t
signer_pid(const struct signer_line *l)
{
    return l->pid;
}

bool
signer_is_there(struct signer_line *l)
{
    struct nanos now = { 0 };

    for (unsigned i = 0; i < LATE_CAP && !l->gone; i++)
        if (!hear(l, &l->a, sizeof l->a, now))
            break;
    return !l->gone;
}

/* The answer to the question in l->q. */
static enum signer_no
ask(struct signer_line *l, enum signer_op op)
{
    struct nanos until = after_ms(l->wait.ms);

    l->q.op = op;
#ifdef CRASH_POINTS
    static const char *const points[] = { "asked", "checked", "stored",
                                          "replied" };
    l->q.crash = 0;
    for (int i = 0; i < 4 && l->q.crash == 0 && op == SIGNER_OP_orders; i++) {
        l->q.crash_at = points[i];
        l->q.crash = crash_wanted("signer", points[i]);
    }
#endif
    l->q.id = ++l->asked;
    size_t size = signer_question_size(&l->q);
    must(size <= sizeof l->q);
    if (l->gone || send(l->fd, &l->q, size, MSG_NOSIGNAL | MSG_DONTWAIT) !=
                       (ssize_t)size)
        return SIGNER_NO_gone;
    do
        if (!hear(l, &l->a, sizeof l->a, until))
            return SIGNER_NO_gone;
    while (l->a.id != l->asked);
    return l->a.no;
}

enum signer_no
signer_ask_orders(struct signer_line *l, const struct grant *grant,
                  const struct intent *const *intents, uint32_t count,
                  struct order_signature *signatures, uint32_t *bad)
{
    *bad = 0;
    if (count == 0 || count > SIGNER_BATCH)
        return SIGNER_NO_asked;
    l->q.m.orders.grant = *grant;
    l->q.m.orders.count = count;
    for (uint32_t i = 0; i < count; i++)
        l->q.m.orders.intents[i] = *intents[i];
    enum signer_no no = ask(l, SIGNER_OP_orders);
    *bad = no == SIGNER_NO_gone ? 0 : l->a.bad;
    if (no == SIGNER_NO_none)
        memcpy(signatures, l->a.m.orders, count * sizeof *signatures);
    return no;
}

enum signer_no
signer_ask_l1(struct signer_line *l, uint64_t timestamp, uint64_t nonce,
              struct l1_headers *out)
{
    l->q.m.l1.timestamp = timestamp;
    l->q.m.l1.nonce = nonce;
    enum signer_no no = ask(l, SIGNER_OP_l1);
    if (no == SIGNER_NO_none)
        *out = l->a.m.l1;
    return no;
}

enum signer_no
signer_give_secret(struct signer_line *l, const char *secret)
{
    size_t size = strlen(secret);

    if (size >= SIGNER_SECRET_CAP)
        return SIGNER_NO_credentials;
    memset(&l->q.m.secret, 0, sizeof l->q.m.secret);
    memcpy(l->q.m.secret.text, secret, size);
    enum signer_no no = ask(l, SIGNER_OP_secret);
    secret_wipe(&l->q.m.secret, sizeof l->q.m.secret);
    return no;
}

enum signer_no
signer_ask_l2(struct signer_line *l, uint64_t timestamp, const char *method,
              const char *path, const char *body, size_t size,
              char out[L2_SIGNATURE_CAP])
{
    if (strlen(method) >= SIGNER_METHOD_CAP ||
        strlen(path) >= SIGNER_PATH_CAP || size > SIGNER_BODY_CAP)
        return SIGNER_NO_asked;
    l->q.m.l2.timestamp = timestamp;
    memcpy(l->q.m.l2.method, method, strlen(method) + 1);
    memcpy(l->q.m.l2.path, path, strlen(path) + 1);
    l->q.m.l2.size = (uint32_t)size;
    if (size > 0)
        memcpy(l->q.m.l2.body, body, size);
    enum signer_no no = ask(l, SIGNER_OP_l2);
    if (no == SIGNER_NO_none)
        memcpy(out, l->a.m.l2, L2_SIGNATURE_CAP);
    return no;
}

enum signer_no
signer_ask_tx(struct signer_line *l, const struct tx *t,
              struct signature *out)
{
    if (t->data_size > TX_DATA_CAP)
        return SIGNER_NO_asked;
    l->q.m.tx.tx = *t;
    if (t->data_size > 0)
        memcpy(l->q.m.tx.data, t->data, t->data_size);
    enum signer_no no = ask(l, SIGNER_OP_tx);
    if (no == SIGNER_NO_none)
        *out = l->a.m.tx;
    return no;
}

enum signer_no
signer_ask_batch(struct signer_line *l, const struct relay_batch *b,
                 struct signature *out)
{
    if (b->size > RELAY_DATA_CAP)
        return SIGNER_NO_asked;
    l->q.m.batch.batch = *b;
    if (b->size > 0)
        memcpy(l->q.m.batch.data, b->data, b->size);
    enum signer_no no = ask(l, SIGNER_OP_batch);
    if (no == SIGNER_NO_none)
        *out = l->a.m.tx;
    return no;
}
