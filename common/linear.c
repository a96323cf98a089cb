/* linear - the best point of a small linear program (GLPK's door) */

/* The simplex method with a fixed rule of pivoting and a bound on its steps,
 * not on its time: on one machine it goes the same way each time. */

#include "common/linear.h"

#include "common/must.h"

#include <glpk.h>

#include <string.h>

enum { STEPS_MOST = 20000 };

static double
whole(int64_t micros)
{
    return (double)micros / MICROS;
}

/* Towards nothing bought, and within the bounds whatever the solver says. */
static int64_t
micros_of(double x, int64_t most)
{
    double micros = x * MICROS;

    if (!(micros > 0))
        return 0;
    return micros >= (double)most ? most : (int64_t)micros;
}

static void
put_columns(glp_prob *p, const struct linear *l)
{
    glp_add_cols(p, (int)l->columns);
    for (uint32_t j = 0; j < l->columns; j++) {
        const struct linear_column *c = &l->column[j];

        must(c->most >= 0);
        glp_set_col_bnds(p, (int)j + 1, c->most > 0 ? GLP_DB : GLP_FX, 0,
                         whole(c->most));
        glp_set_obj_coef(p, (int)j + 1, whole(c->gain));
    }
}

static void
put_rows(glp_prob *p, const struct linear *l)
{
    static const int base = 1; /* GLPK counts from 1. */
    int row[LINEAR_ENTRIES + 1], column[LINEAR_ENTRIES + 1];
    double value[LINEAR_ENTRIES + 1];

    glp_add_rows(p, (int)l->rows);
    for (uint32_t i = 0; i < l->rows; i++)
        glp_set_row_bnds(p, (int)i + base, GLP_UP, 0, 0);
    for (uint32_t k = 0; k < l->entries; k++) {
        must(l->entry[k].row < l->rows && l->entry[k].column < l->columns);
        row[k + 1] = l->entry[k].row + base;
        column[k + 1] = l->entry[k].column + base;
        value[k + 1] = l->entry[k].value;
    }
    glp_load_matrix(p, (int)l->entries, row, column, value);
}

bool
linear_solve(struct linear *l)
{
    glp_prob *p = glp_create_prob();
    glp_smcp how;
    bool ok;

    must(l->columns > 0 && l->columns <= LINEAR_COLUMNS && l->rows > 0 &&
         l->rows <= LINEAR_ROWS && l->entries <= LINEAR_ENTRIES);
    memset(l->x, 0, sizeof l->x);
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.it_lim = STEPS_MOST;
    glp_set_obj_dir(p, GLP_MAX);
    put_columns(p, l);
    put_rows(p, l);
    ok = glp_simplex(p, &how) == 0 && glp_get_status(p) == GLP_OPT;
    for (uint32_t j = 0; ok && j < l->columns; j++)
        l->x[j] = micros_of(glp_get_col_prim(p, (int)j + 1),
                            l->column[j].most);
    glp_delete_prob(p);
    glp_free_env();
    return ok;
}
