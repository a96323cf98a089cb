/* phase - how long the stage lasts, and how long something has been wrong */
#include "riskd/metric_own.h"

#define MS_NS (1000LL * 1000)
#define DAY_MS (86400LL * 1000)

static struct value
days_since(int64_t since, struct nanos wall)
{
    int64_t age = (wall.ns - since) / MS_NS;
    return ratio_of(age > 0 ? age : 0, DAY_MS, 1);
}

struct value
metric_phase_days(const struct metrics *m, const struct metric_view *v)
{
    return m->phased ? days_since(m->began, v->wall) : too_few();
}

struct value
metric_rules_loaded(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return flag_of(v->rules != NULL && rules_set(v->rules)->count > 0);
}

static struct rules_criticals
criticals(const struct metrics *m, const struct metric_view *v)
{
    return rules_criticals(v->rules, (struct nanos){ m->began });
}

struct value
metric_criticals(const struct metrics *m, const struct metric_view *v)
{
    if (v->rules == NULL || !m->phased) {
        return no_data();
    }
    return count_of(criticals(m, v).fired);
}

struct value
metric_critical_free(const struct metrics *m, const struct metric_view *v)
{
    if (v->rules == NULL || !m->phased) {
        return no_data();
    }
    int64_t last = criticals(m, v).last.ns;
    return days_since(last > m->began ? last : m->began, v->wall);
}

static struct value
seconds_since(struct nanos since, struct nanos wall)
{
    int64_t age = since.ns == 0 ? 0 : (wall.ns - since.ns) / MS_NS;
    return ratio_of(age > 0 ? age : 0, 1000, 1);
}

struct value
metric_critical_open(const struct metrics *m, const struct metric_view *v)
{
    return v->rules == NULL ? no_data()
                            : seconds_since(criticals(m, v).open, v->wall);
}

static struct value
age_of(const struct metric_view *v, enum action action)
{
    return v->rules == NULL
               ? no_data()
               : seconds_since(rules_since(v->rules, action), v->wall);
}

struct value
metric_flatten_age(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return age_of(v, ACTION_flatten_all);
}

struct value
metric_reduce_age(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return age_of(v, ACTION_reduce_50);
}

struct value
metric_off_age(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return age_of(v, ACTION_disable_strategy);
}

struct value
metric_unanswered_high(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return seconds_since(v->high, v->wall);
}

struct value
metric_unanswered_medium(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return seconds_since(v->medium, v->wall);
}
