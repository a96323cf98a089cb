/* table - rows of a query as aligned text, or as JSON lines */
#include "deploy/arb/table.h"

#include "common/pg.h"
#include "proto/render.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 24, CELL_CAP = 4096 };

static const char *
cell(const struct pg_rows *rows, int row, int column)
{
    const char *text = pg_cell(rows, row, column);
    return text == NULL ? "-" : text;
}

void
table_text(const struct pg_rows *rows)
{
    int width[COLUMNS_MAX];
    int columns = pg_columns(rows);
    if (columns > COLUMNS_MAX)
        columns = COLUMNS_MAX;
    for (int c = 0; c < columns; c++) {
        width[c] = (int)strlen(pg_column(rows, c));
        for (int r = 0; r < pg_count(rows); r++) {
            int size = (int)strlen(cell(rows, r, c));
            if (size > width[c])
                width[c] = size;
        }
    }
    for (int c = 0; c < columns; c++)
        printf("%-*s%s", width[c], pg_column(rows, c),
               c + 1 < columns ? "  " : "\n");
    for (int r = 0; r < pg_count(rows); r++)
        for (int c = 0; c < columns; c++)
            printf("%-*s%s", c + 1 < columns ? width[c] : 0,
                   cell(rows, r, c), c + 1 < columns ? "  " : "\n");
    printf("(%d row%s)\n", pg_count(rows), pg_count(rows) == 1 ? "" : "s");
}

static void
json_cell(const char *text)
{
    char quoted[CELL_CAP];
    if (text == NULL ||
        json_quote(text, strlen(text), quoted, sizeof quoted) == 0)
        printf("null");
    else
        printf("%s", quoted);
}

void
table_json(const struct pg_rows *rows)
{
    for (int r = 0; r < pg_count(rows); r++) {
        for (int c = 0; c < pg_columns(rows); c++) {
            printf("%s\"%s\":", c == 0 ? "{" : ",", pg_column(rows, c));
            json_cell(pg_cell(rows, r, c));
        }
        printf("}\n");
    }
}
