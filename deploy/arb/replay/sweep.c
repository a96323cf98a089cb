/* sweep - the recorded market under other settings, results side by side */

/* Every combination of values is played by a forked process, as many at a
 * time as there are processors; what it has done and, at its end, its result
 * come through one pipe. */

#include "deploy/arb/replay/sweep.h"

#include "common/must.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/replay/desk.h"
#include "deploy/arb/replay/progress.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    COMBINATIONS_MAX = 1024, SETS_MAX = 32, SET_CAP = 320, NAME_CAP = 1024,
    NEWS_EVERY = 2048, FINISH_MS = 120000
};

/* One combination: a value of each --set. */
struct combination {
    char sets[SETS_MAX][SET_CAP];
    char name[NAME_CAP];       /* "a.b=1 c.d=2", or "as recorded". */
    pid_t pid;
    uint64_t done, messages;
    bool has_result;
    struct result result;
};

/* What comes through the pipe; in one piece, being this small. */
struct news {
    uint32_t index;
    bool last;
    uint64_t done, messages;
    struct result result;
};

struct sweep {
    const struct sweep_options *o;
    struct combination *at;
    uint32_t count;
    int pipe[2];
};

/* --- one combination, in its own process --------------------------------- */

struct player {
    const struct sweep *s;
    struct combination *c;
    uint32_t index;
    const char *sets[SETS_MAX];
    struct desk desk;
    bool began;
    uint64_t run;
    bool whole;
    struct news news;
};

static void
tell_news(struct player *p)
{
    ssize_t n = write(p->s->pipe[1], &p->news, sizeof p->news);

    if (n != (ssize_t)sizeof p->news)
        _exit(EXIT_WORLD); /* Nobody listens any more. */
}

static bool
begin_run(struct player *p, const struct heard *h, struct why *why)
{
    const struct sweep_options *o = p->s->o;
    struct conf *conf = core_settings(o->var, SOURCE_scanner, p->run, o->file,
                                      p->sets, o->sets_count, NULL);
    bool ok = conf != NULL;

    if (!conf)
        return why_set(why, "the settings of run %" PRIu64 " are no good",
                       p->run);
    if (!p->began)
        ok = desk_begin(&p->desk, conf, h->in.mono, h->in.wall, o->latency,
                        why);
    else if (h->in.mono.ns < p->desk.now)
        ok = why_set(why, "the machine was started anew before run %" PRIu64,
                     p->run);
    else
        ok = desk_scanner(&p->desk, conf, p->run, why);
    p->began = true;
    conf_destroy(&conf);
    return ok;
}

static bool
play_record(struct player *p, const struct record *r, struct why *why)
{
    struct heard h;

    if (!heard_of(&h, SOURCE_scanner, r, why))
        return false;
    if (r->run != p->run) {
        p->run = r->run;
        p->whole = h.first;
        if (p->whole && !begin_run(p, &h, why))
            return false;
    }
    if (!p->whole)
        return true;
    return desk_hear(&p->desk, &h)
           || why_set(why, "input %" PRIu64 " is none for the scanner", r->n);
}

static bool
play_all(struct player *p, struct why *why)
{
    char dir[600];
    struct record r;
    int got = 0;
    bool ok = true;

    core_journal(p->s->o->var, SOURCE_scanner, "inputs", dir, sizeof dir);
    struct journal_reader *reader = journal_read(dir, 0, why);
    while (reader && ok && (got = journal_next(reader, &r, why)) > 0) {
        ok = play_record(p, &r, why);
        p->news.done += r.body_size + 60;
        if (++p->news.messages % NEWS_EVERY == 0)
            tell_news(p);
    }
    ok = reader && ok && got == 0;
    journal_reader_close(&reader);
    if (ok && !p->began)
        ok = why_set(why, "%s: no run is written down whole", dir);
    return ok;
}

static _Noreturn void
play(const struct sweep *s, uint32_t index)
{
    struct player p = { .s = s, .c = &s->at[index], .index = index,
                        .news = { .index = index } };
    struct why why = { "" };

    for (size_t i = 0; i < s->o->sets_count; i++)
        p.sets[i] = p.c->sets[i];
    if (!play_all(&p, &why)) {
        fprintf(stderr, "arb replay: %s: %s\n", p.c->name, why.s);
        _exit(EXIT_WORLD);
    }
    desk_finish(&p.desk, (struct ms){ FINISH_MS });
    p.news.result = p.desk.result;
    p.news.last = true;
    tell_news(&p);
    _exit(EXIT_OK);
}

/* --- all of them ---------------------------------------------------------- */

/* Cuts the next value off "a,b,[c,d],e"; NULL at the end. */
static const char *
next_value(const char *s, size_t *size)
{
    int depth = 0;

    for (*size = 0; s[*size] != '\0'; ++*size) {
        depth += (s[*size] == '[') - (s[*size] == ']');
        if (s[*size] == ',' && depth == 0)
            return s + *size + 1;
    }
    return NULL;
}

static uint32_t
values_of(const char *set)
{
    const char *s = strchr(set, '=');
    uint32_t n = 0;
    size_t size;

    for (s = s ? s + 1 : NULL; s; n++)
        s = next_value(s, &size);
    return n;
}

/* The i-th value of a --set, as an override. */
static bool
write_set(const char *set, uint32_t i, char out[SET_CAP])
{
    const char *s = strchr(set, '=') + 1, *next = s;
    size_t size = 0;

    do {
        s = next;
        next = next_value(s, &size);
    } while (i-- > 0 && next);
    int n = snprintf(out, SET_CAP, "%.*s%.*s", (int)(strchr(set, '=') - set)
                     + 1, set, (int)size, s);
    return n > 0 && n < SET_CAP;
}

