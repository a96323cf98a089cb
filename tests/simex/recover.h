/* recover - who signed a digest (OpenSSL's curve arithmetic, its one door) */
#ifndef SIMEX_RECOVER_H
#define SIMEX_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

struct address { uint8_t b[20]; };

/* Of r || s || v over a digest, v = 27 or 28.  False when it is none: r or s
 * out of range, s in the upper half (chains refuse it), no such point. */
bool recover_signer(const uint8_t digest[32], const uint8_t signature[65],
                    struct address *signer);

#endif /* SIMEX_RECOVER_H */
