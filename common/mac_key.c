/* mac_key - the key riskd and the signer share, and what it proves */

/* A new key is written under a name of its own and then linked to its place:
 * link refuses when something is there, so two that start at once end with
 * one key, and nobody ever reads half of one. */

#include "common/mac_key.h"

#include "common/digest.h"
#include "common/must.h"
#include "common/run_file.h"
#include "common/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_PATH_CAP = 512, BLOCK = 64 };

static bool
bad(struct why *why, const char *path, const char *what)
{
    return why_set(why, "%s: %s", path, what);
}

static bool
check(int fd, const char *path, struct why *why)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return bad(why, path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return bad(why, path, "no plain file");
    if (st.st_uid != geteuid())
        return bad(why, path, "belongs to another user");
    if ((st.st_mode & 07777) != 0600)
        return bad(why, path, "its mode is not 0600");
    if (st.st_size != MAC_KEY_SIZE)
        return bad(why, path, "does not hold 32 bytes");
    return true;
}

/* *absent: there is no file at all. */
static bool
read_key(const char *path, struct mac_key *key, bool *absent, struct why *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    *absent = fd < 0 && errno == ENOENT;
    if (fd < 0)
        return bad(why, path, strerror(errno));
    bool ok = check(fd, path, why);
    if (ok && read(fd, key->b, sizeof key->b) != MAC_KEY_SIZE)
        ok = bad(why, path, "cannot be read");
    close(fd);
    return ok;
}

static bool
write_key(const char *path, const struct mac_key *key, struct why *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return bad(why, path, strerror(errno));
    bool ok = fchmod(fd, 0600) == 0 &&
              write(fd, key->b, sizeof key->b) == MAC_KEY_SIZE &&
              fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok || bad(why, path, strerror(errno));
}

static bool
sync_folder(const char *path, struct why *why)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)bad(why, path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* True also when somebody else was first. */
static bool
make_key(const char *folder, const char *path, struct why *why)
{
    char tmp[KEY_PATH_CAP];
    struct mac_key key;

    int n = snprintf(tmp, sizeof tmp, "%s.%ld.tmp", path, (long)getpid());
    if (n < 0 || n >= (int)sizeof tmp)
        return bad(why, path, "too long");
    (void)unlink(tmp); /* Of a process that had our number and died. */
    secret_random(key.b, sizeof key.b);
    bool ok = write_key(tmp, &key, why);
    mac_key_wipe(&key);
    if (ok && link(tmp, path) != 0 && errno != EEXIST)
        ok = bad(why, path, strerror(errno));
    (void)unlink(tmp);
    return ok && sync_folder(folder, why);
}

bool
mac_key_load(const char *var, struct mac_key *key, struct why *why)
{
    char folder[KEY_PATH_CAP - 64], path[KEY_PATH_CAP - 32];
    bool absent;

    int n = snprintf(folder, sizeof folder, "%s/keys", var);
    if (n < 0 || n >= (int)sizeof folder)
        return bad(why, var, "too long");
    snprintf(path, sizeof path, "%s/grant.mac", folder);
    if (read_key(path, key, &absent, why))
        return true;
    return absent && make_folder(folder, why) &&
           make_key(folder, path, why) && read_key(path, key, &absent, why);
}

void
mac_key_wipe(struct mac_key *key)
{
    explicit_bzero(key, sizeof *key);
}

static void
put_pad(uint8_t block[BLOCK], const struct mac_key *key, uint8_t pad)
{
    for (int i = 0; i < BLOCK; i++)
        block[i] = (uint8_t)(pad ^ (i < MAC_KEY_SIZE ? key->b[i] : 0));
}

void
grant_mac(const struct mac_key *key, const struct grant *grant,
          struct hash *out)
{
    uint8_t text[BLOCK + PACKED_CAP], outer[BLOCK + sizeof out->b];
    struct grant bare = *grant;

    memset(&bare.mac, 0, sizeof bare.mac);
    size_t size = grant_pack(&bare, text + BLOCK, PACKED_CAP);
    must(size > 0);
    put_pad(text, key, 0x36);
    sha256(text, BLOCK + size, outer + BLOCK);
    put_pad(outer, key, 0x5c);
    sha256(outer, sizeof outer, out->b);
    explicit_bzero(text, BLOCK);
    explicit_bzero(outer, sizeof outer);
}

bool
grant_mac_fits(const struct mac_key *key, const struct grant *grant)
{
    struct hash right;
    uint8_t differs = 0;

    grant_mac(key, grant, &right);
    for (size_t i = 0; i < sizeof right.b; i++)
        differs |= (uint8_t)(right.b[i] ^ grant->mac.b[i]);
    return differs == 0;
}
