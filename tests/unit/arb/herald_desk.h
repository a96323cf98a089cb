/* herald_desk - real servers that are told of alerts, and a journal of them
 *
 * An HTTP server and an SMTP server in child processes write down what they
 * were told; riskd's journal is written by the test. */
#ifndef TESTS_UNIT_ARB_HERALD_DESK_H
#define TESTS_UNIT_ARB_HERALD_DESK_H

#include "deploy/arb/herald.h"

#include "common/clock.h"
#include "common/journal.h"
#include "common/json.h"
#include "common/log.h"
#include "common/loop.h"
#include "tests/unit/common/servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#define TOKEN "s3cr3t-t0k3n"

static char folder[64];
static char told_path[128], facts_path[128];
static uint16_t http_port, mail_port;
static pid_t http_pid, mail_pid;
static struct journal *journal;
static struct herald_conf conf;
static struct loop *loop;
static struct herald *herald;

/* --- the servers --- */
static inline void
write_down(const char *what, const char *text)
{
    char all[20000];
    int fd = open(told_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int size = snprintf(all, sizeof all, "<%s>%s\n", what, text);
    if (fd < 0 || write(fd, all, (size_t)size) != size)
        abort();
    close(fd);
}

/* How often it was asked before. */
static inline unsigned
count_up(void)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/count", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || fstat(fd, &st) != 0 || write(fd, "x", 1) != 1)
        abort();
    close(fd);
    return (unsigned)st.st_size;
}

static inline const char *
answer_to(const char *path)
{
    if (strncmp(path, "/silent", 7) == 0)
        pause();
    if (strncmp(path, "/flaky", 6) == 0 && count_up() < 2)
        return "503 Busy\r\nContent-Length: 2\r\n\r\n{}";
    if (strncmp(path, "/ding", 5) == 0)
        return "200 OK\r\nContent-Length: 13\r\n\r\n{\"errcode\":0}";
    if (strncmp(path, "/tg", 3) == 0)
        return "200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";
    if (strncmp(path, "/no", 3) == 0)
        return "200 OK\r\nContent-Length: 18\r\n\r\n{\"errcode\":310000 }";
    return "200 OK\r\nContent-Length: 2\r\n\r\nok";
}

static inline void
serve_http(int fd)
{
    char head[4096], body[16000], path[512];
    for (;;) {
        size_t size = 0;
        if (!read_until(fd, head, sizeof head, "\r\n\r\n"))
            return;
        const char *length = strstr(head, "Content-Length: ");
        if (sscanf(head, "POST %511s", path) != 1 || length == NULL ||
            sscanf(length + 16, "%zu", &size) != 1 || size >= sizeof body)
            return;
        for (size_t got = 0; got < size;) {
            ssize_t n = read(fd, body + got, size - got);
            if (n <= 0)
                return;
            got += (size_t)n;
        }
        body[size] = '\0';
        const char *answer = answer_to(path);
        write_down(path, body);
        write_text(fd, "HTTP/1.1 ");
        write_text(fd, answer);
    }
}

static inline void
serve_mail(int fd)
{
    char line[1024], letter[16000];
    write_text(fd, "220 test ESMTP\r\n");
    while (read_until(fd, line, sizeof line, "\r\n")) {
        line[strlen(line) - 2] = '\0';
        write_down("smtp", line);
        if (strncmp(line, "EHLO", 4) == 0) {
            write_text(fd, "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n");
        } else if (strcmp(line, "AUTH PLAIN") == 0) {
            write_text(fd, "334 \r\n");
            if (!read_until(fd, line, sizeof line, "\r\n"))
                return;
            write_down("login", line);
            write_text(fd, "235 welcome\r\n");
        } else if (strcmp(line, "DATA") == 0) {
            write_text(fd, "354 go on\r\n");
            if (!read_until(fd, letter, sizeof letter, "\r\n.\r\n"))
                return;
            write_down("letter", letter);
            write_text(fd, "250 taken\r\n");
        } else if (strcmp(line, "QUIT") == 0) {
            write_text(fd, "221 bye\r\n");
            return;
        } else {
            write_text(fd, "250 ok\r\n");
        }
    }
}

/* --- the desk --- */
static inline void
sink_file(enum sink_kind kind, conf_path *setting, const char *text)
{
    (void)snprintf(setting->s, sizeof setting->s, "%s/%s.secret", folder,
                   sink_names[kind]);
    (void)unlink(setting->s);
    int fd = open(setting->s, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static inline void
hook(enum sink_kind kind, conf_path *setting, const char *path)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "url: http://127.0.0.1:%u%s?token=" TOKEN "\n%s",
                   http_port, path,
                   kind == SINK_telegram ? "chat: -100 \n" : "");
    sink_file(kind, setting, text);
}

