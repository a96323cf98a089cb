/* rules_words - phases, operators and times, as rules spell them */
#include "riskd/rules_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS (1000LL * 1000 * 1000)
#define RETENTION_NS (30LL * 86400 * SECOND_NS)

const char *const rule_op_words[] = { ">", ">=", "<", "<=", "==", "!=" };

uint32_t
rule_phase_of(const char *word)
{
    static const struct { const char *word; uint32_t first, count; } words[] = {
        { "P", PHASE_STAGE, STAGES },     { "exit:P", PHASE_EXIT, STAGES },
        { "enter:P", PHASE_ENTER, STAGES },
    };
    static const struct { const char *word; uint32_t bits; } plain[] = {
        { "signoff", PHASE_SIGNOFF }, { "scale", PHASE_SCALE },
        { "restart", PHASE_RESTART }, { "clear", PHASE_CLEAR },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i].word);
        if (strncmp(word, words[i].word, size) == 0 && word[size] >= '0' &&
            word[size] < '0' + STAGES && word[size + 1] == '\0') {
            return words[i].first << (word[size] - '0');
        }
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(word, plain[i].word) == 0) {
            return plain[i].bits;
        }
    }
    return 0;
}

void
rule_phases_text(uint32_t phases, struct text *out)
{
    static const char *const names[] = {
        "P0", "P1", "P2", "P3", "exit:P0", "exit:P1", "exit:P2", "exit:P3",
        "enter:P0", "enter:P1", "enter:P2", "enter:P3", "signoff", "scale",
        "restart", "clear"
    };
    size_t used = 0;
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((phases & (1u << i)) != 0 && used < sizeof out->s - 12) {
            used += (size_t)snprintf(out->s + used, sizeof out->s - used,
                                     "%s%s", used > 0 ? "," : "", names[i]);
        }
    }
}

bool
rule_time_of(const char *s, int64_t *ns)
{
    static const struct { const char *word; int64_t ns; } units[] = {
        { "ms", SECOND_NS / 1000 }, { "s", SECOND_NS },
        { "m", 60 * SECOND_NS },    { "h", 3600 * SECOND_NS },
        { "d", 86400 * SECOND_NS },
    };
    char *end = NULL;
    if (s[0] < '0' || s[0] > '9') {
        return false;
    }
    unsigned long long n = strtoull(s, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].word) == 0 &&
            n <= (unsigned long long)(RETENTION_NS / units[i].ns)) {
            *ns = (int64_t)n * units[i].ns;
            return true;
        }
    }
    return false;
}
