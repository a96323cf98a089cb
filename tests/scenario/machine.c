/* machine - a machine in trouble, for one program: preloaded by f_machine.sh
 *
 * The file MACHINE holds two numbers of 64 bits, changed while it runs: how
 * many ms each sync of the disk takes longer, and by how many seconds the wall
 * clock is off. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct machine { int64_t sync_ms, wall_s; };

static const volatile struct machine *
machine(void)
{
    static const struct machine well;
    static const struct machine *is;
    const char *file = getenv("MACHINE");
    int fd;

    if (is)
        return is;
    fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    void *p = fd < 0 ? MAP_FAILED
                     : mmap(NULL, sizeof *is, PROT_READ, MAP_SHARED, fd, 0);
    is = p == MAP_FAILED ? &well : p;
    if (fd >= 0)
        close(fd);
    return is;
}

static void
take_longer(void)
{
    int64_t ms = machine()->sync_ms;
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    if (ms > 0)
        nanosleep(&t, NULL);
}

int fdatasync(int fd);
int fsync(int fd);
int clock_gettime(clockid_t id, struct timespec *t);

int
fdatasync(int fd)
{
    static int (*real)(int);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    take_longer();
    return real(fd);
}

int
fsync(int fd)
{
    static int (*real)(int);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    take_longer();
    return real(fd);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int r = real(id, t);
    if (r == 0 && id == CLOCK_REALTIME)
        t->tv_sec += machine()->wall_s;
    return r;
}
