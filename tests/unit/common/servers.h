/* servers - real servers on loopback, in processes of their own, for tests */
#ifndef TESTS_UNIT_COMMON_SERVERS_H
#define TESTS_UNIT_COMMON_SERVERS_H

#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static inline int
listen_here(uint16_t *port)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) != 0 ||
        listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &size) != 0)
        abort();
    *port = ntohs(a.sin_port);
    return fd;
}

/* A child that hands each connection to `each` in a child of its own. */
static inline pid_t
serve_raw(void (*each)(int fd), uint16_t *port)
{
    int listener = listen_here(port);
    pid_t pid = fork();

    if (pid != 0) {
        close(listener);
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            _exit(1);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            each(fd);
            _exit(0);
        }
        close(fd);
    }
}

static inline void
stop_server(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* Reads until the text ends with `end` (or is full); false at the end of the
 * connection. */
static inline int
read_until(int fd, char *s, size_t cap, const char *end)
{
    size_t used = 0;

    while (used + 1 < cap) {
        if (read(fd, s + used, 1) != 1)
            return 0;
        s[++used] = '\0';
        if (used >= strlen(end) && strcmp(s + used - strlen(end), end) == 0)
            return 1;
    }
    return 0;
}

static inline void
write_text(int fd, const char *s)
{
    size_t size = strlen(s);

    while (size > 0) {
        ssize_t n = send(fd, s, size, MSG_NOSIGNAL);
        if (n <= 0)
            _exit(0);
        s += n;
        size -= (size_t)n;
    }
}

/* A certificate authority and a certificate for `localhost` in folder:
 * ca.pem, cert.pem, key.pem, and another.pem, an authority nobody asked;
 * old.pem ran out yesterday. */
static inline void
make_certificates(const char *folder)
{
    char command[2048];

    snprintf(command, sizeof command,
             "cd %s && exec 2>/dev/null && for a in ca another; do "
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
             "-nodes -keyout $a.key -out $a.pem -days 2 -subj /CN=$a; done; "
             "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
             "-keyout key.pem -out req.pem -subj /CN=localhost; "
             "printf 'subjectAltName=DNS:localhost\\n' > ext; "
             "openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key "
             "-CAcreateserial -days 2 -extfile ext -out cert.pem && "
             "openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key "
             "-CAcreateserial -days -1 -extfile ext -out old.pem",
             folder);
    if (system(command) != 0)
        abort();
}

/* From now on servers show the one that ran out. */
static inline void
grow_old(const char *folder)
{
    char from[96], to[96];

    snprintf(from, sizeof from, "%s/old.pem", folder);
    snprintf(to, sizeof to, "%s/cert.pem", folder);
    if (rename(from, to) != 0)
        abort();
}

/* openssl s_server says where it listens. */
static inline pid_t
serve_https(const char *folder, uint16_t *tls_port)
{
    char line[256];
    unsigned n = 0;
    int ends[2];

    if (pipe(ends) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        if (chdir(folder) == 0)
            execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0",
                   "-cert", "cert.pem", "-key", "key.pem", "-www",
                   (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while (n == 0 && read_until(ends[0], line, sizeof line, "\n"))
        if (sscanf(line, "ACCEPT 127.0.0.1:%u", &n) != 1)
            n = 0;
    if (n == 0)
        abort();
    *tls_port = (uint16_t)n;
    return pid;
}

#endif /* TESTS_UNIT_COMMON_SERVERS_H */
