// HMAC-SHA-512 (RFC 2104) under a key that stays, by two digests that have taken in their pads already. A site's tokens
// all begin with the same header, so the digest behind it is kept as well: what is left to hash is what differs.
#include "internal.h"
#include <openssl/crypto.h>
#include <stdlib.h>

#define BLOCK 128
#define MAX_HEADER 256   // longer ones are hashed each time

struct ct_mac {
    EVP_MD_CTX *inner, *outer, *headed, *work;
    size_t header_length;                 // of the header that `headed` has taken in; 0: none
    uint8_t header[MAX_HEADER];
};

static EVP_MD_CTX *padded(const uint8_t key[32], uint8_t pad) {
    uint8_t block[BLOCK];
    memset(block, pad, sizeof block);
    for (int i = 0; i < 32; i++) block[i] ^= key[i];
    const EVP_MD *sha512 = ct_fetched()->sha512;
    EVP_MD_CTX *context = sha512 == NULL ? NULL : EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex2(context, sha512, NULL) == 1
        && EVP_DigestUpdate(context, block, sizeof block) == 1;
    OPENSSL_cleanse(block, sizeof block);
    if (good) return context;
    EVP_MD_CTX_free(context);
    return NULL;
}

ct_mac *ct_mac_new(const uint8_t key[32]) {
    ct_mac *m = calloc(1, sizeof *m);
    if (m == NULL) return NULL;
    m->inner = padded(key, 0x36);
    m->outer = padded(key, 0x5c);
    m->headed = EVP_MD_CTX_new();
    m->work = EVP_MD_CTX_new();
    if (m->inner != NULL && m->outer != NULL && m->headed != NULL && m->work != NULL) return m;
    ct_mac_free(m);
    return NULL;
}

void ct_mac_free(ct_mac *m) {
    if (m == NULL) return;
    EVP_MD_CTX_free(m->inner);   // wipes what the key went into
    EVP_MD_CTX_free(m->outer);
    EVP_MD_CTX_free(m->headed);
    EVP_MD_CTX_free(m->work);
    free(m);
}

static bool knows(const ct_mac *m, ct_span header) {
    return m->header_length != 0 && m->header_length == header.length
        && memcmp(m->header, header.bytes, header.length) == 0;
}

void ct_mac_expect(ct_mac *m, ct_span header) {
    if (header.length == 0 || header.length > MAX_HEADER || knows(m, header)) return;
    m->header_length = 0;
    if (EVP_MD_CTX_copy_ex(m->headed, m->inner) != 1
        || EVP_DigestUpdate(m->headed, header.bytes, header.length) != 1) return;
    memcpy(m->header, header.bytes, header.length);
    m->header_length = header.length;
}

bool ct_mac_tag(ct_mac *m, ct_span header, const uint8_t iv[16], ct_span text, uint8_t tag[64]) {
    uint8_t bits[8], digest[64];
    uint64_t count = (uint64_t)header.length * 8;
    for (int i = 7; i >= 0; i--, count >>= 8) bits[i] = (uint8_t)count;
    bool known = knows(m, header);
    bool good = EVP_MD_CTX_copy_ex(m->work, known ? m->headed : m->inner) == 1
        && (known || EVP_DigestUpdate(m->work, header.bytes, header.length) == 1)
        && EVP_DigestUpdate(m->work, iv, 16) == 1 && EVP_DigestUpdate(m->work, text.bytes, text.length) == 1
        && EVP_DigestUpdate(m->work, bits, sizeof bits) == 1 && EVP_DigestFinal_ex(m->work, digest, NULL) == 1
        && EVP_MD_CTX_copy_ex(m->work, m->outer) == 1
        && EVP_DigestUpdate(m->work, digest, sizeof digest) == 1 && EVP_DigestFinal_ex(m->work, tag, NULL) == 1;
    OPENSSL_cleanse(digest, sizeof digest);
    return good;
}
