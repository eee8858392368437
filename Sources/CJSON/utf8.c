// UTF-8 and the byte classes.
#include "internal.h"

#define P CJ_C_PLAIN
#define N (CJ_C_PLAIN | CJ_C_NUMBER)
#define D (CJ_C_PLAIN | CJ_C_NUMBER | CJ_C_DIGIT)
const uint8_t cj_class[256] = {
    ['\t'] = CJ_C_SPACE, ['\n'] = CJ_C_SPACE, ['\r'] = CJ_C_SPACE, [' '] = CJ_C_SPACE | P,
    ['!'] = P, [0x23 ... 0x2a] = P, ['+'] = N, [','] = P, ['-'] = N, ['.'] = N, ['/'] = P,
    ['0' ... '9'] = D, [0x3a ... 0x44] = P, ['E'] = N, [0x46 ... 0x5b] = P,
    [0x5d ... 0x64] = P, ['e'] = N, [0x66 ... 0x7f] = P,
};

int cj_utf8_length(const uint8_t *at, const uint8_t *end) {
    uint8_t a = at[0];
    size_t left = (size_t)(end - at);
    if (a < 0x80) return a != 0;
    if (a < 0xc2) return 0;   // a stray continuation byte, or an overlong form
    if (left < 2 || (at[1] & 0xc0) != 0x80) return 0;
    if (a < 0xe0) return 2;
    if (left < 3 || (at[2] & 0xc0) != 0x80) return 0;
    if (a < 0xf0) {
        if (a == 0xe0 && at[1] < 0xa0) return 0;   // overlong
        if (a == 0xed && at[1] > 0x9f) return 0;   // surrogates
        return 3;
    }
    if (a > 0xf4 || left < 4 || (at[3] & 0xc0) != 0x80) return 0;
    if (a == 0xf0 && at[1] < 0x90) return 0;       // overlong
    if (a == 0xf4 && at[1] > 0x8f) return 0;       // above U+10FFFF
    return 4;
}

bool cj_valid_utf8(const char *text, size_t length) {
    const uint8_t *at = (const uint8_t *)text, *end = at + length;
    while (at < end) {
        if (cj_class[*at] & CJ_C_PLAIN) { at = cj_plain_run(at, end); continue; }
        int n = cj_utf8_length(at, end);
        if (n == 0) return false;
        at += n;
    }
    return true;
}
