/* venue - the list of venues for orders, by mode */

/* venues.def is read twice: to declare what each file provides, and to put
 * them in an array.  A mode without a line in it has no venue. */

#include "executor/venue.h"

#define VENUE(name) extern const struct order_venue order_venue_##name;
#include "executor/venues.def"

static const struct order_venue *const venues[] = {
#define VENUE(name) &order_venue_##name,
#include "executor/venues.def"
};

const struct order_venue *
order_venue_for(enum mode mode)
{
    for (size_t i = 0; i < sizeof venues / sizeof venues[0]; i++)
        if (venues[i]->mode == mode)
            return venues[i];
    return NULL;
}
