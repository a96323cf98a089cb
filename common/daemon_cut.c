/* daemon_cut - journals, shortened from their old end */

/* A fact goes when it is in the database, has been for longer than another
 * recorder would take to come, and its program says that its recall does
 * without: riskd's ledger and executor's positions are sums over all their
 * facts, and are kept whole.  Inputs are for replay only and go by age. */

#include "common/clock.h"
#include "common/daemon_own.h"

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
}
