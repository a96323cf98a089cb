/* counts - what signals said of their counts, told with their windows */

/* Everything a decision needs goes with it: which event, from when to when,
 * how many, as of when, and the most there ever was, for a count that falls is
 * none that can be traded on.  A page older than the last one is not used. */

#include "feed/state.h"

#include "common/must.h"

enum { SIGNAL_BYTES = 8192 }; /* The longest is below that. */

static void
say(struct feed *f, const struct signal *m)
{
    /* The next page says it again. */
    if (m->ends.ns == 0 || !feed_has_room(f, SIGNAL_BYTES, 1))
        return;
    say_signal(f->out, m, NULL);
    feed_said(f, SIGNAL_BYTES);
    feed_count(f, FEED_signals, 1);
}

void
feed_signal(void *self, const struct venue_signal *s)
{
    struct feed *f = self;
    struct signal *m = &f->signal[f->signal_at];
    const struct signal_spec *spec = &f->opt.signals->at[f->signal_at];

    if (feed_is_ahead(f, s->time) || s->time.ns < m->time.ns) {
        feed_count(f, FEED_bad_time, 1);
        return;
    }
    m->name = spec->name;
    m->event = spec->event;
    m->starts = spec->starts;
    m->ends = spec->ends;
    m->count = s->count;
    if (m->highest < m->count)
        m->highest = m->count;
    m->time = s->time;
    m->hours_end = s->hours_end;
    m->hours = s->hours;
    say(f, m);
}

uint64_t
feed_highest(const struct feed *f, uint32_t signal)
{
    return f->signal[signal].highest;
}

void
feed_recall_highest(struct feed *f, uint32_t signal, uint64_t highest)
{
    must(f->opt.signals != NULL && signal < f->opt.signals->count);
    f->signal[signal].highest = highest;
}

void
feed_on_signal(struct feed *f, uint32_t signal, const char *s, size_t size,
               const struct input *in, struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);

    must(f->opt.signals != NULL && signal < f->opt.signals->count);
    feed_begin(f, in, out);
    f->signal_at = signal;
    if (s != NULL)
        (void)venue_signals.read_signal(s, size, &sink);
    else
        say(f, &f->signal[signal]);
    feed_end(f);
}
