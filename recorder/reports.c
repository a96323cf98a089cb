/* reports - each day told by itself once it is over, by another process
 *
 * `arb report` runs as a child, so that nothing here waits for it.  It writes
 * into <day>.part, which becomes <day> when it ended well: that folder is all
 * that is remembered, and a recorder that dies begins the day's report again.
 * A day that was missed altogether is not made up for: `arb report --day`. */
#include "recorder/reports.h"

#include "common/log.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_MOST = 512, TRY_AGAIN_S = 600, TOO_LONG_S = 600 };

struct reports {
    char out[PATH_MOST], arb[PATH_MOST], file[PATH_MOST];
    struct text at, zone;
    char day[16];        /* Of the one that is under way. */
    pid_t child;         /* 0 = none is. */
    struct nanos until;  /* Mono: it may take so long, or: not before. */
};

struct reports *
reports_new(const struct recorder_conf *conf, const char *var,
            const char *arb, const char *file)
{
    if (conf->report_at.s[0] == '\0')
        return NULL;
    struct reports *r = calloc(1, sizeof *r);
    must(r != NULL);
    if (conf->report_out.s[0] != '\0')
        snprintf(r->out, sizeof r->out, "%s", conf->report_out.s);
    else
        snprintf(r->out, sizeof r->out, "%s/reports", var);
    snprintf(r->arb, sizeof r->arb, "%s", arb);
    snprintf(r->file, sizeof r->file, "%s", file == NULL ? "" : file);
    r->at = conf->report_at;
    r->zone = conf->report_zone;
    return r;
}

void
reports_destroy(struct reports **r)
{
    if (*r != NULL && (*r)->child != 0) {
        kill((*r)->child, SIGKILL);
        waitpid((*r)->child, NULL, 0);
    }
    free(*r);
    *r = NULL;
}

static void
path_of(const struct reports *r, const char *day, const char *end,
        char out[PATH_MOST + 32])
{
    snprintf(out, PATH_MOST + 32, "%s/%s%s", r->out, day, end);
}

static struct nanos
later(struct nanos mono, int64_t seconds)
{
    return (struct nanos){ mono.ns + seconds * 1000000000 };
}

/* Of the child: what it prints, its paths, is nothing for our log. */
static _Noreturn void
become(const struct reports *r, const char *part, pid_t parent)
{
    const char *argv[] = { r->arb, "report", "--day", r->day, "--tz",
                           r->zone.s, "--out", part,
                           r->file[0] != '\0' ? "-c" : NULL, r->file, NULL };
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0 && getppid() == parent)
        execv(r->arb, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void
begin(struct reports *r, struct nanos mono)
{
    char part[PATH_MOST + 32];
    pid_t parent = getpid();

    path_of(r, r->day, ".part", part);
    if (mkdir(r->out, 0700) != 0 && errno != EEXIST) {
        log_error("no report of %s: %s: %s", r->day, r->out, strerror(errno));
        r->until = later(mono, TRY_AGAIN_S);
        return;
    }
    r->child = fork();
    if (r->child == 0)
        become(r, part, parent);
    if (r->child < 0) {
        log_error("no report of %s: %s", r->day, strerror(errno));
        r->child = 0;
        r->until = later(mono, TRY_AGAIN_S);
        return;
    }
    r->until = later(mono, TOO_LONG_S);
}

/* It has ended, well or not. */
static void
end(struct reports *r, int status, struct nanos mono)
{
    char part[PATH_MOST + 32], whole[PATH_MOST + 32];

    path_of(r, r->day, ".part", part);
    path_of(r, r->day, "", whole);
    r->child = 0;
    r->until = mono;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        log_error("no report of %s: %s %s %d; trying again in %d minutes",
                  r->day, r->arb, WIFEXITED(status) ? "ended with"
                                                    : "was ended by signal",
                  WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                  TRY_AGAIN_S / 60);
    else if (rename(part, whole) != 0)
        log_error("%s: %s", whole, strerror(errno));
    else {
        log_info("the report of %s is in %s", r->day, whole);
        return;
    }
    r->until = later(mono, TRY_AGAIN_S);
}

bool
reports_look(struct reports *r, struct store *s, struct nanos mono,
             struct why *why)
{
    char whole[PATH_MOST + 32], day[16];
    int status = 0;

    if (r->child != 0) {
        if (mono.ns >= r->until.ns)
            kill(r->child, SIGKILL);
        if (waitpid(r->child, &status, WNOHANG) == r->child)
            end(r, status, mono);
        return true;
    }
    if (s == NULL || mono.ns < r->until.ns)
        return true;
    if (!store_day_told(s, r->zone.s, r->at.s, NULL, day, why)) {
        r->until = later(mono, TRY_AGAIN_S);
        return why_in(why, "recorder.report_at, recorder.report_zone");
    }
    path_of(r, day, "", whole);
    if (access(whole, F_OK) != 0) {
        memcpy(r->day, day, sizeof day);
        begin(r, mono);
    }
    return true;
}
