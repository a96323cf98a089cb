/* alerts_read - what a risk event means to alerts, and which thing it is of */
#ifndef RISKD_ALERTS_READ_H
#define RISKD_ALERTS_READ_H

#include "proto/proto.h"

enum alert_meaning { MEANS_nothing, MEANS_it_is, MEANS_it_ended };

struct alert_reading {
    enum alert_meaning meaning;
    bool lasts;      /* An event will say when it is over. */
    struct text key; /* Of the thing. */
};

struct alert_reading alert_read(const struct risk_event *e);
struct text alert_key(const char *rule, enum mode mode);
enum alert_level alert_level_of(enum severity severity);

#endif /* RISKD_ALERTS_READ_H */
