/* wiring_incident - a stage taken back is written down, with the state */
/*
 * The state is the journals: everything else can be made from them again.
 * Their segments are only ever appended to and removed, so a second name for
 * each (a hard link) keeps what they hold, costs no time and no space, and
 * cannot be half done.  The latch is a record of a few bytes, copied.
 *
 * incident.json is put in its place last; an incident without it is written
 * again.
 */
#include "riskd/wiring_incident.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/daemon.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/run_file.h"
#include "common/version.h"

enum { PATH_ROOM = 600, LATCH_CAP = 4096, AGAIN_MS = 5000 };

static bool
broken(struct why *why, const char *path)
{
    return why_set(why, "%s: %s", path, strerror(errno));
}

/* dir/name; what does not fit is no path. */
static const char *
path_in(char path[PATH_ROOM], const char *dir, const char *name)
{
    size_t head = strlen(dir), tail = strlen(name);
    path[0] = '\0';
    if (head + tail + 2 <= PATH_ROOM) {
        memcpy(path, dir, head);
        path[head] = '/';
        memcpy(path + head + 1, name, tail + 1);
    }
    return path;
}

/* A second name in `to` for every file of `from`. */
static bool
link_all(const char *from, const char *to, struct why *why)
{
    char old[PATH_ROOM], new[PATH_ROOM];
    DIR *dir = opendir(from);
    bool ok = true;
    if (dir == NULL) {
        return errno == ENOENT || broken(why, from);
    }
    for (struct dirent *e = readdir(dir); ok && e != NULL;
         e = readdir(dir)) {
        if (e->d_name[0] == '.') {
            continue;
        }
        (void)path_in(old, from, e->d_name);
        (void)path_in(new, to, e->d_name);
        ok = link(old, new) == 0 || errno == EEXIST || errno == ENOENT ||
             broken(why, new);
    }
    (void)closedir(dir);
    return ok;
}

static bool
copy_latch(const char *var, const char *to, struct why *why)
{
    char from[PATH_ROOM], path[PATH_ROOM];
    char bytes[LATCH_CAP];
    FILE *in = fopen(path_in(from, var, "latch"), "re");
    if (in == NULL) {
        return errno == ENOENT || broken(why, from);
    }
    size_t size = fread(bytes, 1, sizeof bytes, in);
    (void)fclose(in);
    FILE *out = fopen(path_in(path, to, "latch"), "we");
    if (out == NULL) {
        return broken(why, path);
    }
    bool ok = fwrite(bytes, 1, size, out) == size;
    ok = fclose(out) == 0 && ok;
    return ok || broken(why, path);
}

static bool
back_up(const char *var, const char *dir, struct why *why)
{
    static const struct { const char *from, *to; } journals[] = {
        { "journal/riskd/facts", "state/riskd" },
        { "journal/executor/facts", "state/executor" },
    };
    char from[PATH_ROOM], to[PATH_ROOM];
    if (!make_folder(path_in(to, dir, "state"), why) ||
        !copy_latch(var, to, why)) {
        return false;
    }
    for (size_t i = 0; i < sizeof journals / sizeof journals[0]; i++) {
        if (!make_folder(path_in(to, dir, journals[i].to), why) ||
            !link_all(path_in(from, var, journals[i].from), to, why)) {
            return false;
        }
    }
    return true;
}

struct paper {
    struct riskd_rollback back;
    struct risk_state state;
    char at[CLOCK_TEXT_CAP];
};

/* One line a thing, so that both files say the same. */
static void
write_rows(FILE *f, const struct paper *p,
           void (*row)(FILE *f, const char *name, const char *value))
{
    const struct risk_state *s = &p->state;
    const struct { const char *name; struct money is; } money[] = {
        { "equity", s->equity },     { "marked", s->marked },
        { "cash", s->cash },         { "reserved", s->reserved },
        { "exposure", s->exposure }, { "realised", s->realised },
        { "day_pnl", s->day_pnl },   { "provisional", s->provisional },
    };
    const struct { const char *name; uint64_t is; } counts[] = {
        { "stage_before", p->back.from }, { "stage_now", p->back.to },
        { "kills", s->kill_gen },         { "epoch", s->epoch },
    };
    char text[MICROS_TEXT_CAP + 8];
    row(f, "at", p->at);
    row(f, "cause", p->back.cause.s);
    row(f, "build", dutchbook_version);
    row(f, "mode", enum_word(&mode_words, (uint32_t)s->mode));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        (void)snprintf(text, sizeof text, "%" PRIu64, counts[i].is);
        row(f, counts[i].name, text);
    }
    for (size_t i = 0; i < sizeof money / sizeof money[0]; i++) {
        row(f, money[i].name, micros_format(money[i].is.micros, text));
    }
}

