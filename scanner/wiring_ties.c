/* wiring_ties - the approved relations, read at the start */

#include "common/home.h"
#include "common/must.h"
#include "scanner/scanner.h"

#include <stdlib.h>
#include <string.h>

bool
scanner_ties(const struct scanner_conf *own,
             const struct strategy_conf *strategy, struct ties **out,
             struct why *why)
{
    struct path file = own->relations;
    struct complaints *bad;

    *out = NULL;
    if (!strategy->E)
        return true;
    if (!home_path(&file, "scanner.relations", why))
        return false;
    bad = calloc(1, sizeof *bad);
    must(bad != NULL);
    *out = ties_read(file.s, bad);
    if (*out == NULL)
        (void)why_set(why, "%.*s", (int)strcspn(bad->text, "\n"), bad->text);
    free(bad);
    return *out != NULL;
}
