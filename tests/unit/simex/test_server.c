/* test_server - the private REST through the kernel: headers, bodies of a
 * DELETE, kept-alive connections, and one that is cut
 *
 * A child process is the client, with plain sockets; the parent turns the
 * loop until it has ended and looks at how. */
#include "tests/simex/wiring.h"

#include "tests/unit/simex/customer.h"

#include "common/clock.h"
#include "common/daemon.h"
#include "common/loop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID 65536

/* In the child: a failed check ends it with its line. */
#define child_must(cond) do { if (!(cond)) child_fail(__LINE__); } while (0)

static _Noreturn void
child_fail(int line)
{
    fprintf(stderr, "test_server.c:%d: not so\n", line);
    _exit(1);
}

static int
call(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    a.sin_port = htons((uint16_t)port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = { 5, 0 };
    child_must(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
    child_must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit,
                          sizeof limit) == 0);
    return fd;
}

/* Reads one answer, whole; its status, 0 when the connection was closed.
 * Nothing may come behind it. */
static int
read_answer(int fd, char said[SAID])
{
    size_t size = 0, whole = SIZE_MAX;
    while (size < whole) {
        ssize_t n = recv(fd, said + size, SAID - 1 - size, 0);
        child_must(n >= 0);
        if (n == 0)
            return 0;
        size += (size_t)n;
        said[size] = '\0';
        char *body = strstr(said, "\r\n\r\n");
        char *length = strstr(said, "content-length: ");
        if (body && length)
            whole = (size_t)(body + 4 - said) +
                    strtoul(length + 16, NULL, 10);
    }
    child_must(size == whole);
    return (int)strtol(said + 9, NULL, 10);
}

static const char *
seal_request(const struct customer *c, const char *method, const char *path,
             const char *body, char out[1024])
{
    char all[4096], time[24], address[43], seal[48];
    uint8_t key[64], sum[32];
    snprintf(time, sizeof time, "%lld",
             (long long)(clock_wall().ns / 1000000000));
    int n = snprintf(all, sizeof all, "%s%s%.*s%s", time, method,
                     (int)strcspn(path, "?"), path, body);
    int size = seal_decode(c->key, key, sizeof key);
    seal_hmac(key, (size_t)size, all, (size_t)n, sum);
    snprintf(out, 1024, "POLY_ADDRESS: %s\r\nPOLY_SIGNATURE: %s\r\n"
             "POLY_TIMESTAMP: %s\r\nPOLY_API_KEY: %s\r\n"
             "POLY_PASSPHRASE: %s\r\n", address_text(&c->address, address),
             seal_encode(sum, 32, seal), time, c->id, c->passphrase);
    return out;
}

static int
request(int fd, const struct customer *c, const char *method,
        const char *path, const char *body, char said[SAID])
{
    char text_room[8192], head[1024];
    int n = snprintf(text_room, sizeof text_room, "%s %s HTTP/1.1\r\n"
                     "Host: x\r\n%sContent-Length: %zu\r\n\r\n%s", method,
                     path, seal_request(c, method, path, body, head),
                     strlen(body), body);
    child_must(send(fd, text_room, (size_t)n, 0) == n);
    return read_answer(fd, said);
}

static void
copy_member(const char *said, const char *key, char *out, size_t cap)
{
    const char *at = strstr(said, key);
    child_must(at != NULL);
    at += strlen(key) + 2;
    snprintf(out, cap, "%.*s", (int)strcspn(at, "\""), at);
}

