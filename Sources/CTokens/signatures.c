// Public keys from their numbers, and what they signed.
#include "internal.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

static ct_key *from_parameters(const char *type, OSSL_PARAM *parameters) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = parameters == NULL ? NULL : EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    return key;
}

ct_key *ct_key_rsa(const uint8_t *modulus, size_t modulus_length, const uint8_t *exponent, size_t exponent_length) {
    if (modulus_length > 2048 || exponent_length > 2048) return NULL;
    ERR_set_mark();
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_length, NULL), *e = BN_bin2bn(exponent, (int)exponent_length, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (n != NULL && e != NULL && builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        parameters = OSSL_PARAM_BLD_to_param(builder);
    ct_key *key = from_parameters("RSA", parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    ERR_pop_to_mark();
    return key;
}

ct_key *ct_key_p256(const uint8_t x[32], const uint8_t y[32]) {
    uint8_t point[65] = { 4 };
    memcpy(point + 1, x, 32);
    memcpy(point + 33, y, 32);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"prime256v1", 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    ERR_set_mark();
    ct_key *key = from_parameters("EC", parameters);
    EVP_PKEY_CTX *context = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (key != NULL && (context == NULL || EVP_PKEY_public_check(context) != 1)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    ERR_pop_to_mark();
    return key;
}

ct_key *ct_key_ed25519(const uint8_t bytes[32]) {
    ERR_set_mark();
    ct_key *key = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, bytes, 32);
    ERR_pop_to_mark();
    return key;
}

void ct_key_free(ct_key *key) { EVP_PKEY_free(key); }

static bool verify(ct_key *key, const char *digest, ct_span message, ct_span signature) {
    ERR_set_mark();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1
        && EVP_DigestVerify(context, signature.bytes, signature.length, message.bytes, message.length) == 1;
    EVP_MD_CTX_free(context);
    ERR_pop_to_mark();
    return good;
}

bool ct_verify_rs256(ct_key *key, ct_span message, ct_span signature) {
    return signature.length == (size_t)EVP_PKEY_get_size(key) && verify(key, "SHA256", message, signature);
}

bool ct_verify_ed25519(ct_key *key, ct_span message, ct_span signature) {
    return signature.length == 64 && verify(key, NULL, message, signature);
}

// In 1 to n - 1, where n is the order of P-256.
static bool in_range(const uint8_t number[32]) {
    static const uint8_t order[32] = {
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    };
    static const uint8_t zero[32];
    return memcmp(number, zero, 32) != 0 && memcmp(number, order, 32) < 0;
}

// Writes a DER integer: no leading zero bytes, but one where the sign bit would be set.
static size_t put_integer(const uint8_t number[32], uint8_t *out) {
    size_t skip = 0;
    while (skip < 31 && number[skip] == 0) skip++;
    size_t pad = number[skip] >> 7, length = 32 - skip;
    out[0] = 2;
    out[1] = (uint8_t)(length + pad);
    out[2] = 0;
    memcpy(out + 2 + pad, number + skip, length);
    return 2 + pad + length;
}

bool ct_verify_es256(ct_key *key, ct_span message, ct_span signature) {
    if (signature.length != 64 || !in_range(signature.bytes) || !in_range(signature.bytes + 32)) return false;
    uint8_t der[72];   // two integers of at most 35 bytes behind two bytes
    size_t length = 2;
    length += put_integer(signature.bytes, der + length);
    length += put_integer(signature.bytes + 32, der + length);
    der[0] = 0x30;
    der[1] = (uint8_t)(length - 2);
    return verify(key, "SHA256", message, (ct_span){ der, length });
}
