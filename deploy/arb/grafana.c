/* grafana - the dashboards as Grafana reads them from a folder
 *
 * One panel becomes one panel of Grafana's JSON model (schemaVersion 39, as
 * of Grafana 10 and 11), its query as it stands: the macros and variables are
 * Grafana's own. */
#include "deploy/arb/grafana.h"

#include "deploy/arb/markup.h"
#include "deploy/arb/sheet.h"

#include <inttypes.h>
#include <string.h>

#define SOURCE                                                               \
    "{\"type\": \"grafana-postgresql-datasource\", \"uid\": \"dutchbook\"}"

static const char *
type_of(enum panel_kind kind)
{
    switch (kind) {
    case PANEL_stat: return "stat";
    case PANEL_line:
    case PANEL_step:
    case PANEL_bars: return "timeseries";
    case PANEL_categories: return "barchart";
    case PANEL_heat: return "heatmap";
    case PANEL_table:
    case PANEL_csv:
    case PANEL_jsonl:
    case PANEL_KINDS: break;
    }
    return "table";
}

static const char *
unit_name(enum unit unit)
{
    switch (unit) {
    case UNIT_usd: return "currencyUSD";
    case UNIT_percent: return "percentunit";
    case UNIT_ms: return "ms";
    case UNIT_us: return "\xc2\xb5s";
    case UNIT_count: return "short";
    case UNIT_bps: return "suffix: bps";
    case UNIT_none:
    case UNITS: break;
    }
    return "none";
}

static bool
is_series(enum panel_kind kind)
{
    return strcmp(type_of(kind), "timeseries") == 0 || kind == PANEL_heat;
}

/* How the lines of a chart are drawn. */
static void
put_custom(FILE *out, enum panel_kind kind)
{
    bool bars = kind == PANEL_bars;

    if (strcmp(type_of(kind), "timeseries") != 0)
        return;
    fprintf(out, ", \"custom\": {\"drawStyle\": \"%s\", \"fillOpacity\": %d, "
            "\"lineWidth\": %d, \"lineInterpolation\": \"%s\", "
            "\"showPoints\": \"never\", \"spanNulls\": true, \"stacking\": "
            "{\"group\": \"A\", \"mode\": \"%s\"}}",
            bars ? "bars" : "line", bars ? 90 : 0, bars ? 0 : 2,
            kind == PANEL_step ? "stepAfter" : "linear",
            bars ? "normal" : "none");
}

/* The units that a table's columns have by their names. */
static void
put_overrides(FILE *out, enum panel_kind kind)
{
    static const struct { const char *end, *unit; } ends[] = {
        { "_usd", "currencyUSD" }, { "_ms", "ms" },
        { "_us", "\xc2\xb5s" },    { "_bps", "suffix: bps" },
        { "_(rate|ratio)", "percentunit" },
    };

    fprintf(out, "\"overrides\": [");
    for (size_t i = 0; kind == PANEL_table &&
                       i < sizeof ends / sizeof ends[0]; i++)
        fprintf(out, "%s{\"matcher\": {\"id\": \"byRegexp\", \"options\": "
                "\"/%s$/\"}, \"properties\": [{\"id\": \"unit\", \"value\": "
                "\"%s\"}]}", i == 0 ? "" : ", ", ends[i].end, ends[i].unit);
    fprintf(out, "]");
}

#define LEGEND \
    "\"displayMode\": \"list\", \"placement\": \"bottom\", \"calcs\": [], "

static void
put_options(FILE *out, enum panel_kind kind)
{
    if (kind == PANEL_stat)
        fprintf(out, "\"reduceOptions\": {\"calcs\": [\"lastNotNull\"]}, "
                "\"colorMode\": \"value\", \"graphMode\": \"none\"");
    else if (kind == PANEL_heat)
        fprintf(out, "\"calculate\": false, \"color\": {\"mode\": "
                "\"scheme\", \"scheme\": \"Blues\", \"scale\": "
                "\"exponential\", \"exponent\": 0.4, \"fill\": "
                "\"dark-blue\", \"steps\": 64, \"reverse\": false}, "
                "\"yAxis\": {\"unit\": "
                "\"\xc2\xb5s\"}");
    else if (kind == PANEL_categories)
        fprintf(out, "\"orientation\": \"horizontal\", \"showValue\": "
                "\"always\", \"xField\": \"name\", \"legend\": {" LEGEND
                "\"showLegend\": false}");
    else if (kind == PANEL_table)
        fprintf(out, "\"showHeader\": true, \"cellHeight\": \"sm\"");
    else
        fprintf(out, "\"legend\": {" LEGEND "\"showLegend\": true}, "
                "\"tooltip\": {\"mode\": \"multi\", \"sort\": \"none\"}");
}

