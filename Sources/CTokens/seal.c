// Compact JWE with a shared key. Contexts are keyed once and reused; only the IV changes from token to token.
#include "internal.h"
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

#define POOL 4096   // IV bytes drawn at a time: one call of the generator costs as much as sealing half a token

typedef struct { ct_mac *mac; EVP_CIPHER_CTX *encrypt, *decrypt, *gcm; } contexts;

struct ct_sealer {
    uint8_t *keys;
    contexts *by_key;          // made when a key is first used
    size_t count;
    size_t random_left;
    uint32_t random_generation;
    uint8_t random[POOL];
    uint8_t scratch[CT_MAX_TOKEN];
};

ct_sealer *ct_sealer_new(const uint8_t *keys, size_t count) {
    ct_sealer *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    s->keys = malloc(count * 64 + 1);
    s->by_key = calloc(count + 1, sizeof *s->by_key);
    if (s->keys == NULL || s->by_key == NULL) {
        ct_sealer_free(s);
        return NULL;
    }
    memcpy(s->keys, keys, count * 64);
    s->count = count;
    return s;
}

void ct_sealer_free(ct_sealer *s) {
    if (s == NULL) return;
    for (size_t i = 0; i < s->count; i++) {
        ct_mac_free(s->by_key[i].mac);
        EVP_CIPHER_CTX_free(s->by_key[i].encrypt);
        EVP_CIPHER_CTX_free(s->by_key[i].decrypt);
        EVP_CIPHER_CTX_free(s->by_key[i].gcm);
    }
    if (s->keys != NULL) OPENSSL_cleanse(s->keys, s->count * 64);
    OPENSSL_cleanse(s->random, sizeof s->random);
    free(s->keys);
    free(s->by_key);
    free(s);
}

// --- Contexts

static EVP_CIPHER_CTX *keyed_cipher(EVP_CIPHER_CTX **slot, const EVP_CIPHER *cipher, const uint8_t *key, int encrypt) {
    if (*slot != NULL) return *slot;
    if (cipher == NULL) return NULL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL || EVP_CipherInit_ex2(context, cipher, key, NULL, encrypt, NULL) != 1) {
        EVP_CIPHER_CTX_free(context);
        return NULL;
    }
    return *slot = context;
}

// The first 32 bytes are the token's tag.
static bool tag_of(ct_sealer *s, size_t key, ct_span header, const uint8_t iv[16], ct_span text, uint8_t tag[64]) {
    ct_mac **mac = &s->by_key[key].mac;
    if (*mac == NULL) *mac = ct_mac_new(s->keys + key * 64);
    return *mac != NULL && ct_mac_tag(*mac, header, iv, text, tag);
}

// An IV that no other token has had. A child process throws away what its parent drew.
static bool draw_iv(ct_sealer *s, uint8_t iv[16]) {
    uint32_t generation = ct_fork_generation();
    if (s->random_left < 16 || s->random_generation != generation) {
        s->random_left = 0;
        if (!ct_random(s->random, POOL)) return false;
        s->random_left = POOL;
        s->random_generation = generation;
    }
    s->random_left -= 16;
    memcpy(iv, s->random + s->random_left, 16);
    OPENSSL_cleanse(s->random + s->random_left, 16);
    return true;
}

// --- Sealing

static size_t padded(size_t length) { return length / 16 * 16 + 16; }

size_t ct_sealed_length(size_t header_length, size_t payload_length) {
    return header_length + 4 + 22 + ct_base64url_length(padded(payload_length)) + 43;
}

static bool encrypt(ct_sealer *s, const uint8_t iv[16], ct_span payload) {
    EVP_CIPHER_CTX *context = keyed_cipher(&s->by_key[0].encrypt, ct_fetched()->aes256_cbc, s->keys + 32, 1);
    int first = 0, last = 0;
    return context != NULL && EVP_CipherInit_ex2(context, NULL, NULL, iv, 1, NULL) == 1
        && EVP_CipherUpdate(context, s->scratch, &first, payload.bytes, (int)payload.length) == 1
        && EVP_CipherFinal_ex(context, s->scratch + first, &last) == 1
        && (size_t)(first + last) == padded(payload.length);
}

