/* ctl_keys - who may speak to risk.ctl, and as what */

/* Files are written under another name and linked into place, so that nobody
 * reads half of one and nothing is overwritten. */

#include "common/ctl_keys.h"

#include "common/clock.h"
#include "common/must.h"
#include "common/run_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_CAP = 512, LOOK_NS = 1000000000, KEY_TEXT = BUS_KEY_CAP - 1 };

static bool
bad(struct why *why, const char *path, const char *what)
{
    return why_set(why, "%s: %s", path, what);
}

bool
ctl_name_is_good(const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' &&
            name[i] != '-')
            return false;
    return size > 0 && size < BUS_USER_CAP - 8 && strcmp(name, "server") != 0;
}

static bool
make_folders(const char *var, char folder[CTL_PATH_CAP], struct why *why)
{
    int n = snprintf(folder, CTL_PATH_CAP - 64, "%s/keys", var);

    if (n < 0 || n >= CTL_PATH_CAP - 80)
        return bad(why, var, "too long");
    if (!make_folder(var, why) || !make_folder(folder, why))
        return false;
    snprintf(folder + n, 8, "/ctl");
    return make_folder(folder, why);
}

/* Nobody but us may read a secret. */
static bool
read_file(const char *path, bool secret, char text[FILE_CAP], bool *absent,
          struct why *why)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    *absent = fd < 0 && errno == ENOENT;
    if (fd < 0)
        return bad(why, path, strerror(errno));
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    bool ours = ok && st.st_uid == geteuid() &&
                (st.st_mode & (secret ? 0077 : 0022)) == 0;
    ssize_t size = ours ? read(fd, text, FILE_CAP - 1) : -1;
    close(fd);
    if (!ok)
        return bad(why, path, "no plain file");
    if (!ours)
        return bad(why, path, secret ? "others may read it: chmod 600"
                                     : "others may write it: chmod 600");
    if (size < 0)
        return bad(why, path, "cannot be read");
    text[size] = '\0';
    return true;
}

/* The value behind "word " at the start of a line. */
static bool
find_value(const char *text, const char *word, char *out, size_t cap)
{
    size_t size = strlen(word);

    for (const char *at = text; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, word, size) != 0 || at[size] != ' ')
            continue;
        const char *value = at + size + 1;
        size_t n = strcspn(value, "\n");
        if (n >= cap)
            return false;
        memcpy(out, value, n);
        out[n] = '\0';
        return true;
    }
    return false;
}

static bool
find_key(const char *text, const char *word, char out[BUS_KEY_CAP])
{
    return find_value(text, word, out, BUS_KEY_CAP) &&
           strlen(out) == KEY_TEXT;
}

static bool
find_role(const char *text, enum role *out)
{
    char word[BUS_USER_CAP];
    uint32_t role;

    if (!find_value(text, "role", word, sizeof word) ||
        !enum_parse(&role_words, word, &role) || role == ROLE_none)
        return false;
    *out = (enum role)role;
    return true;
}

static bool
write_all(const char *path, const char *text, struct why *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return bad(why, path, strerror(errno));
    ssize_t size = (ssize_t)strlen(text);
    bool ok = write(fd, text, (size_t)size) == size && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok || bad(why, path, strerror(errno));
}

/* *there: something has that name already; not overwritten. */
static bool
put_file(const char *path, const char *text, bool *there, struct why *why)
{
    char tmp[CTL_PATH_CAP + 32];

    snprintf(tmp, sizeof tmp, "%s.%ld.tmp", path, (long)getpid());
    (void)unlink(tmp); /* Of a process that had our number and died. */
    bool ok = write_all(tmp, text, why);
    *there = ok && link(tmp, path) != 0;
    if (*there && errno != EEXIST)
        ok = bad(why, path, strerror(errno));
    (void)unlink(tmp);
    return ok;
}

static bool
read_server(const char *path, char secret[BUS_KEY_CAP],
            char public[BUS_KEY_CAP], bool *absent, struct why *why)
{
    char text[FILE_CAP];

    if (!read_file(path, true, text, absent, why))
        return false;
    bool ok = find_key(text, "secret", secret) &&
              find_key(text, "public", public);
    explicit_bzero(text, sizeof text);
    return ok || bad(why, path, "holds no key pair");
}

bool
ctl_server_load(const char *var, char secret[BUS_KEY_CAP],
                char public[BUS_KEY_CAP], struct why *why)
{
    char folder[CTL_PATH_CAP], path[CTL_PATH_CAP + 16], text[FILE_CAP];
    bool absent, there;

    if (!make_folders(var, folder, why))
        return false;
    snprintf(path, sizeof path, "%s/server.key", folder);
    if (read_server(path, secret, public, &absent, why))
        return true;
    if (!absent || !bus_make_key(public, secret, why))
        return false;
    snprintf(text, sizeof text, "public %s\nsecret %s\n", public, secret);
    bool ok = put_file(path, text, &there, why);
    explicit_bzero(text, sizeof text);
    return ok && read_server(path, secret, public, &absent, why);
}

