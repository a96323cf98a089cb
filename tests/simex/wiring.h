/* wiring - the simulated exchange on a loop: clock, sockets and files */
#ifndef SIMEX_WIRING_H
#define SIMEX_WIRING_H

#include "common/conf.h"
#include "common/why.h"

struct loop;
struct program;
struct wiring;

struct simex_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "tests/simex/conf.def"
};
extern const struct conf_section simex_section;
extern const struct program simex_program;

/* Makes the market place, opens the port and writes run/simex.json. */
struct wiring *wiring_open(struct loop *l, const struct simex_conf *conf,
                           const char *var, struct why *why);
/* Removes run/simex.json and lets everything go; destroy the loop after. */
void wiring_close(struct wiring **w);
int wiring_port(const struct wiring *w);

#endif /* SIMEX_WIRING_H */
