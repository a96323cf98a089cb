/* fuzz_rules - any bytes as a rules file; links: riskd common proto
 *
 * What is accepted is within its bounds and can be asked; what is not has a
 * complaint.  The bytes lie in a memory file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "riskd/metric.h"
#include "riskd/rules_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
check_rule(const struct rule *r)
{
    insist(r->id[0] != '\0' && strlen(r->id) < sizeof r->id);
    insist(r->metric < METRICS && r->op <= RULE_ne);
    insist(r->hold_ns >= 0 && r->cooldown_ns >= 0 && r->recover_ns >= 0);
    insist(r->pause_ns >= 0 && r->phases != 0);
    insist(r->severity < severity_end_ && r->action < action_end_);
    insist((r->kind == RULE_require) ==
           ((r->phases & PHASE_GATES) != 0));
}

static void
ask(const struct rule_set *set, const uint8_t *data, size_t size)
{
    static struct value values[METRICS];
    static struct rule_step_taken steps[RULES_CAP];
    struct rules *rules = rules_new(set);
    struct rules_now now = { .wall = { 1000000000 } };
    for (uint32_t round = 0; round < 8; round++) {
        for (uint32_t i = 0; i < METRICS; i++) {
            uint8_t byte = data[(i * 7 + round) % size];
            values[i] = (struct value){ (enum value_state)(byte % 4),
                                        (int64_t)byte * MICROS - MICROS, MICROS,
                                        byte, 0 };
        }
        now.stage = round % STAGES;
        insist(rules_tick(rules, values, &now, steps) <= set->count);
        struct rule_effects e;
        rules_effects(rules, now.wall, &e);
        insist(e.stage_most <= 3 && e.size.ppm <= MICROS);
        now.wall.ns += 86400LL * 1000000000;
    }
    rules_destroy(&rules);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct complaints bad;
    char path[64];
    const char *files[] = { path };
    int fd = memfd_create("rules", MFD_CLOEXEC);

    memset(&bad, 0, sizeof bad);
    insist(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct rule_set *set = rules_read(files, 1, &bad);
    close(fd);
    insist((set == NULL) == (bad.count > 0));
    insist(strlen(bad.text) < sizeof bad.text);
    if (!set)
        return 0;
    for (uint32_t i = 0; i < set->count; i++)
        check_rule(&set->at[i]);
    if (size > 0)
        ask(set, data, size);
    free(set);
    return 0;
}
