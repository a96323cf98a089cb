/* fuzz_simex - anything a client or a script may say; links: simex common proto
 *
 * The first byte chooses who hears it: the market channel, a request's path,
 * query and body, or the reader of mischief scripts.  Whatever was said, the
 * exchange's money still agrees and it goes on answering. */
#include "tests/simex/hub.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct simex *x;
static struct face *face;
static struct hub *hub;
static char *room;

static void
take_frame(void *arg, uint32_t conn, const char *s, size_t size, int64_t due)
{
    (void)arg;
    (void)conn;
    (void)due;
    if (size == 0 || s[size - 1] == '\0')
        abort();
}

static void
take_drop(void *arg, uint32_t conn)
{
    (void)arg;
    (void)conn;
}

static void
take_line(void *arg, const char *line, size_t size)
{
    (void)arg;
    if (line[size - 1] != '\n')
        abort();
}

static void
set_up(void)
{
    struct simex_terms terms = { .seed = 1, .events = 10, .rate = 100,
                                 .start_ms = 1795000000000 };
    struct hub_out out = { NULL, take_frame, take_drop, take_line,
                           take_line };
    x = simex_new(&terms);
    face = face_new(x, false);
    hub = hub_new(x, face, NULL, &out);
    room = malloc(FACE_ROOM);
    if (!room || hub_open(hub) != 0)
        abort();
}

/* path \n query \n body */
static void
request(const char *text, size_t size)
{
    char copy[4096];
    int64_t delay;
    struct quill q;
    if (size >= sizeof copy)
        return;
    memcpy(copy, text, size);
    copy[size] = '\0';
    char *query = strchr(copy, '\n');
    char *body = query ? strchr(query + 1, '\n') : NULL;
    if (!body)
        return;
    *query++ = *body++ = '\0';
    struct rest_request r = { .post = *body != '\0', .path = copy,
                              .query = query, .body = body,
                              .body_size = (size_t)(copy + size - body) };
    quill_start(&q, room, FACE_ROOM);
    int status = hub_rest(hub, &r, 20, &q, &delay);
    if (status < 200 || status > 500 || q.size == 0)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mischief m;
    struct why why = { "" };
    if (!x)
        set_up();
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    if (data[0] % 3 == 0)
        hub_hear(hub, 0, text, size - 1);
    else if (data[0] % 3 == 1)
        request(text, size - 1);
    else if (mischief_read(&m, text, size - 1, &why) == (why.s[0] != '\0'))
        abort();
    if (!accounts_agree(x->accounts, NULL))
        abort();
    return 0;
}
