/* top - arb top: the pipeline on one screen, until q */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/top.h"

#include "common/clock.h"
#include "common/daemon.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { TURN_MS = 50, FRAME_MS = 500 };

static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
    (void)number;
    stopped = 1;
}

/* The terminal as it was, and a screen of its own while this runs. */
static struct termios before;

static bool
take_terminal(void)
{
    struct sigaction act = { .sa_handler = on_signal };

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGHUP, &act, NULL);
    struct termios raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    printf("\033[?1049h\033[?25l\033[2J");
    return true;
}

static void
give_terminal_back(void)
{
    printf("\033[?25h\033[?1049l");
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static bool
wants_to_quit(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    char key;

    while (poll(&in, 1, 0) > 0) {
        if (read(STDIN_FILENO, &key, 1) != 1)
            return true; /* The terminal went away. */
        if (key == 'q' || key == 'Q' || key == 3)
            return true;
    }
    return false;
}

static void
draw(const struct top *t, bool screen, bool json)
{
    struct winsize size = { .ws_row = 0 };
    unsigned rows = 60, columns = 160;

    if (json) {
        top_json(stdout, t);
    } else {
        if (screen && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
            size.ws_row > 0 && size.ws_col > 0) {
            rows = size.ws_row;
            columns = size.ws_col;
        }
        printf(screen ? "\033[H" : "");
        top_draw(stdout, t, rows, columns, screen);
        printf(screen ? "\033[J" : "\n");
    }
    fflush(stdout);
}

static void
hear_for(struct top *t, struct bus *bus, const char *var, int64_t ms)
{
    struct bus_in in;
    int64_t until = clock_mono().ns + ms * 1000000;

    do {
        bus_wait(bus, (struct ms){ TURN_MS });
        bus_tick(bus);
        t->now = clock_mono();
        for (int i = 0; i < 1000 && bus_next(bus, &in); i++)
            top_take(t, &in);
    } while (t->now.ns < until && stopped == 0);
    t->wall = clock_wall();
    latch_read(var, &t->seen.latch);
}

static int
watch(const char *var, uint64_t frames, bool json)
{
    static struct top t;
    struct why why;
    struct bus *bus = bus_new(&(struct bus_setup){
        .var = var, .src = SOURCE_arb,
        .hello = { .schema = schema_fingerprint() } });

    if (!seen_connect(bus, &why)) {
        fprintf(stderr, "arb top: %s\n", why.s);
        bus_close(&bus);
        return EXIT_WORLD;
    }
    top_hear(bus);
    bool screen = !json && frames == 0 && take_terminal();
    if (!screen && frames == 0 && !json)
        frames = 1;
    /* Heartbeats come every half second: the first frame waits for them. */
    hear_for(&t, bus, var, 1300);
    for (int i = 0; !screen && i < 8 && t.seen.heard[SOURCE_riskd] &&
                    !t.seen.risk_heard; i++)
        hear_for(&t, bus, var, FRAME_MS); /* Comes at least every 5 s. */
    for (unsigned long i = 0; stopped == 0 && ferror(stdout) == 0; i++) {
        draw(&t, screen, json);
        if ((frames > 0 && i + 1 == frames) || (screen && wants_to_quit()))
            break;
        hear_for(&t, bus, var, screen ? FRAME_MS / 2 : FRAME_MS);
    }
    if (screen)
        give_terminal_back();
    bus_close(&bus);
    return EXIT_OK;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *frames = "0";
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "-n", NULL, &frames },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    int64_t count;

    if (!args_read(argc, argv, table, NULL) ||
        !args_count("top", "-n", frames, 0, INT64_MAX, &count))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    return watch(common.var.s, (uint64_t)count, json);
}

const struct cmd cmd_top = {
    .name = "top",
    .about = "the running pipeline on one screen, until q",
    .help =
        "usage: arb top [-n FRAMES] [-c FILE] [--json]\n"
        "\n"
        "Processes, mode, stage and kill switch, money, latency, what is\n"
        "open and what was done, twice a second; q ends it.  Without a\n"
        "terminal: one frame as text.\n"
        "\n"
        "  -n      so many frames, one below the other, then it ends\n"
        "  --json  one JSON object a frame\n"
        "\n"
        "Exit codes: 0 done, 1 no bus, 2 bad usage.\n",
    .run = run,
};
