/* daemon_cut - journals, shortened from their old end, and packed */

/* A fact goes when it is in the database, has been for longer than another
 * recorder would take to come, and its program says that its recall does
 * without: riskd's ledger and executor's positions are sums over all their
 * facts, and are kept whole.  Inputs are for replay only and go by age.  What
 * is kept and complete is packed, one segment after the other, on a thread
 * that nobody waits for. */

#include "common/clock.h"
#include "common/daemon_own.h"
#include "common/loop.h"

#include <stdio.h>

/* Not at once: the engine has first to say what it recalled. */
struct ms
daemon_cut_every(const struct daemon *d)
{
    struct ms every = { 60000 }, soon = { d->common.journal_keep.ms / 4 };

    return soon.ms > 0 && soon.ms < every.ms ? soon : every;
}

static struct nanos
ago(struct ms age)
{
    return (struct nanos){ clock_wall().ns - age.ms * 1000000 };
}

static void
tell(const struct daemon *d, const char *kind, uint32_t gone)
{
    if (gone > 0)
        log_info("%s/%s: %u old segments thrown away", d->journal_dir, kind,
                 gone);
}

static int
pack_one(void *arg)
{
    struct packing *p = arg;

    return journal_pack(p->dir, p->first, &p->why) ? 0 : 1;
}

static void pack_next(struct packing *p);

static void
pack_done(void *arg, int failed)
{
    struct packing *p = arg;
    uint64_t first = p->first;

    p->first = 0;
    if (failed != 0 || !journal_packed(p->dir, first, &p->why))
        log_warn("not packed: %s", p->why.s);
    else if (p->daemon->bus) /* Else we are stopping: not all of them first. */
        pack_next(p);
}

static void
pack_next(struct packing *p)
{
    if (p->first != 0)
        return;
    p->first = journal_unpacked(p->dir);
    if (p->first != 0)
        loop_work(p->daemon->loop, pack_one, pack_done, p);
}

static void
pack(struct daemon *d)
{
    static const char *const kinds[] = { "inputs", "facts" };
    const struct journal *const journals[] = { d->inputs, d->facts };

    for (size_t i = 0; i < 2; i++) {
        struct packing *p = &d->packing[i];
        if (!journals[i] || !d->common.journal_pack)
            continue;
        p->daemon = d;
        snprintf(p->dir, sizeof p->dir, "%s/%s", d->journal_dir, kinds[i]);
        pack_next(p);
    }
}

void
daemon_cut(void *daemon)
{
    struct daemon *d = daemon;
    const struct common_conf *c = &d->common;

    if (d->inputs && c->inputs_age.ms > 0)
        tell(d, "inputs",
             journal_cut(d->inputs, UINT64_MAX, ago(c->inputs_age)));
    if (d->facts && d->program->cuts_facts && c->journal_keep.ms > 0)
        tell(d, "facts", journal_cut(d->facts, logserve_acked(d->logs),
                                     ago(c->journal_keep)));
    pack(d);
}
