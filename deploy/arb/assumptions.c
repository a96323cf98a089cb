/* assumptions - what paper's fills assume, written beside a report */

/* The settings of the configuration that is given, with its number: where the
 * processes of that day ran with others, the table of theirs shows it. */

#include "deploy/arb/assumptions.h"

#include "common/must.h"
#include "deploy/arb/report.h"
#include "executor/executor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PRINT_CAP = 1 << 18 };

static const char prefix[] = "  fill_model_";

static const char fixed[] =
    "\n## What is fixed\n\n"
    "- An order takes what is displayed and ends (FAK, or FOK all of it); "
    "with `fill_model_price_basis: next_trade` it takes nothing of a book: "
    "for `fill_model_wait` it gets what others, on its side, trade at within "
    "its limit, by trades published after it arrived, each shared out once.\n"
    "- With `hold_type: GTC` or `GTD` what a held group misses rests, once. "
    "It stands behind all that is displayed at its price when it arrives; "
    "only trades at that price or deeper take away from that queue, cancels "
    "in front of it do not. It fills at its own price, without a fee; where "
    "it would have taken at once it is refused. Its end takes as long as an "
    "order, and trades find it until then.\n"
    "- Trades that were not heard fill nothing.\n"
    "- The orders of a group are all looked at once, when the slowest of "
    "them has arrived, on the books of that moment.\n"
    "- A fill is never worse than its order's limit: where the model makes "
    "it so, it does not happen.\n"
    "- Fees are the market's own schedule, rounded up; a market without one "
    "does not fill.\n"
    "- Shares taken from a level stay gone until that level changes. Nobody "
    "else reacts to us.\n"
    "- A trade that fails took its shares off the book and leaves nothing; "
    "which one is drawn from the order's id, as its latency is: the same "
    "orders fare the same, in replay and sweeps too.\n"
    "- Splits and merges are immediate; a conversion takes "
    "`strategy.c_time`.\n"
    "- Each fill says its `fee_bps`, `slippage_bps` (against the price "
    "meant), `impact_bps` (against the best price there was) and "
    "`delay_ms`.\n";

static char *
printed(const struct conf *conf, struct why *why)
{
    char *text = malloc(PRINT_CAP);

    must(text != NULL);
    if (conf_print(conf, false, text, PRINT_CAP) > 0)
        return text;
    free(text);
    why_set(why, "the configuration does not fit");
    return NULL;
}

/* Calls back with each line of the fill model; line breaks become ends. */
static void
each_setting(char *text, void (*f)(FILE *out, char *line), FILE *out)
{
    bool inside = false;

    for (char *line = text, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (line[0] != ' ')
            inside = strcmp(line, "executor:") == 0;
        else if (inside && strncmp(line, prefix, sizeof prefix - 1) == 0)
            f(out, line);
    }
}

static void
put_line(FILE *out, char *line)
{
    fprintf(out, "%s\n", line);
}

static const char *
help_of(const char *name)
{
    for (uint32_t i = 0; i < executor_section.rows_count; i++)
        if (strcmp(executor_section.rows[i].name, name) == 0)
            return executor_section.rows[i].help;
    return "";
}

static void
put_row(FILE *out, char *line)
{
    char *colon = strchr(line, ':');

    must(colon != NULL);
    *colon = '\0';
    fprintf(out, "| `%s` | `%s` | %s |\n", line + 2,
            colon[1] == ' ' ? colon + 2 : colon + 1, help_of(line + 2));
}

bool
assumptions_spec(FILE *out, const struct conf *conf, const char *day,
                 struct why *why)
{
    char *text = printed(conf, why);

    if (text == NULL)
        return false;
    fprintf(out, "# What paper fills by, as of the report of %s; "
                 "configuration %016" PRIx64 ".\n"
                 "# execution_assumptions.md says what it means.\n"
                 "executor:\n", day, conf_digest(conf, NULL));
    each_setting(text, put_line, out);
    free(text);
    return true;
}

bool
assumptions_words(FILE *out, const struct conf *conf, const struct board *b,
                  const struct scope *s, const char *day, struct pg *pg,
                  struct why *why)
{
    char *text = printed(conf, why);

    if (text == NULL)
        return false;
    fprintf(out, "# What paper assumes, %s\n\n"
                 "Configuration %016" PRIx64 ". Paper, replay and sweeps fill "
                 "by the same settings, and by nothing else.\n\n"
                 "| setting of `executor` | value | what it says |\n"
                 "|---|---|---|\n", day, conf_digest(conf, NULL));
    each_setting(text, put_row, out);
    free(text);
    fputs(fixed, out);
    return report_panels(out, b, s, pg, why);
}
