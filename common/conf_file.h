/* conf_file - a settings file read whole, and complaints about it */
#ifndef COMMON_CONF_FILE_H
#define COMMON_CONF_FILE_H

#include <sys/types.h>

#include "common/conf.h"

#define CONF_FILE_CAP ((size_t)1 << 20)

/* Adds one line; when there is no room it is only counted. */
void conf_complain(struct complaints *bad, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct conf_file {
    dev_t dev; /* With ino: which file it is, whatever it is called. */
    ino_t ino;
    char *text; /* The caller's to free, also after a failure. */
    size_t size;
};
/* out must be zeroed; false with a complaint. */
MUST_CHECK bool conf_file_read(const char *file, struct conf_file *out,
                               struct complaints *bad);

#endif /* COMMON_CONF_FILE_H */
