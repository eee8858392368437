// OpenSSL's EVP as MoongateTokens needs it: digests, sealing with contexts that are reused, signature checks. Nothing
// here decides anything about a token: callers check headers, keys and claims. No function leaves errors in OpenSSL's
// queue, and none prints or keeps what it was given.
#ifndef MOONGATE_CTOKENS_H
#define MOONGATE_CTOKENS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Digests. False only when OpenSSL cannot provide the algorithm.
bool ct_sha256(const void *bytes, size_t length, uint8_t out[32]);
bool ct_sha512(const void *bytes, size_t length, uint8_t out[64]);
bool ct_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length, uint8_t out[32]);
// RFC 5869. `length` at most 255 * 32.
bool ct_hkdf_sha256(const void *secret, size_t secret_length, const void *salt, size_t salt_length,
                    const void *info, size_t info_length, uint8_t *out, size_t length);
// Takes the same time wherever the bytes differ.
bool ct_equal(const void *a, const void *b, size_t length);
// Random bytes from OpenSSL's generator; false when it has none to give.
bool ct_random(void *out, size_t length);
void ct_wipe(void *bytes, size_t length);
const char *ct_openssl_version(void);

// --- base64url without padding (RFC 4648, section 5).
static inline size_t ct_base64url_length(size_t bytes) { return bytes / 3 * 4 + (bytes % 3 == 0 ? 0 : bytes % 3 + 1); }
size_t ct_base64url_encode(const uint8_t *bytes, size_t length, uint8_t *out);
// Strict: only the 64 characters, no length of 1 modulo 4, unused bits zero. -1 if not. `out` has room for
// length / 4 * 3 + 2 bytes.
ptrdiff_t ct_base64url_decode(const uint8_t *text, size_t length, uint8_t *out);

// --- Sealing: RFC 7516 compact form, `dir`, A256CBC-HS512 (RFC 7518, 5.2.5) and, for reading, A256GCM (5.3).
#define CT_MAX_TOKEN 16384

typedef struct { const uint8_t *bytes; size_t length; } ct_span;
// Splits at the dots. False unless there are exactly `count` parts.
bool ct_split(const uint8_t *token, size_t length, ct_span *parts, size_t count);

// Cipher contexts for a list of keys. Not to be used by two callers at once.
typedef struct ct_sealer ct_sealer;
// `keys`: `count` keys of 64 bytes, one after the other. A256GCM uses the first half of each. NULL when out of memory.
ct_sealer *ct_sealer_new(const uint8_t *keys, size_t count);
void ct_sealer_free(ct_sealer *sealer);

// Characters of a sealed token. Only for payloads below 2^31 bytes.
size_t ct_sealed_length(size_t header_length, size_t payload_length);
// Writes header..iv.ciphertext.tag under the first key; `header` is already base64url. `iv` NULL: a fresh random one.
// The result must not be longer than CT_MAX_TOKEN. False: no randomness, or OpenSSL failed.
bool ct_seal(ct_sealer *sealer, ct_span header, const uint8_t *iv, ct_span payload, uint8_t *out);
// Opens a token of at most CT_MAX_TOKEN characters, already split into its five parts. `out` has room for 3/4 of the
// ciphertext part. The payload's length, or -1 for every failure alike; nothing is decrypted before the tag is right.
ptrdiff_t ct_open_cbc(ct_sealer *sealer, size_t key, const ct_span parts[5], uint8_t *out);
ptrdiff_t ct_open_gcm(ct_sealer *sealer, size_t key, const ct_span parts[5], uint8_t *out);

// --- Signatures. A key may be used by several threads at once.
typedef struct evp_pkey_st ct_key;
ct_key *ct_key_rsa(const uint8_t *modulus, size_t modulus_length, const uint8_t *exponent, size_t exponent_length);
ct_key *ct_key_p256(const uint8_t x[32], const uint8_t y[32]);   // NULL when the point is not on the curve
ct_key *ct_key_ed25519(const uint8_t key[32]);
void ct_key_free(ct_key *key);
// RSASSA-PKCS1-v1_5 with SHA-256; the signature is as long as the modulus.
bool ct_verify_rs256(ct_key *key, ct_span message, ct_span signature);
// ECDSA over P-256 with SHA-256; the signature is r and s, 32 bytes each, both in 1 to n - 1.
bool ct_verify_es256(ct_key *key, ct_span message, ct_span signature);
bool ct_verify_ed25519(ct_key *key, ct_span message, ct_span signature);

// --- Passwords: scrypt (RFC 7914). Uses 128 * r * n bytes and much time: to be called off the event loops. The caller
// bounds n (a power of two), r and p. False when OpenSSL refuses them or has no memory.
bool ct_scrypt(ct_span password, ct_span salt, uint64_t n, uint32_t r, uint32_t p, uint8_t *out, size_t length);
#endif
