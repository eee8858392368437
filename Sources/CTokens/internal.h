// What the files of this target share.
#ifndef MOONGATE_CTOKENS_INTERNAL_H
#define MOONGATE_CTOKENS_INTERNAL_H
#include "CTokens.h"
#include <openssl/evp.h>
#include <string.h>

// Algorithms fetched once per process (looking one up by name costs more than hashing a cookie). NULL if unavailable.
typedef struct {
    EVP_MD *sha256, *sha512;
    EVP_CIPHER *aes256_cbc, *aes256_gcm;
} ct_algorithms;
const ct_algorithms *ct_fetched(void);

// HMAC-SHA-512 with the first 32 bytes of a key, over header, iv, text and the header's length in bits (RFC 7518, 5.2.2.1).
// NULL when SHA-512 is not to be had, or memory. Not to be used by two callers at once.
typedef struct ct_mac ct_mac;
ct_mac *ct_mac_new(const uint8_t key[32]);
void ct_mac_free(ct_mac *mac);
// Most texts to come have this header: hashing it need not be done again. For headers that the key's holder wrote.
void ct_mac_expect(ct_mac *mac, ct_span header);
bool ct_mac_tag(ct_mac *mac, ct_span header, const uint8_t iv[16], ct_span text, uint8_t tag[64]);

// Grows by one whenever this process is the child of a fork.
uint32_t ct_fork_generation(void);

// As much of base64url as can be done many characters at a time: how many bytes, or characters, that was; all of it from
// there on is left, a character that is none included. The same room in `out` as for the whole.
size_t ct_base64url_encode_most(const uint8_t *bytes, size_t length, uint8_t *out);
size_t ct_base64url_decode_most(const uint8_t *text, size_t length, uint8_t *out);
#endif
