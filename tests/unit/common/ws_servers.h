/* ws_servers - websocket servers for tests, one of them full of mischief */
#ifndef TESTS_UNIT_COMMON_WS_SERVERS_H
#define TESTS_UNIT_COMMON_WS_SERVERS_H

#include "tests/unit/common/servers.h"

#include <libwebsockets.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

static inline void
put_frame(int fd, unsigned first, const char *s, size_t size)
{
    unsigned char head[10] = { (unsigned char)first };
    size_t n = 2;

    if (size < 126) {
        head[1] = (unsigned char)size;
    } else {
        head[1] = 127;
        for (n = 2; n < 10; n++)
            head[n] = (unsigned char)((uint64_t)size >> 8 * (9 - n));
    }
    if (send(fd, head, n, MSG_NOSIGNAL) != (ssize_t)n ||
        send(fd, s, size, MSG_NOSIGNAL) != (ssize_t)size)
        _exit(0);
}

/* A masked frame of a client; its size, or -1 at the end. */
static inline ssize_t
get_frame(int fd, char *s, size_t cap)
{
    unsigned char head[2], more[8], mask[4];
    uint64_t size;

    if (recv(fd, head, 2, MSG_WAITALL) != 2)
        return -1;
    size = head[1] & 127;
    ssize_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (extra > 0 && recv(fd, more, (size_t)extra, MSG_WAITALL) != extra)
        return -1;
    if (extra > 0)
        size = 0;
    for (ssize_t i = 0; i < extra; i++)
        size = size << 8 | more[i];
    if (recv(fd, mask, 4, MSG_WAITALL) != 4 || size >= cap)
        return -1;
    if (size > 0 && recv(fd, s, size, MSG_WAITALL) != (ssize_t)size)
        return -1;
    for (uint64_t i = 0; i < size; i++)
        s[i] = (char)(s[i] ^ mask[i % 4]);
    s[size] = '\0';
    return (ssize_t)size;
}

static inline void
accept_with(int fd, const char *head, const char *extra)
{
    const char *key = strcasestr(head, "sec-websocket-key: ");
    char s[128], out[512];
    unsigned char hash[20], base64[32];

    if (!key)
        _exit(0);
    snprintf(s, sizeof s, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
             key + 19);
    SHA1((const unsigned char *)s, strlen(s), hash);
    EVP_EncodeBlock(base64, hash, 20);
    snprintf(out, sizeof out,
             "HTTP/1.1 101 Switching Protocols\r\n"
             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n%s\r\n",
             base64, extra);
    write_text(fd, out);
}

static inline void
echo_for_ever(int fd)
{
    static char s[1 << 20];
    ssize_t n;

    while ((n = get_frame(fd, s, sizeof s)) >= 0) {
        if (n == 4 && memcmp(s, "PING", 4) == 0)
            memcpy(s, "PONG", 4);
        if (n == 3 && memcmp(s, "die", 3) == 0)
            _exit(0);
        put_frame(fd, 0x81, s, (size_t)n);
    }
}

static inline void
misbehave_after_accepting(int fd, const char *path)
{
    static char many[70000];

    memset(many, 'm', sizeof many);
    if (strcmp(path, "/fragments") == 0) {
        put_frame(fd, 0x01, "he", 2);
        put_frame(fd, 0x89, "beat", 4);
        put_frame(fd, 0x00, "ll", 2);
        put_frame(fd, 0x80, "o", 1);
        put_frame(fd, 0x01, "PO", 2);
        put_frame(fd, 0x80, "NG", 2);
        put_frame(fd, 0x81, "next", 4);
    }
    if (strcmp(path, "/long") == 0)
        put_frame(fd, 0x81, many, sizeof many);
    if (strcmp(path, "/endless") == 0)
        for (unsigned first = 0x01;; first = 0x00)
            put_frame(fd, first, many, 1000);
    if (strcmp(path, "/huge") == 0)
        for (write_text(fd, "\x81\x7f\x01\x01\x01\x01\x01\x01\x01\x01");;)
            write_text(fd, "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm");
    if (strcmp(path, "/drip") == 0)
        for (unsigned first = 0x01;; first = 0x00, usleep(20000))
            put_frame(fd, first, "m", 1);
    if (strcmp(path, "/binary") == 0)
        put_frame(fd, 0x82, "bin", 3);
    if (strcmp(path, "/compressed") == 0)
        put_frame(fd, 0xc1, "zip", 3);
    if (strcmp(path, "/opcode") == 0)
        put_frame(fd, 0x83, "odd", 3);
    if (strcmp(path, "/close") == 0)
        put_frame(fd, 0x88, "\x03\xe8", 2);
    if (strcmp(path, "/drop") == 0)
        _exit(0);
    if (strcmp(path, "/first-then-drop") == 0) {
        put_frame(fd, 0x81, "one", 3);
        _exit(0);
    }
    pause();
}

