/* fuzz_latch - any bytes as the latch file; links: common proto; max_len: 256
 *
 * Only a whole record with a good checksum may say that the latch is off.
 * With an odd first byte the checksum is made good, to get behind it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/digest.h"
#include "common/latch.h"

enum { RECORD_SIZE = 208, AT_CRC = 204 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char var[] = "/tmp/fuzz_latch.XXXXXX";

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
remove_var(void)
{
    char path[64];

    snprintf(path, sizeof path, "%s/latch", var);
    unlink(path);
    rmdir(var);
}

static void
put_latch(const uint8_t *record, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "%s/latch", var);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    insist(fd >= 0 && write(fd, record, size) == (ssize_t)size);
    close(fd);
}

static uint32_t
crc_in(const uint8_t *r)
{
    return r[AT_CRC] | (uint32_t)r[AT_CRC + 1] << 8 |
           (uint32_t)r[AT_CRC + 2] << 16 | (uint32_t)r[AT_CRC + 3] << 24;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    uint8_t record[256] = { 0 };
    struct latch l;

    if (!ready) {
        insist(mkdtemp(var) != NULL);
        atexit(remove_var);
        ready = true;
    }
    if (size < 1 || size > sizeof record)
        return 0;
    size_t used = size - 1;
    memcpy(record, data + 1, used);
    if (data[0] & 1 && used == RECORD_SIZE) {
        uint32_t crc = crc32c(0, record, AT_CRC);
        for (int i = 0; i < 4; i++)
            record[AT_CRC + i] = (uint8_t)(crc >> 8 * i);
    }
    put_latch(record, used);
    memset(&l, 0xff, sizeof l);
    latch_read(var, &l);
    insist(memchr(l.actor.s, '\0', sizeof l.actor.s) != NULL);
    insist(memchr(l.reason.s, '\0', sizeof l.reason.s) != NULL);
    if (!l.latched) {
        insist(used == RECORD_SIZE);
        insist(memcmp(record, "DBLATCH1", 8) == 0);
        insist(crc_in(record) == crc32c(0, record, AT_CRC));
        insist(l.kill_gen == l.clear_gen);
    }
    return 0;
}