/* A key by L1, with an empty body. */
static void
enter(int fd, struct customer *c, char said[SAID])
{
    char time[24], address[43], hex[133], text_room[1024];
    uint8_t digest[32], signature[65];
    customer_init(c, 1);
    snprintf(time, sizeof time, "%lld",
             (long long)(clock_wall().ns / 1000000000));
    typed_auth_digest(&c->address, time, 0, 137, digest);
    sign(c->secret, digest, signature);
    write_hex(signature, 65, hex);
    int n = snprintf(text_room, sizeof text_room,
                     "POST /auth/api-key HTTP/1.1\r\nHost: x\r\n"
                     "poly_address: %s\r\nPoly_Signature: %s\r\n"
                     "POLY_TIMESTAMP: %s\r\nPOLY_NONCE: 0\r\n"
                     "Content-Length: 0\r\n\r\n",
                     address_text(&c->address, address), hex, time);
    child_must(send(fd, text_room, (size_t)n, 0) == n);
    child_must(read_answer(fd, said) == 200);
    copy_member(said, "apiKey\"", c->id, sizeof c->id);
    copy_member(said, "secret\"", c->key, sizeof c->key);
    copy_member(said, "passphrase\"", c->passphrase, sizeof c->passphrase);
}

static _Noreturn void
be_client(int port)
{
    static char said[SAID];
    struct customer c;
    const char *order = "{\"orderID\":\"0x00000000000000000000000000000000"
                        "00000000000000000000000000000000\"}";
    int fd = call(port);
    enter(fd, &c, said);
    /* All on one connection, so that each answer came once. */
    child_must(request(fd, &c, "DELETE", "/order", order, said) == 200);
    child_must(strstr(said, "Order not found or already canceled"));
    child_must(strstr(said, "poly-ratelimit-remaining: 119"));
    child_must(request(fd, &c, "DELETE", "/cancel-all", "", said) == 200);
    child_must(request(fd, &c, "GET", "/data/orders?next_cursor=MA==", "",
                       said) == 200);
    child_must(request(fd, &c, "POST", "/order", "{}", said) == 400);
    child_must(strstr(said, "content-type: application/json"));
    child_must(request(fd, &c, "POST", "/simex/mischief",
                       "at 0 cut_before 1", said) == 200);
    child_must(request(fd, &c, "POST", "/order", "{}", said) == 0);
    close(fd);
    fd = call(port);
    child_must(request(fd, &c, "POST", "/simex/mischief", "at 0 edge 9",
                       said) == 200);
    child_must(request(fd, &c, "POST", "/order", "{}", said) == 403);
    child_must(strstr(said, "content-type: text/html"));
    close(fd);
    _exit(0);
}

struct watch { struct loop *loop; pid_t child; int status; bool ended; };

static void
look(void *arg)
{
    struct watch *w = arg;
    w->ended |= waitpid(w->child, &w->status, WNOHANG) == w->child;
    if (w->ended)
        loop_stop(w->loop);
}

static void
give_up(void *arg)
{
    struct watch *w = arg;
    loop_stop(w->loop);
}

static void
a_key_trades_over_a_real_connection(void **state)
{
    static const char *const names[] = { "simex/planted.jsonl",
        "simex/mischief.jsonl", "simex", "run", "" };
    struct complaints bad = { 0 };
    struct why why = { "" };
    struct simex_conf own;
    struct watch w = { .loop = loop_new() };
    char folder[] = "/tmp/simex-test-XXXXXX", path[128];
    const char *settings[] = { "simex.events=10", "simex.rate=10" };
    const struct conf_section *sections[] = { &common_section,
                                              &simex_section };
    (void)state;
    assert_non_null(mkdtemp(folder));
    struct conf *conf = conf_read(NULL, settings, 2, sections, 2, &bad);
    assert_non_null(conf);
    conf_fill(conf, &simex_section, &own);
    conf_destroy(&conf);
    struct wiring *wiring = wiring_open(w.loop, &own, folder, &why);
    assert_non_null(wiring);
    w.child = fork();
    assert_true(w.child >= 0);
    if (w.child == 0)
        be_client(wiring_port(wiring));
    struct loop_timer *often = loop_timer(w.loop, (struct ms){ 20 },
                                          (struct ms){ 20 }, look, &w);
    struct loop_timer *limit = loop_timer(w.loop, (struct ms){ 20000 },
                                          (struct ms){ 0 }, give_up, &w);
    loop_run(w.loop);
    assert_true(w.ended);
    assert_int_equal(w.status, 0);
    loop_timer_cancel(&often);
    loop_timer_cancel(&limit);
    wiring_close(&wiring);
    loop_destroy(&w.loop);
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_trades_over_a_real_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
