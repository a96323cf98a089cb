/* bus - the sockets of one process: what it publishes, hears, asks, answers
 *
 * Every socket is ipc://<var>/run/<name>.sock.  Each message is one envelope;
 * on a PUB a topic stands before it: the type, two bytes big endian, then the
 * 32-byte token for book, trade and tick messages.  Losses on a PUB are
 * noticed by the envelope's tseq, or by the heads of the next heartbeat
 * (common/streams); losses on the way to a ROUTER are the asker's to notice
 * (ask again).  The first word on every connection to a
 * ROUTER is HELLO, said and answered in here. */
#ifndef COMMON_BUS_H
#define COMMON_BUS_H

#include "proto/proto.h"
#include "common/why.h"

struct bus;
struct loop;

struct bus_setup {
    const char *var;
    enum source src;
    uint64_t run;       /* 0 for a guest without a run (arb). */
    struct hello hello; /* Said by our DEALERs, compared by our ROUTERs. */
};

struct bus *bus_new(const struct bus_setup *setup);
void bus_close(struct bus **b); /* Gives what was published 100 ms to leave. */

/* True and path filled when the socket's path is short enough. */
#define BUS_PATH_CAP 108
MUST_CHECK bool bus_path(char path[BUS_PATH_CAP], const char *var,
                         const char *name, struct why *why);

MUST_CHECK bool bus_bind_pub(struct bus *b, const char *name,
                             struct why *why);
/* strict: build, configuration and rules of HELLO are compared as well. */
MUST_CHECK bool bus_bind_router(struct bus *b, const char *name, bool strict,
                                struct why *why);
/* All PUBs connected share one SUB; the peer need not be there yet. */
MUST_CHECK bool bus_connect_sub(struct bus *b, const char *name,
                                struct why *why);
/* Before or after connecting; heartbeats last, so that the first one heard
 * tells of nothing that was not yet heard. */
void bus_hear(struct bus *b, uint16_t type);
/* *line names the connection in bus_ask. */
MUST_CHECK bool bus_connect_dealer(struct bus *b, const char *name,
                                   unsigned *line, struct why *why);

/* One ROUTER may be guarded: CURVE, and only keys that somebody is known by.
 * Keys are texts of 40 characters (Z85). */
enum { BUS_KEY_CAP = 41, BUS_USER_CAP = 32 };
struct bus_guard {
    const char *name;          /* Of the ROUTER, bound afterwards. */
    char secret[BUS_KEY_CAP];  /* Ours. */
    /* Whose public key it is; false = nobody's: turned away. */
    bool (*who)(void *arg, const char *key, char user[BUS_USER_CAP]);
    void *arg;
};
MUST_CHECK bool bus_guard(struct bus *b, const struct bus_guard *guard,
                          struct why *why);
/* What the DEALERs connected afterwards show, and whom they believe. */
struct bus_pass {
    char server[BUS_KEY_CAP], public[BUS_KEY_CAP], secret[BUS_KEY_CAP];
};
void bus_show_pass(struct bus *b, const struct bus_pass *pass);
MUST_CHECK bool bus_make_key(char public[BUS_KEY_CAP],
                             char secret[BUS_KEY_CAP], struct why *why);

/* In a loop: bus_attach wakes it; before each sleep bus_next is taken until
 * false, and loop_again called while bus_pending; bus_tick every 100 ms.
 * Without a loop: bus_wait, true when bus_next may have something. */
void bus_attach(struct bus *b, struct loop *l);
void bus_tick(struct bus *b);
bool bus_wait(struct bus *b, struct ms patience);

struct bus_in {
    struct envelope e;   /* Its body is packed, not looked at. */
    const uint8_t *raw;  /* The whole envelope; until the next bus_next. */
    size_t raw_size;
    uint32_t peer;       /* To answer with bus_reply; 0 = nobody. */
    uint64_t lost;       /* Messages of e.src found missing by it: of e.type,
                            or, by a heartbeat, of all types heard. */
    const char *user;    /* Who proved to be, on a guarded ROUTER; else NULL.
                          * Until the next bus_next. */
};
/* The next message of any socket.  What is malformed, repeated, from an
 * older run or from a stranger is counted and dropped inside. */
bool bus_next(struct bus *b, struct bus_in *in);
/* True when there may be more: after a send, or when bus_next gave up. */
bool bus_pending(const struct bus *b);

/* A message going out; the bus adds who, when and which number. */
struct bus_out {
    uint16_t type;
    const struct hash *token; /* Behind the topic; NULL = none. */
    uint64_t req, trace;
    const uint8_t *body;
    size_t body_size;
};
/* The token a message's topic ends with, or NULL. */
const struct hash *bus_token(const struct schema *sc, const void *msg);
/* With a token and no trace, the message begins a chain and gets one. */
void bus_publish(struct bus *b, const struct bus_out *out);
/* How many of each type were published: for the heartbeat that is next. */
void bus_heads(const struct bus *b, struct heads *out);
/* False when the peer is gone or takes no more. */
bool bus_reply(struct bus *b, uint32_t peer, const struct bus_out *out);
/* Waits in a queue of 1024 until HELLO is answered; full drops the oldest. */
void bus_ask(struct bus *b, unsigned line, const struct bus_out *out);
bool bus_line_open(const struct bus *b, unsigned line);

/* When a message of src was last heard on SUB or DEALER; 0 = never. */
struct nanos bus_heard(const struct bus *b, enum source src);

struct bus_counts {
    uint64_t in;        /* Messages handed out. */
    uint64_t out;       /* Messages sent, all ways. */
    uint64_t bad;       /* Malformed, or of another schema. */
    uint64_t gaps;      /* Holes found in what a PUB said. */
    uint64_t lost;      /* Messages in those holes. */
    uint64_t repeats;   /* Seen before. */
    uint64_t old_run;   /* From a run older than one already heard. */
    uint64_t strangers; /* Asked before a good HELLO. */
    uint64_t refused;   /* HELLOs refused, by us or to us. */
    uint64_t unsent;    /* Replies nobody took. */
    uint64_t overrun;   /* Requests dropped from a full queue. */
    uint64_t turned;    /* Connections turned away for their key. */
};
const struct bus_counts *bus_counts(const struct bus *b);

#endif /* COMMON_BUS_H */
