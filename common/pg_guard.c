/* pg_guard - cuts a connection whose server does not say a word any more */

#include "common/pg_guard.h"

#include "common/clock.h"
#include "common/must.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOOK_MS = 500 };

struct pg_guard {
    int socket;
    atomic_llong silence;  /* ns */
    atomic_llong since;    /* Mono, ns: a call waits; 0 = none does. */
    pthread_t thread;
    int stop;              /* An eventfd: readable once it is to stop. */
};

static void
look(struct pg_guard *g)
{
    long long since = atomic_load(&g->since);

    if (since != 0 &&
        clock_mono().ns - since > atomic_load(&g->silence))
        shutdown(g->socket, SHUT_RDWR);
}

static void *
watch(void *arg)
{
    struct pg_guard *g = arg;
    struct pollfd stop = { .fd = g->stop, .events = POLLIN };

    while (poll(&stop, 1, LOOK_MS) <= 0)
        look(g);
    return NULL;
}

struct pg_guard *
pg_guard_new(int socket, struct ms silence)
{
    struct pg_guard *g = calloc(1, sizeof *g);

    must(g != NULL);
    g->socket = socket;
    pg_guard_silence(g, silence);
    g->stop = eventfd(0, EFD_CLOEXEC);
    must(g->stop >= 0 &&
         pthread_create(&g->thread, NULL, watch, g) == 0);
    return g;
}

void
pg_guard_destroy(struct pg_guard **guard)
{
    struct pg_guard *g = *guard;

    if (g == NULL)
        return;
    must(eventfd_write(g->stop, 1) == 0);
    pthread_join(g->thread, NULL);
    close(g->stop);
    free(g);
    *guard = NULL;
}

void
pg_guard_silence(struct pg_guard *g, struct ms silence)
{
    atomic_store(&g->silence, silence.ms * 1000000);
}

void
pg_guard_wait(struct pg_guard *g)
{
    atomic_store(&g->since, clock_mono().ns);
}

void
pg_guard_over(struct pg_guard *g)
{
    atomic_store(&g->since, 0);
}
