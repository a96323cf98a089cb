/* trip - a request on its way to the venue, or its answer on the way back */
#ifndef TESTS_WORLD_TRIP_H
#define TESTS_WORLD_TRIP_H

#include "proto/proto.h"

struct trip {
    bool used, left, arrives, arrived, hears, told;
    uint64_t run, link;         /* Of the executor that asked. */
    struct venue_call m;
    int64_t there_at, back_at;  /* ns */
    int64_t sent;               /* Wall. */
    enum reason over;           /* Not a byte left: why. */
    char method[8], path[256], query[512], seal[48], stamp[24];
    char *text;                 /* Its body, then its answer's. */
    size_t size;
    int status;
    int64_t retry_s;
};

#endif /* TESTS_WORLD_TRIP_H */
