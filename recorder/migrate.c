/* migrate - brings the database's schema up to the numbered files
 *
 * schema_migration remembers each file with its SHA-256, so that a file
 * edited after it was applied is noticed instead of silently ignored. */
#include "recorder/migrate.h"

#include "common/digest.h"
#include "common/log.h"
#include "common/must.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_CAP = 1 << 20 };

static const char migration_table[] =
    "CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, "
    "digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

static int
is_migration(const struct dirent *e)
{
    size_t size = strlen(e->d_name);
    return size > 8 && isdigit((unsigned char)e->d_name[0]) &&
           strcmp(e->d_name + size - 4, ".sql") == 0;
}

static char *
read_whole(const char *path, struct why *why)
{
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        why_set(why, "%s: %s", path, strerror(errno));
        return NULL;
    }
    char *text = malloc(FILE_CAP);
    must(text != NULL);
    size_t size = fread(text, 1, FILE_CAP, f);
    fclose(f);
    if (size < FILE_CAP) {
        text[size] = '\0';
        return text;
    }
    free(text);
    why_set(why, "%s: larger than 1 MiB", path);
    return NULL;
}

static void
digest_text(const char *text, char out[65])
{
    uint8_t sum[32];
    sha256(text, strlen(text), sum);
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* 1 applied before, 0 not yet, -1 changed since or no answer. */
static int
is_applied(struct pg *pg, const char *name, const char *digest,
           struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT digest FROM schema_migration WHERE name = $1", &name, 1,
        why);
    if (rows == NULL)
        return -1;
    int applied = pg_count(rows) == 0 ? 0 : 1;
    if (applied == 1 && strcmp(pg_cell(rows, 0, 0), digest) != 0) {
        why_set(why, "%s was changed after it was applied", name);
        applied = -1;
    }
    pg_free(&rows);
    return applied;
}

static bool
apply(struct pg *pg, const char *name, const char *text, const char *digest,
      struct why *why)
{
    const char *params[] = { name, digest };
    /* One that writes filled tables anew may be at it for hours, in which the
     * server says nothing; its statement_timeout is the file's to set. */
    pg_silence(pg, (struct ms){ PG_PATIENCE_MS });
    bool ok = pg_exec(pg, "BEGIN", why) && pg_exec(pg, text, why);
    pg_silence(pg, (struct ms){ PG_SILENCE_MS });
    if (!ok)
        return why_in(why, "%s", name);
    struct pg_rows *rows = pg_query(
        pg, "INSERT INTO schema_migration VALUES ($1, $2)", params, 2, why);
    if (rows == NULL)
        return false;
    pg_free(&rows);
    log_info("applied %s", name);
    return pg_exec(pg, "COMMIT", why);
}

static bool
migrate_file(struct pg *pg, const char *folder, const char *name,
             struct why *why)
{
    char path[512], digest[65];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = read_whole(path, why);
    if (text == NULL)
        return false;
    digest_text(text, digest);
    int applied = is_applied(pg, name, digest, why);
    bool ok = applied == 1 ||
              (applied == 0 && apply(pg, name, text, digest, why));
    free(text);
    return ok;
}

bool
migrate(struct pg *pg, const char *folder, struct why *why)
{
    if (!pg_exec(pg, migration_table, why))
        return false;
    struct dirent **files;
    int count = scandir(folder, &files, is_migration, alphasort);
    if (count < 0)
        return why_set(why, "%s: %s", folder, strerror(errno));
    bool ok = count > 0 || why_set(why, "%s: no migrations", folder);
    for (int i = 0; i < count; i++) {
        ok = ok && migrate_file(pg, folder, files[i]->d_name, why);
        free(files[i]);
    }
    free(files);
    return ok;
}
