// Password hashing. scrypt is the one memory-hard function that OpenSSL 3.0 has.
#include "internal.h"
#include <openssl/err.h>
#include <openssl/evp.h>

bool ct_scrypt(ct_span password, ct_span salt, uint64_t n, uint32_t r, uint32_t p, uint8_t *out, size_t length) {
    // OpenSSL refuses to use more than it is told; the work area is 128 * r * (n + p) bytes and a little.
    uint64_t memory = 128 * (uint64_t)r * (n + p + 2) + (1 << 20);
    ERR_set_mark();
    bool good = EVP_PBE_scrypt(password.length == 0 ? "" : (const char *)password.bytes, password.length, salt.bytes,
                               salt.length, n, r, p, memory, out, length) == 1;
    ERR_pop_to_mark();
    return good;
}
