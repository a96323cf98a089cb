/* desk_server - a venue of a few paths, REST and user stream on one port */
#ifndef TESTS_UNIT_EXECUTOR_DESK_SERVER_H
#define TESTS_UNIT_EXECUTOR_DESK_SERVER_H

#include "tests/unit/common/ws_servers.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>

/* What it saw, and how it is to behave; shared with the test. */
struct desk_world {
    unsigned time, create, derive, places, cancels, beats, subscribes;
    unsigned looks;          /* At balances; the first two are refused. */
    bool creates;            /* POST /auth/api-key works. */
    bool refuses;            /* 401 to everything secured. */
    bool drops;              /* A place is read and not answered. */
    long clock_off;          /* Seconds. */
    char head[4096], body[32768], subscription[1024]; /* Of the last one. */
    char frame[1024];        /* Said after the first PONG, "" = nothing. */
};

static volatile struct desk_world *world;

static inline void
desk_say(int fd, int status, const char *body)
{
    char out[4096];

    snprintf(out, sizeof out,
             "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             status, strlen(body), body);
    write_text(fd, out);
}

/* The stream: a subscription, PING to PONG, and what is to be said. */
static inline void
desk_stream(int fd, const char *head)
{
    static char s[65536];
    ssize_t n;

    accept_with(fd, head, "");
    while ((n = get_frame(fd, s, sizeof s)) >= 0)
        if (n == 4 && memcmp(s, "PING", 4) == 0) {
            put_frame(fd, 0x81, "PONG", 4);
            if (world->frame[0])
                put_frame(fd, 0x81, (char *)world->frame,
                          strlen((char *)world->frame));
        } else {
            world->subscribes++;
            snprintf((char *)world->subscription,
                     sizeof world->subscription, "%.1000s", s);
        }
}

static inline void
desk_place_answer(int fd)
{
    world->places++;
    if (world->drops)
        _exit(0);
    desk_say(fd, 200, strncmp((char *)world->body, "[", 1) == 0
                          ? "[{\"success\":false,\"errorMsg\":\"not enough "
                            "balance / allowance\",\"orderID\":\"\"}]"
                          : "{\"error\":\"not enough balance / "
                            "allowance\"}");
}

static inline void
desk_path(int fd, const char *path)
{
    static const char key[] = "{\"apiKey\":\"0-0-1\",\"secret\":"
                              "\"c2VjcmV0\",\"passphrase\":\"beef\"}";
    char text[64];

    if (strcmp(path, "/time") == 0) {
        world->time++;
        snprintf(text, sizeof text, "%ld", time(NULL) + world->clock_off);
        desk_say(fd, 200, text);
    } else if (strcmp(path, "/auth/api-key") == 0) {
        world->create++;
        desk_say(fd, world->creates ? 200 : 400,
                 world->creates ? key : "{\"error\":\"there is one\"}");
    } else if (strcmp(path, "/auth/derive-api-key") == 0) {
        world->derive++;
        desk_say(fd, 200, key);
    } else if (world->refuses) {
        desk_say(fd, 401, "{\"error\":\"Unauthorized/Invalid api key\"}");
    } else if (strcmp(path, "/order") == 0 || strcmp(path, "/orders") == 0) {
        desk_place_answer(fd);
    } else if (strcmp(path, "/cancel-all") == 0) {
        world->cancels++;
        desk_say(fd, 200, "{\"canceled\":[],\"not_canceled\":{}}");
    } else if (strncmp(path, "/balance-allowance/update", 25) == 0) {
        desk_say(fd, ++world->looks > 2 ? 200 : 503, "\"\"");
    } else if (strstr(path, "heartbeats")) {
        world->beats++;
        desk_say(fd, 200, "{\"status\":\"ok\"}");
    } else {
        desk_say(fd, 404, "{\"error\":\"not found\"}");
    }
}

static inline void
desk_serve(int fd)
{
    char head[4096], path[256] = "";

    while (read_until(fd, head, sizeof head, "\r\n\r\n")) {
        const char *length = strcasestr(head, "content-length: ");
        size_t size = length ? (size_t)atol(length + 16) : 0;
        sscanf(head, "%*s %255s", path);
        if (strcmp(path, "/ws/user") == 0) {
            desk_stream(fd, head);
            return;
        }
        if (size >= sizeof world->body ||
            (size > 0 && recv(fd, (char *)world->body, size, MSG_WAITALL) !=
                             (ssize_t)size))
            return;
        if (strcmp(path, "/time") != 0) {
            world->body[size] = '\0';
            memcpy((char *)world->head, head, sizeof head);
        }
        desk_path(fd, path);
    }
}

#endif /* TESTS_UNIT_EXECUTOR_DESK_SERVER_H */
