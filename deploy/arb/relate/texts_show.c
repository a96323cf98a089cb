/* texts_show - texts side by side, as a terminal can show them */

/* What the venue wrote may be anything: it is shown by table_put, which lets
 * no control character through.  Lines break at spaces. */

#include "deploy/arb/relate/texts.h"

#include "deploy/arb/table.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 38, LINE_CAP = 4 * WIDTH + 1 };

/* Bytes of the next line; *skip of what divides it from the one after. */
static size_t
next_line(const char *s, size_t *skip)
{
    size_t size = 0, space = 0, columns = 0;

    while (s[size] != '\0' && s[size] != '\n' && columns <= WIDTH) {
        if (columns == WIDTH && s[size] != ' ')
            break;
        if (s[size] == ' ')
            space = size;
        do
            size++;
        while (((unsigned char)s[size] & 0xc0) == 0x80 &&
               size < LINE_CAP - 1);
        columns++;
    }
    if (s[size] != '\0' && s[size] != '\n' && space > 0)
        size = space;
    *skip = s[size] == ' ' || s[size] == '\n';
    return size;
}

static void
put_line(const char **s, bool last)
{
    char line[LINE_CAP];
    size_t skip, size = next_line(*s, &skip), used;

    if (size >= sizeof line)
        size = sizeof line - 1;
    memcpy(line, *s, size);
    line[size] = '\0';
    *s += size + skip;
    used = table_put(stdout, line, WIDTH);
    if (last)
        putchar('\n');
    else
        printf("%*s | ", (int)(WIDTH - used), "");
}

static void
put_both(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        put_line(&a, false);
        put_line(&b, true);
    }
}

static void
put_rule(void)
{
    for (int i = 0; i < 2 * WIDTH + 3; i++)
        putchar(i == WIDTH + 1 ? '+' : '-');
    putchar('\n');
}

void
texts_show(const struct texts *t, const struct text *markets)
{
    static const struct market_text none = { "", "", "", "", { { 0 } } };

    for (uint32_t i = 0; i < t->count; i += 2) {
        bool two = i + 1 < t->count;
        const struct market_text *a = &t->at[i];
        const struct market_text *b = two ? &t->at[i + 1] : &none;
        char one[HASH_TEXT_CAP], other[HASH_TEXT_CAP] = "";

        (void)hash_format(&a->hash, one);
        if (two)
            (void)hash_format(&b->hash, other);
        put_rule();
        put_both(markets[i].s, two ? markets[i + 1].s : "");
        put_rule();
        put_both(a->question, b->question);
        put_rule();
        put_both(a->ends, b->ends);
        put_both(a->source, b->source);
        put_both("", "");
        put_both(a->description, b->description);
        put_rule();
        put_both(one, other);
    }
}
