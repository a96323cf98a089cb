/* hostile - who means ill: hostile venue LISTING, hostile crowd SOCKET COUNT */

/* venue: an exchange on a port of this machine (the first line printed) that
 * plays a trick at every second request and on every websocket; the others get
 * the listing, so that there is something to follow.  A line a trick; "led
 * away" when somebody went where a redirection pointed.
 * crowd: so many connections to a socket, which say nothing, until it is
 * killed; a line when all are there. */

#include "tests/unit/common/ws_servers.h" /* Before what has a `folder`. */

#include "tests/unit/common/http_kit.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/un.h>

enum { LISTING_CAP = 65536, MANY = 100 << 20, DEEP = 100000 };

static char listing[LISTING_CAP];
static atomic_uint *turn; /* Of all connections together. */

static void
say_away(int fd)
{
    char text[200];

    snprintf(text, sizeof text,
             "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/away\r\n"
             "Content-Length: 0\r\n\r\n", port);
    write_text(fd, text);
}

/* A hundred million bytes, as a body or as one message. */
static void
say_many(int fd, const char *head)
{
    static char block[65537];

    memset(block, 'm', sizeof block - 1);
    write_text(fd, head);
    for (size_t sent = 0; sent < MANY; sent += sizeof block - 1)
        write_text(fd, block);
}

static void
say_deep(int fd, bool framed)
{
    static char deep[DEEP + 1];

    memset(deep, '[', DEEP);
    if (framed) {
        put_frame(fd, 0x81, deep, DEEP);
        return;
    }
    write_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    write_text(fd, deep);
}

static void
play_http(int fd, const char *trick)
{
    if (strcmp(trick, "redirect") == 0)
        say_away(fd);
    else if (strcmp(trick, "many") == 0)
        say_many(fd, "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
    else if (strcmp(trick, "deep") == 0)
        say_deep(fd, false);
    else
        answer_path(fd, trick, "");
}

static void
play_ws(int fd, const char *head, const char *trick)
{
    if (strcmp(trick, "/redirect") == 0) {
        say_away(fd);
        return;
    }
    accept_with(fd, head, strcmp(trick, "/extension") == 0
                              ? "Sec-WebSocket-Extensions: "
                                "permessage-deflate\r\n"
                              : "");
    if (strcmp(trick, "many") == 0)
        say_many(fd, "\x81\x7f\x00\x00\x00\x00\x06\x40\x00\x00");
    else if (strcmp(trick, "deep") == 0)
        say_deep(fd, true);
    else
        misbehave_after_accepting(fd, trick);
}

static void
each(int fd)
{
    static const char *const answers[] = {
        "redirect", "many", "deep", "/headers", "/bomb", "/garbage", "/drop",
        "/half", "/endless", "/drip",
    };
    static const char *const messages[] = {
        "many", "deep", "/binary", "/compressed", "/opcode", "/endless",
        "/extension", "/redirect", "/drip",
    };
    char head[8192], path[64] = "", answer[LISTING_CAP + 200];

    if (!read_until(fd, head, sizeof head, "\r\n\r\n"))
        return;
    sscanf(head, "%*s %63s", path);
    unsigned n = atomic_fetch_add(turn, 1);
    if (strcmp(path, "/away") == 0) {
        printf("led away\n");
    } else if (strncmp(path, "/ws", 3) == 0) {
        const char *trick =
            messages[n % (sizeof messages / sizeof messages[0])];
        printf("ws %s\n", trick);
        fflush(stdout);
        play_ws(fd, head, trick);
    } else if (n % 2 == 0) {
        const char *trick =
            answers[n / 2 % (sizeof answers / sizeof answers[0])];
        printf("http %s\n", trick);
        fflush(stdout);
        play_http(fd, trick);
    } else {
        snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nConnection: close"
                 "\r\nContent-Length: %zu\r\n\r\n%s", strlen(listing),
                 listing);
        write_text(fd, answer);
    }
    fflush(stdout);
}

static int
be_venue(const char *file)
{
    FILE *f = fopen(file, "r");

    if (!f || fread(listing, 1, sizeof listing - 1, f) == 0)
        return 2;
    fclose(f);
    turn = mmap(NULL, sizeof *turn, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (turn == MAP_FAILED)
        return 1;
    server = serve_raw(each, &port);
    printf("%u\n", port);
    fflush(stdout);
    return waitpid(server, NULL, 0) == server ? 1 : 2;
}

static int
be_crowd(const char *path, unsigned count)
{
    struct rlimit r;
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    unsigned there = 0;

    if (getrlimit(RLIMIT_NOFILE, &r) != 0)
        return 1;
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    snprintf(a.sun_path, sizeof a.sun_path, "%.100s", path);
    while (there < count) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
            break;
        there++;
    }
    printf("%u connections%s%s\n", there, there < count ? ": " : "",
           there < count ? strerror(errno) : "");
    fflush(stdout);
    pause();
    return 0;
}

int
main(int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (argc == 3 && strcmp(argv[1], "venue") == 0)
        return be_venue(argv[2]);
    if (argc == 4 && strcmp(argv[1], "crowd") == 0)
        return be_crowd(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
    fprintf(stderr, "usage: hostile venue LISTING | crowd SOCKET COUNT\n");
    return 2;
}
