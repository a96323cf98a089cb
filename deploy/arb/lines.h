/* lines - one JSON object a line in, one a line out */
#ifndef DEPLOY_ARB_LINES_H
#define DEPLOY_ARB_LINES_H

#include "common/why.h"

#include <stddef.h>

#define LINE_CAP (1 << 20) /* Bytes of a line that are read. */
#define LINE_OUT_CAP 65536

/* Answers one line of any bytes with one JSON object, NUL terminated; returns
 * its size. */
typedef size_t line_fn(const void *arg, const char *line, size_t size,
                       char out[LINE_OUT_CAP]);
/* {"error":"..."} */
size_t line_refuse(const struct why *why, char out[LINE_OUT_CAP]);

/* Reads stdin to its end and answers each line as soon as it is there, so that
 * another program can hold a conversation.  Returns the exit code. */
int lines_answer(line_fn *answer, const void *arg);

#endif /* DEPLOY_ARB_LINES_H */
