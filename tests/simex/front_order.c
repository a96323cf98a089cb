/* front_order - POST /order and POST /orders
 *
 * First what the exchange does to everybody (closed windows, limits,
 * mischief), then each order for itself. */
#include "tests/simex/face_user.h"
#include "tests/simex/front_own.h"
#include "tests/simex/rest_own.h"

#include "common/json.h"

#include <stdio.h>
#include <string.h>

#define BATCH_MOST 15

/* Status of a refusal for everybody, 0 = none. */
static int
check_windows(const struct front_call *c, const struct json_value *root,
              struct quill *q)
{
    const struct desk_faults *f = &c->desk->faults;
    int64_t now = c->desk->x->now_ms;
    if (now < f->disabled)
        return rest_error(q, 503, "Trading is currently disabled. Check "
                          "polymarket.com for updates");
    if (now < f->cancel_only)
        return rest_error(q, 503, "Trading is currently cancel-only. New "
                          "orders are not accepted, but cancels are "
                          "allowed.");
    if (now >= f->post_only)
        return 0;
    const struct json_value *v = json_is_array(root) ? json_first(root)
                                                     : root;
    for (; v; v = json_next(v)) {
        bool post_only = false;
        json_bool(json_get(v, "postOnly"), &post_only);
        if (post_only)
            continue;
        quill_say(q, "{\"error\":\"post-only mode: only post-only orders and "
                  "cancels are allowed\",\"code\":\"post_only_mode\","
                  "\"retry_after_seconds\":%d}",
                  (int)((f->post_only - now + 999) / 1000));
        return 503;
    }
    return 0;
}

/* True, and one less, when it is the turn of something. */
static bool
is_due(uint32_t *count)
{
    if (*count == 0)
        return false;
    --*count;
    return true;
}

static void
place(const struct front_call *c, const struct json_value *v,
      struct desk_reply *r)
{
    struct desk *d = c->desk;
    struct desk_ask a;
    front_read_order(c, v, &a, r);
    if (r->error[0])
        return;
    if (is_due(&d->faults.refuse)) {
        snprintf(r->error, sizeof r->error, "%s", d->faults.refuse_word);
        r->status = 400;
    } else if (d->x->now_ms < d->faults.no_allowance) {
        snprintf(r->error, sizeof r->error,
                 "not enough balance / allowance");
        r->status = 400;
    } else {
        if (a.life == DESK_FAK && a.buy && is_due(&d->faults.skim))
            desk_skim(d, &a);
        desk_place(d, &a, r);
    }
}

/* The first order's id, or status, in an answer is not what it was. */
static void
falsify(struct desk_faults *f, struct quill *q)
{
    char *id = strstr(q->s, "\"orderID\":\"0x");
    char *word = strstr(q->s, "\"status\":\"");
    if (id && is_due(&f->wrong_id))
        id[76] = id[76] == '0' ? '1' : '0';
    if (id && is_due(&f->no_id)) {
        memmove(id + 11, id + 77, strlen(id + 77) + 1);
        q->size = strlen(q->s);
        word = strstr(q->s, "\"status\":\"");
    }
    if (word && is_due(&f->new_word))
        memcpy(word + 10, "new", 3);
    if (is_due(&f->torn)) {
        q->size /= 2;
        q->s[q->size] = '\0';
    }
}

/* The answer is lost, or is another one, although the orders are placed. */
static int
spoil(const struct front_call *c, struct quill *q, int status)
{
    struct desk_faults *f = &c->desk->faults;
    if (is_due(&f->cut_after)) {
        c->answer->cut = true;
    } else if (is_due(&f->fail_after)) {
        quill_start(q, q->s, q->cap);
        return rest_error(q, 500, "could not run the execution");
    }
    falsify(f, q);
    return status;
}

/* Before anything is done: the request never arrived. */
static bool
is_cut(const struct front_call *c)
{
    c->answer->cut = is_due(&c->desk->faults.cut_before);
    return c->answer->cut;
}

/* The older way to refuse. */
static int
refuse_softly(struct quill *q, const char *why)
{
    quill_text(q, "{\"success\":false,\"errorMsg\":");
    quill_string(q, why);
    quill_text(q, ",\"orderID\":\"\",\"status\":\"\",\"makingAmount\":\"\","
               "\"takingAmount\":\"\",\"transactionsHashes\":[],"
               "\"tradeIDs\":[]}");
    return 200;
}

static int
post_one(const struct front_call *c, const struct json_value *root,
         struct quill *q)
{
    struct desk_reply r;
    int status = check_windows(c, root, q);
    if (status != 0)
        return status;
    if (!front_afford(c, false, 1, q))
        return 429;
    place(c, root, &r);
    if (r.error[0] && is_due(&c->desk->faults.soft))
        return refuse_softly(q, r.error);
    if (r.error[0])
        return rest_error(q, r.status, r.error);
    face_reply(c->desk, q, &r);
    return spoil(c, q, 200);
}

int
front_post_order(const struct front_call *c, struct quill *q)
{
    const struct rest_request *r = &c->request->rest;
    if (is_cut(c))
        return 500;
    struct json *j = json_parse(r->body, r->body_size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    int status = json_is_object(root)
                     ? post_one(c, root, q)
                     : rest_error(q, 400, "Invalid order payload");
    json_destroy(&j);
    return status;
}

static int
post_all(const struct front_call *c, const struct json_value *root,
         struct quill *q)
{
    size_t count = json_size(root);
    char text[80];
    if (!json_is_array(root) || count == 0)
        return rest_error(q, 400, "Invalid order payload");
    if (count > BATCH_MOST) {
        snprintf(text, sizeof text, "Too many orders in payload: %zu, max "
                 "allowed: %d", count, BATCH_MOST);
        return rest_error(q, 400, text);
    }
    int status = check_windows(c, root, q);
    if (status != 0)
        return status;
    if (!front_afford(c, false, (uint32_t)count, q))
        return 429;
    quill_text(q, "[");
    for (const struct json_value *v = json_first(root); v; v = json_next(v)) {
        struct desk_reply r;
        place(c, v, &r);
        quill_text(q, v == json_first(root) ? "" : ",");
        face_reply(c->desk, q, &r);
    }
    quill_text(q, "]");
    return spoil(c, q, 200);
}

int
front_post_orders(const struct front_call *c, struct quill *q)
{
    const struct rest_request *r = &c->request->rest;
    if (is_cut(c))
        return 500;
    struct json *j = json_parse(r->body, r->body_size, NULL);
    int status = post_all(c, j ? json_root(j) : NULL, q);
    json_destroy(&j);
    return status;
}
