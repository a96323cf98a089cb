/* switch - the kill switch: how often, how it is lifted, and who could look */
/*
 * A drill that passed says which kill it was (control.c): that one is no kill
 * of the month.  It is believed for a week; one that did not pass, until one
 * does.
 */
#include "riskd/metric_own.h"

#define WEEK_NS (7 * 24 * HOUR_NS)
#define KILLS_MOST 1000000
enum { MONTH_HOURS = 30 * 24 };

/* Told again, it was no other one, nor today. */
static void
count_drill(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    bool passed = s->what == 1;
    if (passed && uuid_equal(&m->drill.which, &s->ref)) {
        return;
    }
    m->drill.at = s->at.ns;
    m->drill.passed = passed;
    if (passed) {
        m->drill.which = s->ref;
        t->drills = 1;
    }
}

void
switch_count(struct metrics *m, const struct occurrence *s, struct tally *t)
{
    if (s->kind == OCCURRENCE_KIND_kill) {
        t->kills = s->what < KILLS_MOST ? s->what : KILLS_MOST;
    } else if (s->kind == OCCURRENCE_KIND_drill) {
        count_drill(m, s, t);
    } else {
        m->secluded.known = true;
        m->secluded.ok = s->what == 1;
    }
}

/* At a gate too: a phase may be shorter, and the month is asked for. */
struct value
metric_kills(const struct metrics *m, const struct metric_view *v)
{
    struct metric_view now = *v;
    now.at_gate = false;
    struct tally t = metrics_window(m, &now, MONTH_HOURS);
    return count_of(t.kills > t.drills ? t.kills - t.drills : 0);
}

struct value
metric_drill(const struct metrics *m, const struct metric_view *v)
{
    int64_t age = v->wall.ns - m->drill.at;
    bool known = m->drill.at != 0 &&
                 (!m->drill.passed || (age >= 0 && age <= WEEK_NS));
    return known ? flag_of(m->drill.passed) : no_data();
}

struct value
metric_secluded(const struct metrics *m, const struct metric_view *v)
{
    (void)v;
    return m->secluded.known ? flag_of(m->secluded.ok) : no_data();
}

struct value
metric_audit_whole(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return flag_of(!v->audit_torn);
}

struct value
metric_clear_role(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->clearing ? flag_of(v->clear_role == ROLE_ops_admin)
                       : not_asked();
}

struct value
metric_clear_letters(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->clearing ? count_of(v->clear_letters) : not_asked();
}

struct value
metric_healthy(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return count_of(v->streak);
}

struct value
metric_warnings(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->rules == NULL
               ? no_data()
               : count_of(rules_warnings(v->rules, v->wall));
}