static void
write_json_row(FILE *f, const char *name, const char *value)
{
    fprintf(f, "%s\"%s\":\"", strcmp(name, "at") == 0 ? "{" : ",\n", name);
    for (const char *c = value; *c != '\0'; c++) {
        bool plain = (unsigned char)*c >= ' ' && *c != '"' && *c != '\\';
        (void)fputc(plain ? *c : '?', f);
    }
    (void)fputc('"', f);
}

static void
write_json(FILE *f, const struct paper *p)
{
    write_rows(f, p, write_json_row);
    fputs(",\n\"state\":\"state\"}\n", f);
}

static void
write_markdown_row(FILE *f, const char *name, const char *value)
{
    fprintf(f, "| %s | %s |\n", name, value);
}

static void
write_markdown(FILE *f, const struct paper *p)
{
    fprintf(f, "# Stage %" PRIu64 " taken back to %" PRIu64 "\n\n"
               "By rule %s.\n\n| what | |\n|---|---|\n",
            p->back.from, p->back.to, p->back.cause.s);
    write_rows(f, p, write_markdown_row);
    fputs("\nMode shadow and a kill are in force.  `state/` holds the latch\n"
          "and the facts of riskd and executor as they were.\n\n"
          "1. Find the cause; `arb rules`, `arb history`, the journals.\n"
          "2. `arb clear` lifts the kill, `arb resume` lets the rule go,\n"
          "   `arb mode live` the mode; each needs its key.\n"
          "3. The stage comes back by a sign-off made after this, only:\n"
          "   `arb go-no-go`, `arb stage enter`.\n", f);
}

static bool
write_file(const char *dir, const char *name, const struct paper *p,
           void (*f)(FILE *f, const struct paper *p), struct why *why)
{
    char path[PATH_ROOM], last[PATH_ROOM];
    FILE *out = fopen(path_in(path, dir, "draft"), "we");
    if (out == NULL) {
        return broken(why, path);
    }
    f(out, p);
    bool ok = fflush(out) == 0 && !ferror(out) && fdatasync(fileno(out)) == 0;
    ok = fclose(out) == 0 && ok;
    return (ok && rename(path, path_in(last, dir, name)) == 0) ||
           broken(why, last);
}

bool
incident_write(const char *var, const struct riskd_rollback *r,
               const struct risk_state *state, bool *made, struct why *why)
{
    struct paper p = { .back = *r, .state = *state };
    char all[PATH_ROOM], dir[PATH_ROOM], path[PATH_ROOM], name[64];
    enum { SECONDS = 19 }; /* Of the time as text. */
    (void)clock_format(r->at, p.at);
    (void)snprintf(name, sizeof name, "%.*s-stage%" PRIu64, SECONDS, p.at,
                   r->from);
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == ':' ? '.' : *c;
    }
    *made = false;
    if (!make_folder(path_in(all, var, "incidents"), why)) {
        return false;
    }
    (void)path_in(dir, all, name);
    if (access(path_in(path, dir, "incident.json"), F_OK) == 0) {
        return true;
    }
    *made = true;
    return make_folder(dir, why) && back_up(var, dir, why) &&
           write_file(dir, "incident.md", &p, write_markdown, why) &&
           write_file(dir, "incident.json", &p, write_json, why);
}

struct wiring_incident {
    struct daemon *daemon;
    const struct riskd *x;
    struct nanos done;       /* Of the last one that is there. */
    struct nanos tried;      /* Monotonic. */
};

static void
look(void *arg)
{
    struct wiring_incident *w = arg;
    struct riskd_rollback r;
    struct risk_state state;
    struct why why;
    bool made;
    struct nanos mono = clock_mono();
    if (!riskd_rolled_back(w->x, &r) || r.at.ns == w->done.ns ||
        (w->tried.ns != 0 && mono.ns - w->tried.ns < AGAIN_MS * 1000000LL)) {
        return;
    }
    w->tried = mono;
    riskd_state(w->x, clock_wall(), mono, &state);
    if (!incident_write(daemon_common(w->daemon)->var.s, &r, &state, &made,
                        &why)) {
        log_error("the incident is not written down: %s", why.s);
        return;
    }
    w->done = r.at;
    w->tried.ns = 0;
    if (made) {
        log_warn("stage %" PRIu64 " taken back to %" PRIu64 ": %s", r.from,
                 r.to, r.cause.s);
    }
}

struct wiring_incident *
wiring_incident_new(struct daemon *d, const struct riskd *x)
{
    struct wiring_incident *w = calloc(1, sizeof *w);
    must(w != NULL);
    *w = (struct wiring_incident){ .daemon = d, .x = x };
    loop_before_sleep(daemon_loop(d), look, w);
    return w;
}

void
wiring_incident_destroy(struct wiring_incident **w)
{
    free(*w);
    *w = NULL;
}