static inline void
ws_answer(int fd)
{
    char head[4096], path[64] = "";

    if (!read_until(fd, head, sizeof head, "\r\n\r\n"))
        return;
    sscanf(head, "GET %63s", path);
    if (strcasestr(head, "sec-websocket-extensions"))
        return; /* We never offer one. */
    if (strcmp(path, "/never") == 0)
        pause();
    if (strcmp(path, "/refuse") == 0)
        write_text(fd, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/garbage") == 0)
        write_text(fd, "\xff\xfe\x00 what\r\n\r\n");
    else if (strcmp(path, "/redirect") == 0)
        write_text(fd, "HTTP/1.1 302 Found\r\nLocation: /echo\r\n"
                       "Content-Length: 0\r\n\r\n");
    else if (strcmp(path, "/headers") == 0)
        for (write_text(fd, "HTTP/1.1 101 Switching Protocols\r\n");;)
            write_text(fd, "X-More: and another one of them\r\n");
    else if (strcmp(path, "/wrong-key") == 0)
        accept_with(fd, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA", "");
    else if (strcmp(path, "/extension") == 0)
        accept_with(fd, head,
                    "Sec-WebSocket-Extensions: "
                    "permessage-deflate\r\n");
    else
        accept_with(fd, head, "");
    if (strcmp(path, "/echo") == 0)
        echo_for_ever(fd);
    else
        misbehave_after_accepting(fd, path);
}

static inline int
tls_serve(struct lws *wsi, enum lws_callback_reasons reason, void *user,
          void *in, size_t size)
{
    static char kept[LWS_PRE + 4096];
    static size_t kept_size;

    (void)user;
    if (reason == LWS_CALLBACK_RECEIVE && size <= 4096) {
        memcpy(kept + LWS_PRE, in, size);
        kept_size = size;
        lws_callback_on_writable(wsi);
    }
    if (reason == LWS_CALLBACK_SERVER_WRITEABLE && kept_size > 0) {
        lws_write(wsi, (unsigned char *)kept + LWS_PRE, kept_size,
                  LWS_WRITE_TEXT);
        kept_size = 0;
    }
    return 0;
}

static inline pid_t
serve_wss(const char *folder, uint16_t *tls_port)
{
    static const struct lws_protocols protocols[] = {
        { .name = "test", .callback = tls_serve }, { .name = NULL }
    };
    char cert[64], key[64];
    int ends[2];

    if (pipe(ends) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(cert, sizeof cert, "%s/cert.pem", folder);
        snprintf(key, sizeof key, "%s/key.pem", folder);
        lws_set_log_level(0, NULL);
        struct lws_context_creation_info info = {
            .port = 0,
            .iface = "lo",
            .protocols = protocols,
            .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                       LWS_SERVER_OPTION_DISABLE_IPV6,
            .ssl_cert_filepath = cert,
            .ssl_private_key_filepath = key,
            .alpn = "http/1.1",
            .gid = -1,
            .uid = -1,
            .fd_limit_per_thread = 64,
        };
        struct lws_context *c = lws_create_context(&info);
        int n =
            c ? lws_get_vhost_listen_port(lws_get_vhost_by_name(c, "default"))
              : 0;
        uint16_t found = (uint16_t)n;
        if (write(ends[1], &found, sizeof found) != sizeof found)
            _exit(1);
        while (c && lws_service(c, 0) >= 0)
            continue;
        _exit(0);
    }
    if (read(ends[0], tls_port, sizeof *tls_port) != sizeof *tls_port)
        abort();
    return pid;
}

#endif /* TESTS_UNIT_COMMON_WS_SERVERS_H */
