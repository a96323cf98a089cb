/* score - how many relations the titles show, and how many of those are true */

/* Precision is the part of what was found that is true, recall the part of
 * what is true that was found.  What is implied from one end is the same as
 * what implies from the other: the order of a pair is no mistake of its own,
 * but naming the wrong end is. */

#include "deploy/arb/relate/candidates.h"

#include "deploy/arb/cmd.h"
#include "deploy/arb/fields.h"
#include "deploy/arb/relate/relation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sums {
    uint32_t pairs, true_ones, found, right;
};

/* "implication": one implies the other, whoever said so knew not which. */
static bool
read_truth(const char *word, enum relation *out, bool *either)
{
    *either = strcmp(word, "implication") == 0;
    if (*either)
        word = relation_word(RELATION_implies);
    for (uint32_t r = 0; r < relation_end_; r++)
        if (strcmp(relation_word((enum relation)r), word) == 0) {
            *out = (enum relation)r;
            return true;
        }
    return false;
}

static bool
read_pair(const char *line, size_t size, enum relation *truth,
          enum relation *said, struct why *why)
{
    static const char *const names[] = { "a", "b", "truth", NULL };
    struct json *j = json_parse(line, size, why);
    const char *a, *b, *word, *because;
    struct question_text x, y;
    bool ok = j != NULL, either = false;

    if (ok) {
        struct fields f = fields_of(json_root(j), names, why);

        ok = field_text(&f, "a", &a) && field_text(&f, "b", &b) &&
             field_text(&f, "truth", &word) &&
             (read_truth(word, truth, &either) ||
              why_set(why, "truth: expected none, equivalent, implies, "
                           "implied, implication or exclusive, not '%.40s'",
                      word));
    }
    if (ok)
        *said = question_read(a, &x) && question_read(b, &y)
                    ? relation_of(&x, &y, &because)
                    : RELATION_none;
    if (ok && either && *said == RELATION_implied)
        *truth = *said;
    if (j != NULL)
        json_destroy(&j);
    return ok;
}

static void
count(struct sums *s, bool is_true, bool is_found, bool is_right)
{
    s->pairs++;
    s->true_ones += is_true;
    s->found += is_found;
    s->right += is_right;
}

static enum relation
one_end(enum relation r)
{
    return r == RELATION_implied ? RELATION_implies : r;
}

static void
print_sums(const char *name, const struct sums *s)
{
    printf("{\"relation\":\"%s\",\"pairs\":%u,\"true\":%u,\"found\":%u,"
           "\"right\":%u", name, s->pairs, s->true_ones, s->found, s->right);
    if (s->found > 0)
        printf(",\"precision\":%.3f", (double)s->right / s->found);
    if (s->true_ones > 0)
        printf(",\"recall\":%.3f", (double)s->right / s->true_ones);
    printf("}\n");
}

int
relations_score(void)
{
    struct sums of[relation_end_] = { { 0 } }, all = { 0 };
    char *line = malloc(LINE_CAP);
    uint32_t n = 0;
    struct why why;

    while (line != NULL && fgets(line, LINE_CAP, stdin) != NULL) {
        enum relation truth, said;

        n++;
        if (!read_pair(line, strcspn(line, "\r\n"), &truth, &said, &why)) {
            fprintf(stderr, "arb relations: line %u: %s\n", n, why.s);
            free(line);
            return EXIT_WORLD;
        }
        for (uint32_t r = RELATION_none + 1; r < relation_end_; r++)
            count(&of[r], one_end(truth) == r, one_end(said) == r,
                  truth == said && one_end(truth) == r);
        count(&all, truth != RELATION_none, said != RELATION_none,
              truth == said && truth != RELATION_none);
    }
    free(line);
    for (uint32_t r = RELATION_none + 1; r < relation_end_; r++)
        if (r != RELATION_implied)
            print_sums(relation_word((enum relation)r), &of[r]);
    print_sums("all", &all);
    return ferror(stdin) != 0 ? EXIT_WORLD : EXIT_OK;
}
