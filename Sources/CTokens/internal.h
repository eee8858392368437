// What the files of this target share.
#ifndef MOONGATE_CTOKENS_INTERNAL_H
#define MOONGATE_CTOKENS_INTERNAL_H
#include "CTokens.h"
#include <openssl/evp.h>
#include <string.h>

// Algorithms fetched once per process (looking one up by name costs more than hashing a cookie). NULL if unavailable.
typedef struct {
    EVP_MD *sha256, *sha512;
    EVP_MAC *hmac;
    EVP_CIPHER *aes256_cbc, *aes256_gcm;
} ct_algorithms;
const ct_algorithms *ct_fetched(void);

// Grows by one whenever this process is the child of a fork.
uint32_t ct_fork_generation(void);
#endif
