/* fuzz_conf - any bytes as a settings file; links: common proto
 *
 * What is accepted is within its bounds, and printed it reads back to itself;
 * what is not has a complaint.  The bytes lie in a memory file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/daemon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct conf_section other = { "other", "Not ours.", NULL, 0 };
static const struct conf_section *const sections[] = {
    &common_section, &capital_section, &strategy_section, &other
};

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static struct conf *
read_bytes(const void *bytes, size_t size, struct complaints *bad)
{
    char path[64];
    int fd = memfd_create("conf", MFD_CLOEXEC);

    insist(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct conf *conf = conf_read(path, NULL, 0, sections, 4, bad);
    close(fd);
    insist((conf == NULL) == (bad->count > 0));
    insist(strlen(bad->text) < sizeof bad->text);
    return conf;
}

static void
check_bounds(const struct conf *conf)
{
    struct common_conf common;
    struct strategy_conf strategy;

    memset(&common, 0, sizeof common);
    memset(&strategy, 0, sizeof strategy);
    conf_fill(conf, &common_section, &common);
    conf_fill(conf, &strategy_section, &strategy);
    insist(common.tick.ms >= 1 && common.tick.ms <= 1000);
    insist(common.batch >= 1 && common.batch <= 4096);
    insist(common.mode <= MODE_live);
    insist(strlen(common.log_level.s) <= 8);
    insist(strategy.gross_min.ppm >= 0 && strategy.gross_min.ppm <= 1000000);
    insist(strategy.a_approved.count <= 64);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char first[1 << 18], second[1 << 18];
    static struct complaints bad;
    struct conf *conf = read_bytes(data, size, &bad);

    if (!conf)
        return 0;
    check_bounds(conf);
    for (int help = 0; help < 2; help++) {
        size_t n = conf_print(conf, help, first, sizeof first);
        insist(n > 0);
        struct conf *again = read_bytes(first, n, &bad);
        insist(again != NULL);
        insist(conf_print(again, help, second, sizeof second) == n);
        insist(memcmp(first, second, n) == 0);
        conf_destroy(&again);
    }
    conf_destroy(&conf);
    return 0;
}
