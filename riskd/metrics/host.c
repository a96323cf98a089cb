/* host - the machine riskd runs on, and who on it is silent */
#include "riskd/metric_own.h"

enum { MB = 1000 * 1000, MB_A_GB = 1000 };

/* In megabytes: bytes of a large disk, times a million, are too many. */
static struct value
gigabytes(const struct metric_view *v, uint64_t bytes)
{
    return v->host_known ? ratio_of((int64_t)(bytes / MB), MB_A_GB, 1)
                         : no_data();
}

struct value
metric_disk_free(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return gigabytes(v, v->host.disk_free);
}

struct value
metric_mem_free(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return gigabytes(v, v->host.mem_free);
}

struct value
metric_mem(const struct metrics *m, const struct metric_view *v)
{
    uint64_t used = v->host.mem_total - v->host.mem_free;
    (void)m;
    return v->host_known ? ratio_of((int64_t)(used / MB),
                                    (int64_t)(v->host.mem_total / MB), 1)
                         : no_data();
}

struct value
metric_cpu(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->host_known ? micros_of(v->host.cpu.ppm) : no_data();
}

struct value
metric_spooled(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->host_known ? ratio_of(v->host.spooled.ms, 1000, 1) : no_data();
}

struct value
metric_away(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->away.ms < 0 ? no_data() : ratio_of(v->away.ms, 1000, 1);
}
