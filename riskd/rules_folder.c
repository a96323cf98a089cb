/* rules_folder - all rules of a folder, file by file in the order of names */
#include "riskd/rules_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_file.h"

enum { FILES_CAP = 16 };

static int
is_yaml(const struct dirent *e)
{
    size_t size = strlen(e->d_name);
    return size > 5 && strcmp(e->d_name + size - 5, ".yaml") == 0;
}

struct rule_set *
rules_read_folder(const char *folder, struct complaints *bad)
{
    struct dirent **list = NULL;
    char paths[FILES_CAP][512];
    const char *files[FILES_CAP];
    int count = scandir(folder, &list, is_yaml, alphasort);
    bool fits = count > 0 && count <= FILES_CAP;
    for (int i = 0; i < count; i++) {
        if (fits) {
            fits = snprintf(paths[i], sizeof paths[i], "%s/%s", folder,
                            list[i]->d_name) < (int)sizeof paths[i];
            files[i] = paths[i];
        }
        free(list[i]);
    }
    free(list);
    if (!fits) {
        conf_complain(bad, "%.200s: expected a folder with 1 to %d files "
                           "*.yaml", folder, FILES_CAP);
        return NULL;
    }
    return rules_read(files, (uint32_t)count, bad);
}
