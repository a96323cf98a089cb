/* must - stop now when we are wrong */
#ifndef COMMON_MUST_H
#define COMMON_MUST_H

/* Always compiled in; prints file, line and expression, then aborts.  For
 * our own bugs only, never for what came from outside. */
#define must(cond) \
    ((cond) ? (void)0 : must_fail(__FILE__, __LINE__, #cond))
#define unreachable() must_fail(__FILE__, __LINE__, "unreachable")

_Noreturn void must_fail(const char *file, int line, const char *expr);

#endif /* COMMON_MUST_H */