static inline int
start(void **state)
{
    char command[160];
    uint64_t cut;
    struct why why;
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/herald-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(told_path, sizeof told_path, "%s/told", folder);
    (void)snprintf(facts_path, sizeof facts_path, "%s/journal/riskd/facts",
                   folder);
    (void)snprintf(command, sizeof command, "mkdir -p %s", facts_path);
    assert_int_equal(system(command), 0);
    journal = journal_open(facts_path, SOURCE_riskd, 1, 1 << 20, &cut, &why);
    assert_non_null(journal);
    http_pid = serve_raw(serve_http, &http_port);
    mail_pid = serve_raw(serve_mail, &mail_port);
    conf = (struct herald_conf){ .level = { "yellow" },
                                 .timeout = { 400 },
                                 .tries = 3,
                                 .retry = { 10 },
                                 .late = { 3600000 } };
    return 0;
}

static inline int
stop(void **state)
{
    char command[160];
    (void)state;
    stop_server(http_pid);
    stop_server(mail_pid);
    journal_close(&journal);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static inline struct alert
alert(uint64_t n, enum alert_level level, const char *key)
{
    struct alert m = { .n = n,
                       .step = ALERT_STEP_raised,
                       .level = level,
                       .severity = SEVERITY_high,
                       .action = ACTION_pause,
                       .value = 3,
                       .threshold = 2,
                       .times = 5,
                       .first = clock_wall(),
                       .last = clock_wall(),
                       .at = clock_wall() };
    (void)text_set(&m.key, key);
    (void)text_set(&m.rule, key);
    (void)text_set(&m.metric, "consecutive_exec_failures");
    (void)text_set(&m.scope, "paper");
    return m;
}

static inline void
put(const struct alert *m)
{
    uint8_t bytes[2048];
    size_t size = alert_pack(m, bytes, sizeof bytes);
    assert_true(size > 0);
    journal_append(journal, TYPE_alert, clock_mono(), clock_wall(), 0, bytes,
                   size, false);
    journal_flush(journal);
}

static inline void
put_simple(uint64_t n, enum alert_level level, const char *key)
{
    struct alert m = alert(n, level, key);
    put(&m);
}

static inline void
open_herald(void)
{
    struct why why = { "" };
    loop = loop_new();
    herald = herald_new(loop, folder, &conf, &why);
    assert_string_equal(why.s, "");
    assert_non_null(herald);
}

static inline void
close_herald(void)
{
    herald_destroy(&herald);
    loop_destroy(&loop);
}

static enum sink_kind waited;
static uint64_t wanted_sent, wanted_failed;
static int64_t patience;

static inline void
look_at_counts(void *arg)
{
    const struct sink_counts *c = herald_counts(herald, waited);
    (void)arg;
    if ((c->sent >= wanted_sent && c->failed >= wanted_failed) ||
        clock_mono().ns > patience)
        loop_stop(loop);
}

/* Until that sink has sent and failed so many; more when it was quick. */
static inline void
run_until(enum sink_kind kind, uint64_t sent, uint64_t not_sent)
{
    const struct ms often = { 20 };
    waited = kind;
    wanted_sent = sent;
    wanted_failed = not_sent;
    patience = clock_mono().ns + INT64_C(10000000000);
    struct loop_timer *t = loop_timer(loop, often, often, look_at_counts, NULL);
    loop_run(loop);
    loop_timer_cancel(&t);
    const struct sink_counts *c = herald_counts(herald, kind);
    assert_true(c->sent >= sent && c->failed >= not_sent);
    assert_true(not_sent > 0 || c->failed == 0);
}

/* What the servers were told, whole. */
static inline const char *
told(void)
{
    static char text[200000];
    FILE *f = fopen(told_path, "r");
    size_t size = f == NULL ? 0 : fread(text, 1, sizeof text - 1, f);
    if (f != NULL)
        fclose(f);
    text[size] = '\0';
    return text;
}

static inline unsigned
times_told(const char *what)
{
    unsigned count = 0;
    for (const char *at = told(); (at = strstr(at, what)) != NULL; at++)
        count++;
    return count;
}

/* The body after <path...>, as JSON. */
static inline struct json *
body_of(const char *path)
{
    struct why why;
    const char *at = strstr(told(), path);
    assert_non_null(at);
    at = strchr(at, '>') + 1;
    struct json *j = json_parse(at, strcspn(at, "\n"), &why);
    assert_non_null(j);
    return j;
}

#endif /* TESTS_UNIT_ARB_HERALD_DESK_H */
