/* signer_line - a real signer in a folder of its own, and what it is asked */
#ifndef TESTS_UNIT_EXECUTOR_SIGNER_LINE_H
#define TESTS_UNIT_EXECUTOR_SIGNER_LINE_H

#include "common/clock.h"
#include "executor/signer_ask.h"
#include "tests/unit/common/scratch.h"
#include "tests/unit/executor/signer_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct scratch scratch;
static char key_file[200];
static struct key *key;
static struct kit kit;
static struct signer_setup setup;
static struct signer_line *line;

static inline const char *
below(const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/%s", scratch.path, name);
    return path;
}

static inline void
put_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    must(fchmod(fd, mode) == 0);
    close(fd);
}

static inline void
begin(void)
{
    struct why why;

    line = signer_start(&setup, &why);
    if (!line)
        fail_msg("%s", why.s);
}

/* The kit's orders are made now, under the mark of this folder's key. */
static inline void
renew(void)
{
    struct why why;

    must(mac_key_load(scratch.path, &kit.terms.mac, &why));
    kit_mark(&kit);
    for (uint32_t i = 0; i < kit.grant.legs.count; i++) {
        kit.intent[i].stamp = (uint64_t)(clock_wall().ns / 1000000);
        kit_name(&kit, &kit.intent[i]);
    }
}

static inline int
set_up(void **state)
{
    (void)state;
    scratch_open(&scratch);
    key = key_of_hex(ANVIL_0);
    snprintf(key_file, sizeof key_file, "%s", below("key"));
    put_file(key_file, ANVIL_0, 0600);
    kit_begin(&kit, key);
    setup = (struct signer_setup){ .var = scratch.path,
                                   .key_file = key_file, .funder = "",
                                   .chain = CHAIN_POLYGON,
                                   .wait = { 2000 } };
    return 0;
}

static inline int
tear_down(void **state)
{
    (void)state;
    signer_stop(&line);
    key_destroy(&key);
    scratch_remove(scratch.path);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* TESTS_UNIT_EXECUTOR_SIGNER_LINE_H */
