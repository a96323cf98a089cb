/* links - who may say what, looked up
 *
 * links.def becomes one table by speaker and type.  A pair listed twice does
 * not compile; a pair not listed is 0, and the shell refuses it.
 */
#include "proto/proto.h"

/* The words of links.def. */
enum {
    PUB = ROUTE_PUB,
    REPLY = ROUTE_REPLY,
    FACTS = ROUTE_FACTS,
    SYNC = ROUTE_SYNC,
    RISK = ROUTE_RISK,
    SNAP = ROUTE_SNAP,
    CTL = ROUTE_CTL,
    LOG = ROUTE_LOG,
    SHELL = ROUTE_SHELL
};

static const uint16_t routes_of[source_end_][TYPE_end_] = {
#define LINK(speaker, msg, routes) [SOURCE_##speaker][TYPE_##msg] = routes,
#include "proto/links.def"
};

uint32_t
link_routes(enum source speaker, uint32_t type)
{
    if ((uint32_t)speaker >= source_end_ || type >= TYPE_end_)
        return 0;
    return routes_of[speaker][type];
}
