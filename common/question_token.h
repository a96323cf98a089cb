/* question_token - words, numbers and dates of a title, without meaning yet */
#ifndef COMMON_QUESTION_TOKEN_H
#define COMMON_QUESTION_TOKEN_H

#include "common/question.h"

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_DATE };

struct token {
    enum token_kind kind;
    char word[32];
    int64_t micros;    /* NUMBER */
    enum unit unit;
    bool whole;        /* Digits alone: could be a year or a day. */
    bool more;         /* A '+' behind it. */
    char sign;         /* Before it, "(-1.5)", "<40": '-', '+', '<', '>', 0. */
    bool joined;       /* To the one before, by '-': the end of a range. */
    int32_t day;       /* DATE */
    bool year;
};

enum { TOKENS_CAP = 96 };

/* How many; 0 when there are more than fit. */
uint32_t tokens_read(const char *title, struct token out[TOKENS_CAP]);

#endif /* COMMON_QUESTION_TOKEN_H */
