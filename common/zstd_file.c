/* zstd_file - whole files compressed and unpacked (zstd's door) */

#include "common/zstd_file.h"

#include "common/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

enum { LEVEL = 3 };

static bool
write_all(int fd, const void *data, size_t size, struct why *why)
{
    const char *b = data;

    while (size > 0) {
        ssize_t n = write(fd, b, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return why_set(why, "write: %s", strerror(errno));
        b += n;
        size -= (size_t)n;
    }
    return true;
}

/* One piece in, as much out as there is; the last one ends the frame. */
static bool
pack_piece(ZSTD_CCtx *z, ZSTD_inBuffer *in, bool last, void *out, size_t cap,
           int to, struct why *why)
{
    size_t left;

    do {
        ZSTD_outBuffer o = { out, cap, 0 };
        left = ZSTD_compressStream2(z, &o, in,
                                    last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            return why_set(why, "zstd: %s", ZSTD_getErrorName(left));
        if (!write_all(to, out, o.pos, why))
            return false;
    } while (last ? left > 0 : in->pos < in->size);
    return true;
}

bool
zstd_pack(int from, int to, struct why *why)
{
    size_t in_cap = ZSTD_CStreamInSize(), out_cap = ZSTD_CStreamOutSize();
    char *in = malloc(in_cap), *out = malloc(out_cap);
    ZSTD_CCtx *z = ZSTD_createCCtx();
    bool ok = true;
    ssize_t n;

    must(in && out && z);
    must(!ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel,
                                              LEVEL)));
    must(!ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)));
    do {
        n = read(from, in, in_cap);
        if (n < 0)
            ok = why_set(why, "read: %s", strerror(errno));
        ZSTD_inBuffer piece = { in, n > 0 ? (size_t)n : 0, 0 };
        ok = ok && pack_piece(z, &piece, n == 0, out, out_cap, to, why);
    } while (ok && n > 0);
    ZSTD_freeCCtx(z);
    free(in);
    free(out);
    return ok;
}

int
zstd_unpack(int from, struct why *why)
{
    size_t in_cap = ZSTD_DStreamInSize(), out_cap = ZSTD_DStreamOutSize();
    char *in = malloc(in_cap), *out = malloc(out_cap);
    ZSTD_DCtx *z = ZSTD_createDCtx();
    int to = memfd_create("unpacked", MFD_CLOEXEC);
    bool ok = to >= 0;
    ssize_t n;

    must(in && out && z);
    if (to < 0)
        why_set(why, "no memory to unpack in: %s", strerror(errno));
    while (ok && (n = read(from, in, in_cap)) > 0) {
        ZSTD_inBuffer piece = { in, (size_t)n, 0 };
        while (ok && piece.pos < piece.size) {
            ZSTD_outBuffer o = { out, out_cap, 0 };
            ok = !ZSTD_isError(ZSTD_decompressStream(z, &o, &piece));
            if (o.pos > 0 && !write_all(to, out, o.pos, why)) {
                close(to); /* No room is no damage. */
                to = -1;
                ok = false;
            }
        }
    }
    ZSTD_freeDCtx(z);
    free(in);
    free(out);
    return to;
}
