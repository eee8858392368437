// base64url, strict.
#include "internal.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// 64 plus the value of a character; 0 for what is none.
static const uint8_t values[256] = {
    ['A'] = 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88,
        89,
    ['a'] = 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
        112, 113, 114, 115,
    ['0'] = 116, 117, 118, 119, 120, 121, 122, 123, 124, 125,
    ['-'] = 126, ['_'] = 127,
};

size_t ct_base64url_encode(const uint8_t *bytes, size_t length, uint8_t *out) {
    uint8_t *to = out;
    size_t i = 0;
    for (; length - i >= 3; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        *to++ = (uint8_t)alphabet[group >> 18];
        *to++ = (uint8_t)alphabet[group >> 12 & 63];
        *to++ = (uint8_t)alphabet[group >> 6 & 63];
        *to++ = (uint8_t)alphabet[group & 63];
    }
    if (length - i == 1) {
        *to++ = (uint8_t)alphabet[bytes[i] >> 2];
        *to++ = (uint8_t)alphabet[bytes[i] << 4 & 63];
    } else if (length - i == 2) {
        uint32_t group = (uint32_t)bytes[i] << 8 | bytes[i + 1];
        *to++ = (uint8_t)alphabet[group >> 10];
        *to++ = (uint8_t)alphabet[group >> 4 & 63];
        *to++ = (uint8_t)alphabet[group << 2 & 63];
    }
    return (size_t)(to - out);
}

ptrdiff_t ct_base64url_decode(const uint8_t *text, size_t length, uint8_t *out) {
    if (length % 4 == 1) return -1;
    uint8_t *to = out;
    uint32_t good = 64;
    size_t i = 0;
    for (; length - i >= 4; i += 4) {
        uint32_t a = values[text[i]], b = values[text[i + 1]], c = values[text[i + 2]], d = values[text[i + 3]];
        good &= a & b & c & d;
        uint32_t group = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
        *to++ = (uint8_t)(group >> 16);
        *to++ = (uint8_t)(group >> 8);
        *to++ = (uint8_t)group;
    }
    if (length - i >= 2) {
        bool three = length - i == 3;
        uint32_t a = values[text[i]], b = values[text[i + 1]], c = three ? values[text[i + 2]] : 64;
        good &= a & b & c;
        uint32_t group = (a & 63) << 12 | (b & 63) << 6 | (c & 63);
        *to++ = (uint8_t)(group >> 10);
        if (three) *to++ = (uint8_t)(group >> 2);
        if (group & (three ? 3 : 0x3ff)) return -1;   // bits that belong to no byte
    }
    return good == 64 ? to - out : -1;
}
