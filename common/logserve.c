/* logserve - hands a process's journals to whoever pulls them */

/* The recorder asks by number and may ask again, so nothing is remembered
 * for it but an open reader, kept for the likely case that it goes on where
 * it stopped.  What is served is on disk first: else a power cut could take
 * back a record that is already in the database, and another would later
 * have its number. */

#include "common/logserve.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_PATH_CAP = 440 };

/* One journal being read. */
struct shelf {
    char dir[LOG_PATH_CAP];
    struct journal_reader *reader;
    uint64_t next; /* What it would give now. */
};

struct logserve {
    struct journal *facts;
    struct shelf shelves[journal_kind_end_];
    char ack_path[LOG_PATH_CAP];
    int ack_fd;
    uint64_t acked;
    uint8_t *packed;
    struct log_record record;
    struct log_limit damage_said;
};

/* A file of one number; absent or damaged counts as nothing acked, which
 * only means that more is kept.  One beyond the journal is another's. */
static void
open_ack(struct logserve *s)
{
    char text[32] = "";

    s->ack_fd = open(s->ack_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->ack_fd < 0) {
        log_warn("%s: %s", s->ack_path, strerror(errno));
        return;
    }
    if (pread(s->ack_fd, text, sizeof text - 1, 0) > 0)
        s->acked = strtoull(text, NULL, 10);
    if (s->acked > journal_head(s->facts)) {
        log_warn("%s: says %llu of %llu records: not believed", s->ack_path,
                 (unsigned long long)s->acked,
                 (unsigned long long)journal_head(s->facts));
        s->acked = 0;
    }
}

struct logserve *
logserve_new(const char *dir, struct journal *facts)
{
    struct logserve *s = calloc(1, sizeof *s);
    must(s);
    s->packed = malloc(PACKED_CAP);
    must(s->packed);
    s->facts = facts;
    for (unsigned i = 0; i < journal_kind_end_; i++) {
        struct shelf *shelf = &s->shelves[i];
        int n = snprintf(shelf->dir, sizeof shelf->dir, "%s/%s", dir,
                         enum_word(&journal_kind_words, i));
        must(n > 0 && n < (int)sizeof shelf->dir);
    }
    int n = snprintf(s->ack_path, sizeof s->ack_path, "%s/facts.acked", dir);
    must(n > 0 && n < (int)sizeof s->ack_path);
    s->ack_fd = -1;
    if (facts)
        open_ack(s);
    return s;
}

void
logserve_destroy(struct logserve **server)
{
    struct logserve *s = *server;

    if (!s)
        return;
    for (unsigned i = 0; i < journal_kind_end_; i++)
        journal_reader_close(&s->shelves[i].reader);
    if (s->ack_fd >= 0)
        close(s->ack_fd);
    free(s->packed);
    free(s);
    *server = NULL;
}

static bool
seek(struct shelf *shelf, uint64_t from, struct why *why)
{
    if (shelf->reader && shelf->next == from)
        return true;
    journal_reader_close(&shelf->reader);
    shelf->reader = journal_read(shelf->dir, from, why);
    shelf->next = from;
    return shelf->reader != NULL;
}

/* False when the peer takes no more. */
static bool
send_record(struct logserve *s, struct bus *b, const struct bus_in *in,
            const struct record *r)
{
    struct log_record *m = &s->record;

    must(r->body_size <= BYTES_CAP);
    m->n = r->n;
    m->type = r->type;
    m->run = r->run;
    m->mono = r->mono;
    m->wall = r->wall;
    m->body.size = r->body_size;
    memcpy(m->body.b, r->body, r->body_size);
    size_t size = log_record_pack(m, s->packed, PACKED_CAP);
    must(size > 0);
    return bus_reply(b, in->peer, &(struct bus_out){
        .type = TYPE_log_record, .req = in->e.req, .trace = r->trace,
        .body = s->packed, .body_size = size });
}

static void
serve(struct logserve *s, struct bus *b, const struct bus_in *in,
      const struct log_request *m)
{
    struct shelf *shelf = &s->shelves[m->journal];
    uint64_t most = m->max < LOGSERVE_MOST ? m->max : LOGSERVE_MOST;
    struct record r;
    struct why why;
    unsigned dropped;
    int got = 0;

    if (m->journal == JOURNAL_facts) {
        if (!s->facts)
            return;
        journal_sync(s->facts);
    }
    bool ok = seek(shelf, m->from > 0 ? m->from : 1, &why);
    for (uint64_t i = 0; ok && i < most; i++) {
        got = journal_next(shelf->reader, &r, &why);
        if (got <= 0)
            break;
        shelf->next = r.n + 1;
        if (!send_record(s, b, in, &r)) {
            /* It will ask for this one again. */
            shelf->next = 0;
            break;
        }
    }
    if (got < 0) /* It would say the same for ever. */
        journal_reader_close(&shelf->reader);
    if ((!ok || got < 0)
        && log_may(&s->damage_said, clock_mono().ns, &dropped))
        log_error("cannot serve the journal: %s (%u more)", why.s, dropped);
}

/* The recorder's database may have gone back, to another server that lacks
 * the last: then what it lacks is not to be cut either.  False when it is of
 * more than there is. */
static bool
take_ack(struct logserve *s, const struct log_ack *m)
{
    char text[32];

    if (m->journal != JOURNAL_facts || !s->facts || m->committed == s->acked)
        return true;
    if (m->committed > journal_head(s->facts))
        return false;
    s->acked = m->committed;
    int n = snprintf(text, sizeof text, "%020llu\n",
                     (unsigned long long)s->acked);
    if (s->ack_fd >= 0 && pwrite(s->ack_fd, text, (size_t)n, 0) != n)
        log_warn("%s: %s", s->ack_path, strerror(errno));
    return true;
}

bool
logserve_hear(struct logserve *s, struct bus *b, const struct bus_in *in)
{
    struct log_request request;
    struct log_ack ack;

    if (in->e.type == TYPE_log_request) {
        if (!log_request_unpack(&request, in->e.body, in->e.body_size))
            return false;
        serve(s, b, in, &request);
        return true;
    }
    must(in->e.type == TYPE_log_ack);
    if (!log_ack_unpack(&ack, in->e.body, in->e.body_size))
        return false;
    return take_ack(s, &ack);
}

uint64_t
logserve_acked(const struct logserve *s)
{
    return s->acked;
}
