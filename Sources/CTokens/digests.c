// Digests, key derivation, randomness.
#include "internal.h"
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <limits.h>
#include <pthread.h>

static ct_algorithms algorithms;
static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;
static uint32_t fork_generation;

static void forked(void) { __atomic_add_fetch(&fork_generation, 1, __ATOMIC_RELAXED); }
uint32_t ct_fork_generation(void) { return __atomic_load_n(&fork_generation, __ATOMIC_RELAXED); }

static void fetch(void) {
    ERR_set_mark();
    algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    algorithms.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    algorithms.aes256_cbc = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
    algorithms.aes256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    ERR_pop_to_mark();
    pthread_atfork(NULL, NULL, forked);
}

const ct_algorithms *ct_fetched(void) {
    pthread_once(&fetch_once, fetch);
    return &algorithms;
}

static bool digest(const EVP_MD *md, const void *bytes, size_t length, uint8_t *out) {
    if (md == NULL) return false;
    ERR_set_mark();
    bool good = EVP_Digest(bytes, length, out, NULL, md, NULL) == 1;
    ERR_pop_to_mark();
    return good;
}

bool ct_sha256(const void *bytes, size_t length, uint8_t out[32]) {
    return digest(ct_fetched()->sha256, bytes, length, out);
}

bool ct_sha512(const void *bytes, size_t length, uint8_t out[64]) {
    return digest(ct_fetched()->sha512, bytes, length, out);
}

bool ct_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length, uint8_t out[32]) {
    const EVP_MD *md = ct_fetched()->sha256;
    if (md == NULL || key_length > INT_MAX) return false;
    ERR_set_mark();
    // A NULL key would mean "the key of before": an empty key needs an address.
    bool good = HMAC(md, key_length == 0 ? "" : key, (int)key_length, bytes, length, out, NULL) != NULL;
    ERR_pop_to_mark();
    return good;
}

bool ct_hkdf_sha256(const void *secret, size_t secret_length, const void *salt, size_t salt_length,
                    const void *info, size_t info_length, uint8_t *out, size_t length) {
    uint8_t key[32], block[32 + 512 + 1];
    if (length > 255 * 32 || info_length > 512) return false;
    // An absent salt is 32 zero bytes (RFC 5869, 2.2); HMAC pads an empty key to the same.
    if (!ct_hmac_sha256(salt, salt_length, secret, secret_length, key)) return false;
    bool good = true;
    size_t before = 0;
    for (uint8_t i = 1; good && length > 0; i++) {
        if (info_length > 0) memcpy(block + before, info, info_length);
        block[before + info_length] = i;
        uint8_t next[32];
        good = ct_hmac_sha256(key, 32, block, before + info_length + 1, next);
        size_t count = length < 32 ? length : 32;
        memcpy(block, next, 32);
        memcpy(out, next, count);
        OPENSSL_cleanse(next, sizeof next);
        before = 32;
        out += count;
        length -= count;
    }
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(block, sizeof block);
    return good;
}

bool ct_equal(const void *a, const void *b, size_t length) { return CRYPTO_memcmp(a, b, length) == 0; }

bool ct_random(void *out, size_t length) {
    if (length > INT_MAX) return false;
    ERR_set_mark();
    bool good = RAND_bytes(out, (int)length) == 1;
    ERR_pop_to_mark();
    return good;
}

void ct_wipe(void *bytes, size_t length) { OPENSSL_cleanse(bytes, length); }

const char *ct_openssl_version(void) { return OpenSSL_version(OPENSSL_VERSION); }
