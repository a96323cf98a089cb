/* run_file - one process of a name on one var, and which run it is */
#ifndef COMMON_RUN_FILE_H
#define COMMON_RUN_FILE_H

#include <stdint.h>

#include "common/why.h"
#include "proto/units.h"

struct run_file {
    int fd;             /* Holds the lock until the process ends. */
    uint64_t number;    /* Of this run, from 1; on disk before it is told. */
    char ready[300];    /* Path of the ready file. */
    char ends[300];     /* Of what is known of the ends of runs. */
    uint64_t crashes;   /* Runs before it that did not end as asked; */
    uint64_t cuts;      /* of these, ended by the machine's going down. */
    uint64_t boot;      /* Which start of it this is; 0 = not known. */
};

enum run_result { RUN_OK, RUN_TAKEN, RUN_BROKEN, RUN_FAILED };

/* Makes the folders, takes the lock and the next number.  RUN_TAKEN: another
 * process has it.  RUN_BROKEN: its content is no number, and guessing one
 * could make us look older than we are. */
MUST_CHECK enum run_result run_file_open(struct run_file *r, const char *var,
                                         const char *name, struct why *why);
/* The ready file: "pid run". */
MUST_CHECK bool run_file_ready(const struct run_file *r, struct why *why);
/* It ends as it was asked to: the next run will not count it as a crash. */
void run_file_ended(const struct run_file *r);
void run_file_close(struct run_file *r);
/* Makes one folder, 0700; being there already is fine. */
MUST_CHECK bool make_folder(const char *path, struct why *why);

#endif /* COMMON_RUN_FILE_H */
