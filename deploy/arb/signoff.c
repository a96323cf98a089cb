/* signoff - a sign-off read back and judged once more */
/*
 * Nothing in the file is believed: it says which records it was judged from,
 * and everything else in it must come out again from them.
 */
#include "deploy/arb/signoff.h"

#include "common/json.h"
#include "common/must.h"
#include "common/version.h"
#include "deploy/arb/judge.h"
#include "riskd/riskd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNOFF_CAP = 1 << 20 };

static struct json *
read_json(const char *path, struct why *why)
{
    FILE *f = fopen(path, "re");
    struct json *j = NULL;
    if (f == NULL) {
        (void)why_set(why, "%s: there is no sign-off: see arb go-no-go "
                           "--write", path);
        return NULL;
    }
    char *text = malloc(SIGNOFF_CAP);
    must(text);
    size_t size = fread(text, 1, SIGNOFF_CAP, f);
    (void)fclose(f);
    if (size == SIGNOFF_CAP)
        (void)why_set(why, "too long for a sign-off");
    else
        j = json_parse(text, size, why);
    if (j == NULL)
        (void)why_in(why, "%s: ", path);
    free(text);
    return j;
}

/* The sign-off says the same of key. */
static bool
says(const struct json_value *root, const char *key, const char *now,
     struct why *why)
{
    const char *then = json_string(json_get(root, key));
    if (then != NULL && strcmp(then, now) == 0)
        return true;
    return why_set(why, "the sign-off is of other %s: %.70s then, %.70s now",
                   key, then == NULL ? "none" : then, now);
}

static bool
is_same(const struct json_value *root, const struct judge *j,
        struct why *why)
{
    char config[20], hash[HASH_TEXT_CAP];
    (void)snprintf(config, sizeof config, "%016" PRIx64, j->config);
    return says(root, "configuration", config, why) &&
           says(root, "rules", hash_format(&j->rules, hash), why) &&
           says(root, "build", dutchbook_version, why) &&
           says(root, "data", hash_format(&j->data, hash), why);
}

static bool
passes_again(const struct judge *j, unsigned stage, struct why *why)
{
    struct riskd_criterion *c = calloc(CRITERIA_CAP, sizeof *c);
    must(c);
    uint32_t count = judge_stage(j, stage, c), i = 0;
    while (i < count && c[i].pass)
        i++;
    bool ok = count > 0 && i == count;
    if (!ok)
        (void)why_set(why, "judged again, it is a NO-GO: %s",
                      count == 0 ? "nothing is asked" : c[i].rule);
    free(c);
    return ok;
}

static bool
check(const struct judge *j, const struct json_value *root, unsigned stage,
      struct nanos now, struct why *why)
{
    int64_t of = 0;
    const char *verdict = json_string(json_get(root, "verdict"));
    if (!json_int(json_get(root, "stage"), &of) || of != (int64_t)stage)
        return why_set(why, "the sign-off is not of stage %u", stage);
    if (verdict == NULL || strcmp(verdict, "GO") != 0)
        return why_set(why, "the sign-off is a NO-GO");
    if (!is_same(root, j, why) || !passes_again(j, stage, why))
        return false;
    int64_t age = now.ns - j->at.ns;
    return age <= SIGNOFF_VALID_S * 1000000000LL ||
           why_set(why, "the sign-off has expired: its last record is %"
                        PRId64 " hours old", age / 3600000000000);
}

bool
signoff_line(const struct conf *conf, const char *rules, const char *dir,
             unsigned stage, struct nanos now, struct text *line,
             struct why *why)
{
    char path[600];
    struct judge judge = { .x = NULL };
    int64_t records = 0;
    (void)snprintf(path, sizeof path, "%s/stage%u_signoff.json", dir, stage);
    struct json *json = read_json(path, why);
    if (json == NULL)
        return false;
    const struct json_value *root = json_root(json);
    bool ok = (json_int(json_get(root, "records"), &records) &&
               records > 0) ||
              why_set(why, "%s: no records are named", path);
    ok = ok && judge_open(&judge, conf, rules, (uint64_t)records, why) &&
         check(&judge, root, stage, now, why);
    if (ok) {
        struct riskd_signoff s = { .config = judge.config,
                                   .rules = judge.rules,
                                   .build = dutchbook_version,
                                   .at = judge.at };
        riskd_signoff_text(&s, line);
    }
    judge_close(&judge);
    json_destroy(&json);
    return ok;
}
