/* fuzz_papers - bytes as a file a person writes; links: feed common proto
 *
 * The first byte: relations between markets, or signals that are followed.
 * What is accepted is within its bounds; what is not has a complaint.  The
 * bytes lie in a memory file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/ties.h"
#include "feed/signals_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
read_ties(const char *path)
{
    static struct complaints bad;
    uint8_t out[TIE_OUTCOMES];

    memset(&bad, 0, sizeof bad);
    struct ties *t = ties_read(path, &bad);
    insist((t == NULL) == (bad.count > 0));
    if (!t)
        return;
    insist(t->count <= TIES_CAP && t->components <= TIES_CAP);
    for (uint32_t i = 0; i < t->components; i++) {
        const struct component *c = &t->component[i];
        insist(c->count >= 2 && c->count <= TIE_MARKETS);
        insist(ties_outcomes(t, i, NULL, out) <= 1u << c->count);
        for (uint32_t m = 0; m < c->count; m++) {
            uint32_t component, bit;
            insist(ties_find(t, &c->market[m], &component, &bit));
            insist(component == i && bit < c->count);
        }
    }
    ties_destroy(&t);
    insist(t == NULL);
}

static void
read_signals(const char *path)
{
    static struct signal_specs specs;
    static struct complaints bad;

    memset(&bad, 0, sizeof bad);
    bool ok = signals_file_read(path, &specs, &bad);
    insist(ok == (bad.count == 0));
    if (!ok)
        return;
    insist(specs.count <= SIGNALS_CAP);
    for (uint32_t i = 0; i < specs.count; i++) {
        const struct signal_spec *s = &specs.at[i];
        insist(s->name.s[0] && s->event.s[0]);
        insist(s->starts.ns < s->ends.ns);
        insist((s->url.s[0] != 0) + (s->file.s[0] != 0) +
                   (s->query.s[0] != 0) == 1);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("papers", MFD_CLOEXEC);

    if (size == 0) {
        close(fd);
        return 0;
    }
    insist(fd >= 0 &&
           write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (data[0] % 2 == 0)
        read_ties(path);
    else
        read_signals(path);
    close(fd);
    return 0;
}
