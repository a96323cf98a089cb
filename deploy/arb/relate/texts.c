/* texts - what markets are resolved by, as the venue shows it now */

#include "deploy/arb/relate/texts.h"

#include "common/http.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/page.h"
#include "feed/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_CAP = 8 << 20, URL_CAP = 2048 };

bool
texts_markets(const char *list, struct text out[TIE_MARKETS],
              uint32_t *count, struct why *why)
{
    *count = 0;
    for (const char *s = list; s != NULL; s = strchr(s, ',')) {
        size_t size;

        s += *s == ',';
        size = strcspn(s, ",");
        if (*count == TIE_MARKETS || size == 0 || size >= sizeof out->s)
            return why_set(why, "--markets: expected 2 to %d ids with commas",
                           TIE_MARKETS);
        memset(&out[*count], 0, sizeof out[*count]);
        memcpy(out[*count].s, s, size);
        for (uint32_t i = 0; i < *count; i++)
            if (text_equal(&out[i], &out[*count]))
                return why_set(why, "--markets: expected each id once, got "
                                    "%s again", out[i].s);
        ++*count;
    }
    return *count >= 2 ||
           why_set(why, "--markets: expected 2 to %d ids with commas",
                   TIE_MARKETS);
}

/* --- where they come from ------------------------------------------------ */

struct asking {
    struct loop *loop;
    struct texts *texts;
    struct why *why;
};

static void
take(void *arg, const struct http_answer *a)
{
    struct asking *k = arg;

    if (a->status == 200)
        k->texts->json = json_parse(a->body, a->body_size, k->why);
    else
        (void)why_set(k->why, "the listing answers %d %.200s", a->status,
                      a->error ? a->error : "");
    loop_stop(k->loop);
}

static bool
ask(struct texts *t, const struct conf *conf, const struct text *markets,
    uint32_t count, struct why *why)
{
    struct feed_conf feed;
    struct asking k = { loop_new(), t, why };
    char url[URL_CAP];
    struct page p = page_on(url, sizeof url);
    struct http *h;

    conf_fill(conf, &feed_section, &feed);
    page_put(&p, feed.gamma_url.s);
    page_put(&p, "/markets");
    for (uint32_t i = 0; i < count; i++) {
        page_put(&p, i == 0 ? "?condition_ids=" : "&condition_ids=");
        page_escaped(&p, markets[i].s);
    }
    must(page_end(&p) > 0);
    h = http_new(k.loop, &(struct http_options){
        .ca_file = feed.ca_file.s[0] ? feed.ca_file.s : NULL,
        .connect_timeout = { 10000 },
        .total_timeout = { 30000 },
        .answer_cap = FILE_CAP,
        .connections = 1,
    });
    if (http_send(h, url, NULL, take, &k))
        loop_run(k.loop);
    http_destroy(&h);
    loop_destroy(&k.loop);
    return t->json != NULL || why_in(why, "%s: ", url);
}

static bool
read_file(struct texts *t, const char *name, struct why *why)
{
    FILE *f = fopen(name, "rb");
    char *s = f != NULL ? malloc(FILE_CAP) : NULL;
    size_t size = s != NULL ? fread(s, 1, FILE_CAP, f) : 0;

    if (s == NULL || ferror(f) != 0)
        (void)why_set(why, "%s", strerror(errno));
    else
        t->json = json_parse(s, size, why);
    if (f != NULL)
        fclose(f);
    free(s);
    return t->json != NULL || why_in(why, "%.200s: ", name);
}

static const char *
text_of(const struct json_value *o, const char *key)
{
    const char *s = json_string(json_get(o, key));

    return s != NULL ? s : "";
}

/* Anywhere in a list of markets, of events with markets, or of both. */
static const struct json_value *
find(const struct json_value *v, const char *id)
{
    const struct json_value *found = NULL;

    if (json_is_object(v) && strcmp(text_of(v, "conditionId"), id) == 0)
        return v;
    if (json_is_object(v)) {
        found = find(json_get(v, "events"), id);
        return found != NULL ? found : find(json_get(v, "markets"), id);
    }
    if (json_is_array(v))
        for (v = json_first(v); v != NULL && found == NULL; v = json_next(v))
            found = find(v, id);
    return found;
}

bool
texts_read(struct texts *t, const struct conf *conf, const char *file,
           const struct text *markets, uint32_t count, struct why *why)
{
    *t = (struct texts){ .count = count };
    if (file != NULL ? !read_file(t, file, why)
                     : !ask(t, conf, markets, count, why))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct json_value *o = find(json_root(t->json), markets[i].s);

        if (o == NULL || json_string(json_get(o, "description")) == NULL)
            return why_set(why, "%s: the listing has no %s", markets[i].s,
                           o == NULL ? "such market" : "description of it");
        t->at[i] = (struct market_text){
            .question = text_of(o, "question"),
            .description = text_of(o, "description"),
            .source = text_of(o, "resolutionSource"),
            .ends = text_of(o, "endDate"),
        };
        t->at[i].hash = ties_text(json_string(json_get(o, "question")),
                                  t->at[i].description,
                                  json_string(json_get(o,
                                                       "resolutionSource")));
    }
    return true;
}

void
texts_forget(struct texts *t)
{
    if (t->json != NULL)
        json_destroy(&t->json);
}