#define LINK_ENDS \
    "\"tooltip\": \"\", \"asDropdown\": false, \"keepTime\": true, " \
    "\"includeVars\": true, \"targetBlank\": false}"

static void
put_link(FILE *out, const char *link)
{
    if (link[0] != '\0')
        fprintf(out, "   \"links\": [{\"type\": \"link\", \"title\": \"%s\", "
                "\"url\": \"/d/dutchbook-%s?${__url_time_range}"
                "&${__all_variables}\",\n     \"icon\": \"dashboard\", "
                "\"tags\": [], " LINK_ENDS "],\n", link, link);
}

static void
put_panel(FILE *out, const struct panel *p, uint32_t x, uint32_t y)
{
    fprintf(out, "  {\"id\": %" PRIu32 ", \"type\": \"%s\", \"title\": ",
            p->id, type_of(p->kind));
    put_json(out, p->title);
    fprintf(out, ",\n   \"description\": ");
    put_json(out, p->note);
    fprintf(out, ",\n   \"gridPos\": {\"x\": %" PRIu32 ", \"y\": %" PRIu32
            ", \"w\": %" PRIu32 ", \"h\": %" PRIu32 "},\n", x, y, p->w, p->h);
    put_link(out, p->link);
    fprintf(out, "   \"datasource\": " SOURCE ",\n   \"fieldConfig\": "
            "{\"defaults\": {\"unit\": \"%s\", \"noValue\": ",
            unit_name(p->unit));
    put_json(out, p->kind == PANEL_stat ? "\xe2\x80\x93" : p->empty);
    put_custom(out, p->kind);
    fprintf(out, "}, ");
    put_overrides(out, p->kind);
    fprintf(out, "},\n   \"options\": {");
    put_options(out, p->kind);
    fprintf(out, "},\n   \"targets\": [{\"refId\": \"A\", \"datasource\": "
            SOURCE ", \"editorMode\": \"code\", \"rawQuery\": true, "
            "\"format\": \"%s\", \"rawSql\": ",
            is_series(p->kind) ? "time_series" : "table");
    put_json(out, p->sql);
    fprintf(out, "}]}");
}

/* From left to right, as long as there is room; then a new row, below the
 * tallest of the last. */
static void
put_panels(FILE *out, const struct board *b)
{
    uint32_t x = 0, y = 0, tallest = 0;

    for (uint32_t i = 0; i < b->count; i++) {
        if (x + b->at[i].w > GRID) {
            x = 0;
            y += tallest;
            tallest = 0;
        }
        put_panel(out, &b->at[i], x, y);
        fprintf(out, "%s\n", i + 1 < b->count ? "," : "");
        x += b->at[i].w;
        tallest = b->at[i].h > tallest ? b->at[i].h : tallest;
    }
}

/* A list of words to choose from. */
static void
put_variable(FILE *out, const char *name, const char *label,
             const char *words, bool many)
{
    fprintf(out, "  {\"type\": \"custom\", \"name\": \"%s\", \"label\": "
            "\"%s\", \"query\": \"%s\", \"multi\": %s, \"includeAll\": %s,\n"
            "   \"current\": {\"selected\": true, \"text\": %s, \"value\": %s"
            "}}", name, label, words, many ? "true" : "false",
            many ? "true" : "false", many ? "[\"All\"]" : "\"UTC\"",
            many ? "[\"$__all\"]" : "\"UTC\"");
}

