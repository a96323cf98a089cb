/* http_mail - one message by SMTP: what curl is told */

/* A request like the others, on the same loop and under the same limits; only
 * the protocol differs, and that a message is read from us instead of being
 * handed over.  Without TLS nothing is said to another machine: not the
 * password, and not what is wrong with ours. */

#include "common/http_own.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
set_done(CURLcode rc)
{
    must(rc == CURLE_OK);
}

static size_t
give(char *data, size_t one, size_t room, void *arg)
{
    struct request *r = arg;
    size_t left = r->letter_size - r->letter_read;
    size_t size = left < room ? left : room;

    (void)one; /* Always 1. */
    memcpy(data, r->letter + r->letter_read, size);
    r->letter_read += size;
    return size;
}

/* By its name; where that leads is looked at again when it is known. */
static bool
is_this_machine(const char *url)
{
    static const char *const names[] = { "smtp://localhost",
                                         "smtp://127.0.0.1", "smtp://[::1]" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i]);
        if (strncasecmp(url, names[i], size) == 0 &&
            strchr(":/", url[size]) != NULL)
            return true;
    }
    return false;
}

static void
set_message(struct request *r, const struct http_mail *m)
{
    CURL *e = r->easy;

    r->letter = strdup(m->text);
    r->people = curl_slist_append(NULL, m->to);
    must(r->letter && r->people);
    r->letter_size = strlen(r->letter);
    set_done(curl_easy_setopt(e, CURLOPT_MAIL_FROM, m->from));
    set_done(curl_easy_setopt(e, CURLOPT_MAIL_RCPT, r->people));
    set_done(curl_easy_setopt(e, CURLOPT_UPLOAD, 1L));
    set_done(curl_easy_setopt(e, CURLOPT_READFUNCTION, give));
    set_done(curl_easy_setopt(e, CURLOPT_READDATA, r));
    if (m->user) {
        set_done(curl_easy_setopt(e, CURLOPT_USERNAME, m->user));
        set_done(curl_easy_setopt(e, CURLOPT_PASSWORD, m->password));
    }
}

void
http_mail_begin(struct http *h, struct request *r, const struct http_mail *m,
                http_fn *f, void *arg)
{
    CURL *easy = r->easy ? r->easy : curl_easy_init();

    must(easy && m->from && m->to && m->text && (!m->user || m->password));
    curl_easy_reset(easy);
    *r = (struct request){
        .http = h,
        .easy = easy,
        .under_way = true,
        .f = f,
        .arg = arg,
        .plain = is_this_machine(m->url),
    };
    http_set_limits(h, easy);
    http_set_calls(r);
    set_done(curl_easy_setopt(easy, CURLOPT_VERBOSE, 0L));
    set_done(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps"));
    set_done(curl_easy_setopt(easy, CURLOPT_USE_SSL,
                              r->plain ? (long)CURLUSESSL_TRY
                                       : (long)CURLUSESSL_ALL));
    set_done(curl_easy_setopt(easy, CURLOPT_URL, m->url));
    set_message(r, m);
}
