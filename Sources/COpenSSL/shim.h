#ifndef MOONGATE_COPENSSL_SHIM_H
#define MOONGATE_COPENSSL_SHIM_H
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/crypto.h>
#endif
