/* planted - which bug is in: chosen by its name, in a build that has them */
#include "tests/world/planted.h"

#include <string.h>

#ifdef PLANTED_BUGS
enum planted planted;
#endif

static const struct { const char *name, *words; } bugs[PLANTED_end_] = {
    { "none", "" },
#define BUG(name, words) { #name, words },
#include "common/planted.def"
};

uint32_t
planted_count(void)
{
    return PLANTED_end_;
}

const char *
planted_name(uint32_t i)
{
    return bugs[i].name;
}

const char *
planted_words(uint32_t i)
{
    return bugs[i].words;
}

bool
planted_choose(const char *name)
{
    uint32_t i = 0;
    while (i < PLANTED_end_ && strcmp(bugs[i].name, name) != 0)
        i++;
#ifdef PLANTED_BUGS
    planted = i < PLANTED_end_ ? (enum planted)i : PLANTED_none;
    return i < PLANTED_end_;
#else
    return i == PLANTED_none;
#endif
}
