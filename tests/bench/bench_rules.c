/* bench_rules - the shipped alarms asked, their metrics computed anew
 *
 * Counted is one alarm asked once, its share of computing all metrics over a
 * month of hours included.  The floor compares as many numbers with as many
 * thresholds, and knows nothing of windows, samples or states. */
#include "tests/bench/bench.h"

#include "common/must.h"
#include "riskd/metric.h"
#include "riskd/rules_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 100000 };

static struct desk {
    struct rules *rules;
    struct metrics *metrics;
    struct metric_view view;
    struct value values[METRICS];
    struct rule_step_taken steps[RULES_CAP];
    uint32_t alarms;
    int64_t numbers[RULES_CAP], limits[RULES_CAP];
} desk;

static void
ask_rules(void *arg, uint64_t n)
{
    struct desk *d = arg;
    for (uint64_t i = 0; i < n; i += d->alarms) {
        struct rules_now now = { d->view.wall, 0, false };
        metrics_all(d->metrics, &d->view, d->values);
        uint32_t count = rules_tick(d->rules, d->values, &now, d->steps);
        bench_use(&count);
        d->view.wall.ns += 1000;
    }
}

static void
compare(void *arg, uint64_t n)
{
    struct desk *d = arg;
    for (uint64_t i = 0; i < n; i += d->alarms) {
        for (uint32_t k = 0; k < d->alarms; k++) {
            bool above = d->numbers[k] > d->limits[k];
            bench_use(&above);
        }
    }
}

/* A month of them, an hour each. */
static void
fill_month(struct desk *d)
{
    d->metrics = metrics_new(3);
    for (int i = 0; i < 31 * 24; i++) {
        struct occurrence due[METRICS_DUE_CAP];
        d->view.equity.micros = (1000 + i + i * 7919 % 13) * MICROS;
        uint32_t count = metrics_due(d->metrics, &d->view, due);
        for (uint32_t k = 0; k < count; k++)
            metrics_count(d->metrics, &due[k]);
        struct occurrence s = { .kind = OCCURRENCE_KIND_order,
                                .at = d->view.wall,
                                .took = { i } };
        memcpy(s.ref.b + 4, &i, sizeof i);
        metrics_count(d->metrics, &s);
        d->view.wall.ns += 3600LL * 1000000000;
    }
}

void
bench_rules(const char *dir)
{
    static struct complaints bad;
    (void)dir;
    struct rule_set *set = rules_read_folder("deploy/rules", &bad);
    if (set == NULL) {
        fprintf(stderr, "%s", bad.text);
        return;
    }
    desk.rules = rules_new(set);
    desk.view = (struct metric_view){ .wall = { 1700000000LL * 1000000000 },
                                      .mode_max = MODE_paper,
                                      .sound = true,
                                      .rules = desk.rules };
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->at[i].kind == RULE_alarm) {
            desk.numbers[desk.alarms] = i * 1000;
            desk.limits[desk.alarms++] = set->at[i].threshold;
        }
    }
    must(desk.alarms > 0);
    fill_month(&desk);
    bench_rate("rules_evaluated", "rules/s", MANY, ask_rules, compare, &desk);
    metrics_destroy(&desk.metrics);
    rules_destroy(&desk.rules);
    free(set);
}
