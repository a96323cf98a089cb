/* log - one line an event, to stderr, with UTC time, process and level */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* name must outlive the log.  Until it is opened, lines carry no name. */
void log_open(const char *name, enum log_level least);
void log_say(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_say(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_say(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_say(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_say(LOG_ERROR, __VA_ARGS__)

/* For repeated complaints: true at most once a second per place; *dropped
 * says how many were kept back since.  now from the caller's clock. */
struct log_limit { long long last_ns; unsigned dropped; };
_Bool log_may(struct log_limit *limit, long long now_ns, unsigned *dropped);

#endif /* COMMON_LOG_H */
