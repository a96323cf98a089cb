/* markup - text and numbers as a page shows them */
#ifndef DEPLOY_ARB_MARKUP_H
#define DEPLOY_ARB_MARKUP_H

#include "deploy/arb/board.h"

/* Text from outside into HTML or SVG, within or outside of quotes: nothing of
 * it is markup, and what is no character becomes U+FFFD. */
void put_html(FILE *out, const char *text);
/* Into a cell of a Markdown table: no markup, no line ends. */
void put_markdown(FILE *out, const char *text);
/* A field of a CSV: quoted where needed; one that a spreadsheet would take
 * for a formula gets a ' before it.  A number stays as it is. */
void put_csv(FILE *out, const char *text);
/* As one JSON value: null for NULL, else a string. */
void put_json(FILE *out, const char *text);

/* A decimal as PostgreSQL writes it, in micros, cut off behind the sixth
 * place; false for NULL, NaN and what is no number or does not fit. */
bool number_of(const char *cell, int64_t *micros);
enum { SHOWN_TEXT_CAP = 40 };
/* "$1,234.50", "12.3 %", "4.2 s"; short: on an axis. */
char *number_show(int64_t micros, enum unit unit, bool brief,
                  char text[SHOWN_TEXT_CAP]);
/* What a column's name says of its numbers: _usd, _ms, _us, _bps, _rate or
 * _ratio; false when it says nothing. */
bool unit_of(const char *column, enum unit *out);

#endif /* DEPLOY_ARB_MARKUP_H */
