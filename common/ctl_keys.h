/* ctl_keys - who may speak to risk.ctl, and as what
 *
 * <var>/keys/ctl, 0700, holds text files of lines "word value":
 *
 *   server.key    public, secret: riskd's own; made by whoever comes first
 *   NAME.pub      role, public: one for each key that is let in; without the
 *                 file it is not, within a second
 *   NAME.key      role, public, secret, server: all that its holder needs,
 *                 wherever it is taken to; 0600
 *
 * Keys are Z85, 40 characters. */
#ifndef COMMON_CTL_KEYS_H
#define COMMON_CTL_KEYS_H

#include "common/bus.h"

enum { CTL_KEYS_CAP = 64, CTL_PATH_CAP = 512 };

struct ctl_pass {
    enum role role;
    struct bus_pass keys;
};

/* riskd's own key, made when there is none. */
MUST_CHECK bool ctl_server_load(const char *var, char secret[BUS_KEY_CAP],
                                char public[BUS_KEY_CAP], struct why *why);
/* A new key for NAME; the path of its file.  False when there is one. */
MUST_CHECK bool ctl_pass_make(const char *var, const char *name,
                              enum role role, char path[CTL_PATH_CAP],
                              struct why *why);
MUST_CHECK bool ctl_pass_load(const char *path, struct ctl_pass *out,
                              struct why *why);
/* Letters, digits, _ and -: a file's name and a user's. */
bool ctl_name_is_good(const char *name);

/* The list of who is let in, read again once a second when it is asked. */
struct ctl_list;
struct ctl_list *ctl_list_new(const char *var);
void ctl_list_destroy(struct ctl_list **l);
/* For bus_guard; arg is a struct ctl_list. */
bool ctl_list_who(void *arg, const char *key, char user[BUS_USER_CAP]);
/* What user may by now; ROLE_none when it is no longer let in. */
enum role ctl_list_role(struct ctl_list *l, const char *user);

#endif /* COMMON_CTL_KEYS_H */
