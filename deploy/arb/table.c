/* table - rows of a query as aligned text, or as JSON lines
 *
 * Titles and errors in the tables are words from outside: as text, what could
 * drive a terminal is shown as a question mark. */
#include "deploy/arb/table.h"

#include "common/pg.h"
#include "deploy/arb/markup.h"
#include "proto/utf8.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 24 };

static const char *
cell(const struct pg_rows *rows, int row, int column)
{
    const char *text = pg_cell(rows, row, column);
    return text == NULL ? "-" : text;
}

/* The next character of s: its bytes, and whether it may be shown. */
static size_t
next_shown(const char *s, size_t left, bool *shown)
{
    size_t size = utf8_step(s, left);
    unsigned char first = (unsigned char)s[0];

    *shown = size > 0 && first >= 0x20 && first != 0x7f &&
             !(first == 0xc2 && (unsigned char)s[1] < 0xa0);
    return size > 0 ? size : 1;
}

size_t
table_put(FILE *out, const char *text, size_t most)
{
    size_t left = strlen(text), size, columns = 0;

    for (; left > 0 && columns < most; text += size, left -= size) {
        bool shown;
        size = next_shown(text, left, &shown);
        if (out != NULL && shown)
            fwrite(text, 1, size, out);
        else if (out != NULL)
            fputc('?', out);
        columns++;
    }
    return columns;
}

static void
put_padded(const char *text, size_t width, bool last)
{
    size_t used = table_put(stdout, text, SIZE_MAX);
    printf("%*s", last || used >= width ? 0 : (int)(width - used), "");
    printf(last ? "\n" : "  ");
}

void
table_text(const struct pg_rows *rows)
{
    size_t width[COLUMNS_MAX];
    int columns = pg_columns(rows);
    if (columns > COLUMNS_MAX)
        columns = COLUMNS_MAX;
    for (int c = 0; c < columns; c++) {
        width[c] = strlen(pg_column(rows, c));
        for (int r = 0; r < pg_count(rows); r++) {
            size_t size = table_put(NULL, cell(rows, r, c), SIZE_MAX);
            if (size > width[c])
                width[c] = size;
        }
    }
    for (int c = 0; c < columns; c++)
        put_padded(pg_column(rows, c), width[c], c + 1 == columns);
    for (int r = 0; r < pg_count(rows); r++)
        for (int c = 0; c < columns; c++)
            put_padded(cell(rows, r, c), width[c], c + 1 == columns);
    printf("(%d row%s)\n", pg_count(rows), pg_count(rows) == 1 ? "" : "s");
}

void
table_json_row(const struct pg_rows *rows, int row)
{
    for (int c = 0; c < pg_columns(rows); c++) {
        printf("%s\"%s\":", c == 0 ? "{" : ",", pg_column(rows, c));
        put_json(stdout, pg_cell(rows, row, c));
    }
    printf("}");
}

void
table_json(const struct pg_rows *rows)
{
    for (int r = 0; r < pg_count(rows); r++) {
        table_json_row(rows, r);
        printf("\n");
    }
}