static void
put_board(FILE *out, const struct board *b)
{
    fprintf(out, "{\"uid\": \"dutchbook-%s\", \"title\": \"Dutchbook: ",
            b->name);
    fprintf(out, "%s\", \"description\": ", b->title);
    put_json(out, b->about);
    fprintf(out, ",\n \"tags\": [\"dutchbook\"], \"schemaVersion\": 39, "
            "\"version\": 1, \"editable\": false,\n \"refresh\": \"30s\", "
            "\"timezone\": \"utc\", \"graphTooltip\": 1,\n \"time\": "
            "{\"from\": \"now-24h\", \"to\": \"now\"},\n \"links\": "
            "[{\"type\": \"dashboards\", \"title\": \"Dutchbook\", \"tags\": "
            "[\"dutchbook\"],\n   \"icon\": \"dashboard\", \"url\": \"\", "
            LINK_ENDS "],\n \"templating\": {\"list\": [\n");
    put_variable(out, "mode", "Mode", "shadow,paper,live", true);
    fprintf(out, ",\n");
    put_variable(out, "stage", "Stage", "-,0,1,2,3", true);
    fprintf(out, ",\n");
    put_variable(out, "strategy", "Strategy", "A,B,C,D,E,F,G,H", true);
    fprintf(out, ",\n");
    put_variable(out, "tz", "Time zone",
                 "UTC,Europe/Zurich,Europe/London,America/New_York,"
                 "America/Los_Angeles,Asia/Singapore,Asia/Tokyo", false);
    fprintf(out, "\n ]},\n \"panels\": [\n");
    put_panels(out, b);
    fprintf(out, " ]}\n");
}

/* Fires when the query's number is above 0 for as long as its height says, in
 * minutes. */
static void
put_rule(FILE *out, const struct panel *p)
{
    fprintf(out, "   {\"uid\": \"dutchbook-%" PRIu32 "\", \"title\": ",
            p->id);
    put_json(out, p->title);
    fprintf(out, ", \"condition\": \"B\", \"for\": \"%" PRIu32 "m\",\n"
            "    \"noDataState\": \"OK\", \"execErrState\": \"Alerting\", "
            "\"labels\": {\"app\": \"dutchbook\"},\n    \"annotations\": "
            "{\"summary\": ", p->h);
    put_json(out, p->note);
    fprintf(out, "},\n    \"data\": [{\"refId\": \"A\", \"datasourceUid\": "
            "\"dutchbook\", \"relativeTimeRange\": {\"from\": 600, \"to\": 0}"
            ",\n      \"model\": {\"refId\": \"A\", \"format\": \"table\", "
            "\"rawQuery\": true, \"rawSql\": ");
    put_json(out, p->sql);
    fprintf(out, "}},\n     {\"refId\": \"B\", \"datasourceUid\": "
            "\"__expr__\", \"model\": {\"refId\": \"B\", \"type\": "
            "\"threshold\", \"expression\": \"A\", \"conditions\": "
            "[{\"evaluator\": {\"type\": \"gt\", \"params\": [0]}}]}}]}");
}

static void
put_rules(FILE *out, const struct board *b)
{
    fprintf(out, "{\"apiVersion\": 1, \"groups\": [\n {\"orgId\": 1, "
            "\"name\": \"dutchbook\", \"folder\": \"Dutchbook\", "
            "\"interval\": \"1m\", \"rules\": [\n");
    for (uint32_t i = 0; i < b->count; i++) {
        put_rule(out, &b->at[i]);
        fprintf(out, "%s\n", i + 1 < b->count ? "," : "");
    }
    fprintf(out, " ]}]}\n");
}

static bool
write_file(const struct board *b, const char *path,
           void (*put)(FILE *, const struct board *), struct why *why)
{
    FILE *out = sheet_open(path, why);

    if (out == NULL)
        return false;
    put(out, b);
    return sheet_close(out, path, why);
}

bool
grafana_write(const struct boards *boards, const char *folder, const char *to,
              struct why *why)
{
    char path[1024];
    static struct board rules;

    for (uint32_t i = 0; i < boards->count; i++) {
        snprintf(path, sizeof path, "%s/dashboards/%s.json", to,
                 boards->at[i].name);
        if (!write_file(&boards->at[i], path, put_board, why))
            return false;
    }
    snprintf(path, sizeof path, "%s/alerts/rules.sql", folder);
    if (!board_read(path, &rules, why))
        return false;
    snprintf(path, sizeof path, "%s/provisioning/alerting/rules.json", to);
    return write_file(&rules, path, put_rules, why);
}