static bool
name(struct combination *c, size_t count)
{
    size_t used = 0;

    snprintf(c->name, sizeof c->name, "as recorded");
    for (size_t i = 0; i < count; i++) {
        int n = snprintf(c->name + used, sizeof c->name - used, "%s%s",
                         i > 0 ? " " : "", c->sets[i]);
        if (n < 0 || (size_t)n >= sizeof c->name - used)
            return false;
        used += (size_t)n;
    }
    return true;
}

static bool
combine(struct sweep *s)
{
    uint64_t count = 1;

    for (size_t i = 0; i < s->o->sets_count; i++) {
        uint32_t n = values_of(s->o->sets[i]);
        if (n == 0 || s->o->sets_count > SETS_MAX
            || (count *= n) > COMBINATIONS_MAX) {
            fprintf(stderr, "arb replay: --set %s: expected "
                    "section.key=value[,value...], at most %d combinations "
                    "in all\n", s->o->sets[i], COMBINATIONS_MAX);
            return false;
        }
    }
    s->count = (uint32_t)count;
    s->at = calloc(s->count, sizeof *s->at);
    must(s->at);
    for (uint32_t k = 0; k < s->count; k++) {
        uint32_t rest = k;
        for (size_t i = s->o->sets_count; i-- > 0;) {
            uint32_t n = values_of(s->o->sets[i]);
            if (!write_set(s->o->sets[i], rest % n, s->at[k].sets[i]))
                return false;
            rest /= n;
        }
        if (!name(&s->at[k], s->o->sets_count))
            return false;
    }
    return true;
}

static bool
start(struct sweep *s, uint32_t index)
{
    fflush(NULL);
    pid_t pid = fork();

    if (pid == 0) {
        close(s->pipe[0]);
        play(s, index);
    }
    s->at[index].pid = pid;
    return pid > 0;
}

static void
take_news(struct sweep *s, struct progress *bar)
{
    struct news n;

    if (read(s->pipe[0], &n, sizeof n) != (ssize_t)sizeof n
        || n.index >= s->count)
        return;
    struct combination *c = &s->at[n.index];
    bar->done += n.done - c->done;
    bar->messages += n.messages - c->messages;
    c->done = n.done;
    c->messages = n.messages;
    if (n.last) {
        c->result = n.result;
        c->has_result = true;
    }
}

/* One that has ended; false: none yet. */
static bool
reap(struct sweep *s, bool *failed)
{
    int status;
    pid_t pid = waitpid(-1, &status, WNOHANG);

    for (uint32_t i = 0; pid > 0 && i < s->count; i++)
        if (s->at[i].pid == pid)
            *failed |= status != 0;
    return pid > 0;
}

static bool
play_each(struct sweep *s, struct progress *bar)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t next = 0, running = 0;
    bool failed = false;
    struct pollfd fd = { .fd = s->pipe[0], .events = POLLIN };

    while ((next < s->count && !failed) || running > 0) {
        while (next < s->count && !failed && running < (uint32_t)cores) {
            failed = !start(s, next++);
            running += !failed;
        }
        while (poll(&fd, 1, 50) > 0)
            take_news(s, bar);
        while (reap(s, &failed))
            running--;
        progress_show(bar);
    }
    while (poll(&fd, 1, 0) > 0)
        take_news(s, bar);
    return !failed;
}

static struct money
capital_of(const struct sweep_options *o)
{
    struct capital_conf c = { 0 };
    struct conf *conf = core_settings(o->var, SOURCE_riskd, UINT64_MAX,
                                      o->file, NULL, 0, NULL);

    if (conf)
        conf_fill(conf, &capital_section, &c);
    conf_destroy(&conf);
    return c.initial_usd;
}

static bool
print_all(const struct sweep *s)
{
    struct result recorded;
    struct why why;
    bool all = true;

    if (!result_recorded(&recorded, s->o->var, capital_of(s->o), &why)) {
        fprintf(stderr, "arb replay: %s\n", why.s);
        return false;
    }
    void (*print)(const struct result *, const char *, bool) =
        s->o->json ? result_json : result_print;
    if (!s->o->json)
        result_head();
    print(&recorded, "(the recording itself)", true);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct combination *c = &s->at[i];
        all &= c->has_result;
        if (c->has_result)
            print(&c->result, c->name,
                  memcmp(c->result.found, recorded.found, 32) == 0);
    }
    if (!s->o->json)
        printf("= the opportunities are those recorded, to the byte\n");
    return all;
}

int
sweep(const struct sweep_options *o)
{
    struct sweep s = { .o = o };
    struct progress bar;
    char dir[600];

    if (!combine(&s)) {
        free(s.at);
        return EXIT_USAGE;
    }
    must(pipe(s.pipe) == 0);
    core_journal(o->var, SOURCE_scanner, "inputs", dir, sizeof dir);
    progress_begin(&bar, "replay", journal_bytes(dir) * s.count);
    bool ok = play_each(&s, &bar);
    int64_t us = progress_end(&bar) + 1;
    ok = ok && print_all(&s);
    if (ok && !o->json)
        printf("%" PRIu64 " messages in %" PRId64 ".%03" PRId64 " s, %" PRIu64
               "/s\n", bar.messages, us / 1000000, us / 1000 % 1000,
               bar.messages * 1000000 / (uint64_t)us);
    close(s.pipe[0]);
    close(s.pipe[1]);
    free(s.at);
    return ok ? EXIT_OK : EXIT_WORLD;
}