bool
ctl_pass_make(const char *var, const char *name, enum role role,
              char path[CTL_PATH_CAP], struct why *why)
{
    char folder[CTL_PATH_CAP], pub[CTL_PATH_CAP + 32], text[FILE_CAP];
    char server[BUS_KEY_CAP], own[BUS_KEY_CAP];
    struct bus_pass k;
    bool there;

    must(ctl_name_is_good(name) && role != ROLE_none);
    if (!ctl_server_load(var, own, server, why) ||
        !make_folders(var, folder, why) ||
        !bus_make_key(k.public, k.secret, why))
        return false;
    explicit_bzero(own, sizeof own);
    snprintf(path, CTL_PATH_CAP, "%.400s/%s.key", folder, name);
    snprintf(pub, sizeof pub, "%.400s/%s.pub", folder, name);
    snprintf(text, sizeof text, "role %s\npublic %s\nsecret %s\nserver %s\n",
             enum_word(&role_words, role), k.public, k.secret, server);
    bool ok = put_file(path, text, &there, why);
    if (ok && there)
        ok = bad(why, path, "is there already; remove it and its .pub first");
    snprintf(text, sizeof text, "role %s\npublic %s\n",
             enum_word(&role_words, role), k.public);
    explicit_bzero(&k, sizeof k);
    ok = ok && put_file(pub, text, &there, why);
    return ok && (!there || bad(why, pub, "is there already"));
}

bool
ctl_pass_load(const char *path, struct ctl_pass *out, struct why *why)
{
    char text[FILE_CAP];
    bool absent;

    if (!read_file(path, true, text, &absent, why))
        return false;
    bool ok = find_role(text, &out->role) &&
              find_key(text, "public", out->keys.public) &&
              find_key(text, "secret", out->keys.secret) &&
              find_key(text, "server", out->keys.server);
    explicit_bzero(text, sizeof text);
    return ok || bad(why, path, "is no key of a role");
}

struct let_in {
    char user[BUS_USER_CAP], public[BUS_KEY_CAP];
    enum role role;
};

struct ctl_list {
    char folder[CTL_PATH_CAP];
    struct nanos looked;
    unsigned count;
    struct let_in at[CTL_KEYS_CAP];
};

struct ctl_list *
ctl_list_new(const char *var)
{
    struct ctl_list *l = calloc(1, sizeof *l);

    must(l);
    snprintf(l->folder, sizeof l->folder, "%.480s/keys/ctl", var);
    return l;
}

void
ctl_list_destroy(struct ctl_list **l)
{
    free(*l);
    *l = NULL;
}

static void
add(struct ctl_list *l, const char *file)
{
    char path[CTL_PATH_CAP + 300], text[FILE_CAP];
    struct let_in *in = &l->at[l->count];
    size_t size = strlen(file);
    bool absent;

    memset(in, 0, sizeof *in);
    if (size < 5 || size - 4 >= sizeof in->user ||
        strcmp(file + size - 4, ".pub") != 0)
        return;
    memcpy(in->user, file, size - 4);
    snprintf(path, sizeof path, "%s/%s", l->folder, file);
    if (ctl_name_is_good(in->user) &&
        read_file(path, false, text, &absent, NULL) &&
        find_role(text, &in->role) && find_key(text, "public", in->public))
        l->count++;
}

/* At most once a second.  Of a file that was edited in its place the folder's
 * time says nothing, nor of what changed right after it was read. */
static void
refresh(struct ctl_list *l)
{
    struct nanos now = clock_mono();

    if (l->looked.ns != 0 && now.ns - l->looked.ns < LOOK_NS)
        return;
    l->looked = now;
    l->count = 0;
    DIR *dir = opendir(l->folder);
    const struct dirent *e;
    while (dir && l->count < CTL_KEYS_CAP && (e = readdir(dir)))
        add(l, e->d_name);
    if (dir)
        closedir(dir);
}

bool
ctl_list_who(void *arg, const char *key, char user[BUS_USER_CAP])
{
    struct ctl_list *l = arg;

    refresh(l);
    for (unsigned i = 0; i < l->count; i++) {
        if (strcmp(l->at[i].public, key) == 0) {
            memcpy(user, l->at[i].user, BUS_USER_CAP);
            return true;
        }
    }
    return false;
}

enum role
ctl_list_role(struct ctl_list *l, const char *user)
{
    refresh(l);
    for (unsigned i = 0; user && i < l->count; i++)
        if (strcmp(l->at[i].user, user) == 0)
            return l->at[i].role;
    return ROLE_none;
}