bool ct_seal(ct_sealer *s, ct_span header, const uint8_t *given, ct_span payload, uint8_t *out) {
    uint8_t iv[16], tag[64];
    if (payload.length > CT_MAX_TOKEN || ct_sealed_length(header.length, payload.length) > CT_MAX_TOKEN) return false;
    if (s->count == 0) return false;
    if (given != NULL) memcpy(iv, given, 16);
    else if (!draw_iv(s, iv)) return false;
    ERR_set_mark();
    size_t length = padded(payload.length);
    bool good = encrypt(s, iv, payload) && tag_of(s, 0, header, iv, (ct_span){ s->scratch, length }, tag);
    if (good) ct_mac_expect(s->by_key[0].mac, header);
    ERR_pop_to_mark();
    if (!good) return false;
    memcpy(out, header.bytes, header.length);
    out += header.length;
    *out++ = '.';
    *out++ = '.';
    out += ct_base64url_encode(iv, 16, out);
    *out++ = '.';
    out += ct_base64url_encode(s->scratch, length, out);
    *out++ = '.';
    ct_base64url_encode(tag, 32, out);
    return true;
}

// --- Opening

bool ct_split(const uint8_t *token, size_t length, ct_span *parts, size_t count) {
    const uint8_t *end = token + length;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *dot = token < end ? memchr(token, '.', (size_t)(end - token)) : NULL;
        if ((dot == NULL) != (i + 1 == count)) return false;
        if (dot == NULL) dot = end;
        parts[i] = (ct_span){ token, (size_t)(dot - token) };
        token = dot + 1;
    }
    return true;
}

// Exactly `length` bytes.
static bool decode_exactly(ct_span part, uint8_t *out, size_t length) {
    return part.length == ct_base64url_length(length) && ct_base64url_decode(part.bytes, part.length, out) >= 0;
}

ptrdiff_t ct_open_cbc(ct_sealer *s, size_t key, const ct_span parts[5], uint8_t *out) {
    uint8_t iv[17], tag[34], expected[64];
    if (key >= s->count || parts[1].length != 0 || parts[3].length > CT_MAX_TOKEN) return -1;
    if (!decode_exactly(parts[2], iv, 16) || !decode_exactly(parts[4], tag, 32)) return -1;
    ptrdiff_t length = ct_base64url_decode(parts[3].bytes, parts[3].length, s->scratch);
    if (length <= 0 || length % 16 != 0) return -1;
    ERR_set_mark();
    EVP_CIPHER_CTX *context =
        keyed_cipher(&s->by_key[key].decrypt, ct_fetched()->aes256_cbc, s->keys + key * 64 + 32, 0);
    int first = 0, last = 0;
    bool good = tag_of(s, key, parts[0], iv, (ct_span){ s->scratch, (size_t)length }, expected)
        && ct_equal(tag, expected, 32);
    if (good) ct_mac_expect(s->by_key[key].mac, parts[0]);   // the key's holder wrote it
    good = good && context != NULL && EVP_CipherInit_ex2(context, NULL, NULL, iv, 0, NULL) == 1
        && EVP_CipherUpdate(context, out, &first, s->scratch, (int)length) == 1
        && EVP_CipherFinal_ex(context, out + first, &last) == 1;
    ERR_pop_to_mark();
    return good ? first + last : -1;
}

ptrdiff_t ct_open_gcm(ct_sealer *s, size_t key, const ct_span parts[5], uint8_t *out) {
    uint8_t iv[14], tag[18];
    if (key >= s->count || parts[1].length != 0 || parts[3].length > CT_MAX_TOKEN) return -1;
    if (!decode_exactly(parts[2], iv, 12) || !decode_exactly(parts[4], tag, 16)) return -1;
    ptrdiff_t length = ct_base64url_decode(parts[3].bytes, parts[3].length, s->scratch);
    if (length <= 0) return -1;
    ERR_set_mark();
    EVP_CIPHER_CTX *context = keyed_cipher(&s->by_key[key].gcm, ct_fetched()->aes256_gcm, s->keys + key * 64, 0);
    int count = 0, last = 0;
    // GCM deciphers as it goes; what it wrote is wiped when the tag turns out wrong.
    bool good = context != NULL && EVP_CipherInit_ex2(context, NULL, NULL, iv, 0, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1
        && EVP_CipherUpdate(context, NULL, &last, parts[0].bytes, (int)parts[0].length) == 1
        && EVP_CipherUpdate(context, out, &count, s->scratch, (int)length) == 1
        && EVP_CipherFinal_ex(context, out + count, &last) == 1;
    ERR_pop_to_mark();
    if (!good) OPENSSL_cleanse(out, (size_t)length);
    return good ? count : -1;
}
