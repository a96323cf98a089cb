/* dollars - an amount as people read it: 4842.30, 5.16, 0.000005 */
#include "deploy/arb/dollars.h"

#include <string.h>

char *
dollars(struct money m, char text[MICROS_TEXT_CAP])
{
    size_t size = strlen(micros_format6(m.micros, text));

    for (int spare = 4; spare > 0 && text[size - 1] == '0'; spare--)
        text[--size] = '\0';
    return text;
}
