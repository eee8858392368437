// Numbers, in and out. The C library's locale plays no part.
#define _GNU_SOURCE
#include "internal.h"
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

static const double powers[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};
static const double two53 = 9007199254740992.0;

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;
static void make_c_locale(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

// Correctly rounded, for what the short way cannot do. `text` ends with NUL.
static bool read_slowly(const char *text, double *value) {
    pthread_once(&c_locale_once, make_c_locale);
    if (c_locale == (locale_t)0) return false;
    *value = strtod_l(text, NULL, c_locale);
    return true;
}

typedef struct { uint64_t mantissa; int digits; int64_t exponent; bool whole; } literal;

static void take_digit(literal *n, uint8_t c, int64_t step) {
    if (n->digits < 19) {
        n->mantissa = n->mantissa * 10 + (c - '0');
        if (n->mantissa != 0) n->digits++;
        n->exponent += step;
    } else {
        n->digits++;
        n->exponent += step + 1;
    }
}

static const uint8_t *digits(const uint8_t *at, const uint8_t *end, literal *n, int64_t step) {
    while (at < end && (cj_class[*at] & CJ_C_DIGIT)) take_digit(n, *at++, step);
    return at;
}

// Reads the grammar; `*at` ends behind the number, or at the byte that is wrong.
static bool grammar(const uint8_t **at, const uint8_t *end, literal *n) {
    const uint8_t *p = *at;
    if (p < end && *p == '-') p++;
    *at = p;
    if (p >= end || !(cj_class[*p] & CJ_C_DIGIT)) return false;
    if (*p == '0') p++; else p = digits(p, end, n, 0);
    if (p < end && *p == '.') {
        n->whole = false;
        const uint8_t *from = ++p;
        p = digits(p, end, n, -1);
        *at = p;
        if (p == from) return false;
    }
    if (p < end && (*p | 0x20) == 'e') {
        n->whole = false;
        p++;
        bool minus = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+')) p++;
        const uint8_t *from = p;
        int64_t exponent = 0;
        for (; p < end && (cj_class[*p] & CJ_C_DIGIT); p++)
            if (exponent < 100000) exponent = exponent * 10 + (*p - '0');
        *at = p;
        if (p == from) return false;
        n->exponent += minus ? -exponent : exponent;
    }
    *at = p;
    return true;
}

static cj_status integer(const literal *n, bool minus, cj_token *token) {
    uint64_t limit = (uint64_t)INT64_MAX + (minus ? 1 : 0);
    if (n->digits > 19 || n->mantissa > limit) return CJ_NUMBER;
    token->type = CJ_INT;
    token->integer = minus ? (int64_t)(0 - n->mantissa) : (int64_t)n->mantissa;
    token->number = (double)token->integer;
    return CJ_OK;
}

static cj_status fraction(const uint8_t *from, size_t length, const literal *n, cj_token *token) {
    token->type = CJ_DOUBLE;
    if (n->digits <= 19 && n->mantissa <= (uint64_t)two53 && n->exponent >= -22 && n->exponent <= 22) {
        // Both operands are exact, so the one operation rounds once, correctly.
        double value = (double)n->mantissa;
        value = n->exponent < 0 ? value / powers[-n->exponent] : value * powers[n->exponent];
        token->number = *from == '-' ? -value : value;
        return CJ_OK;
    }
    char text[CJ_MAX_NUMBER + 1];
    memcpy(text, from, length);
    text[length] = 0;
    if (!read_slowly(text, &token->number)) return CJ_MEMORY;
    return isfinite(token->number) ? CJ_OK : CJ_NUMBER;
}

cj_status cj_scan_number(const uint8_t **at, const uint8_t *end, cj_token *token) {
    const uint8_t *from = *at;
    bool cut = end - from > CJ_MAX_NUMBER;
    const uint8_t *limit = cut ? from + CJ_MAX_NUMBER : end;
    literal n = { .whole = true };
    bool good = grammar(at, limit, &n);
    if (cut && *at == limit && (!good || (cj_class[*limit] & CJ_C_NUMBER))) return CJ_NUMBER;   // too long
    if (!good) return CJ_SYNTAX;
    if (n.whole) return integer(&n, *from == '-', token);
    return fraction(from, (size_t)(*at - from), &n, token);
}

// --- Writing

static size_t format_unsigned(uint64_t value, char out[20]) {
    char reversed[20];
    size_t count = 0;
    do { reversed[count++] = (char)('0' + value % 10); value /= 10; } while (value != 0);
    for (size_t i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
    return count;
}

void cj_put_int(cj_buffer *b, int64_t value) {
    char text[21];
    size_t sign = value < 0;
    if (sign) text[0] = '-';
    size_t count = format_unsigned(sign ? 0 - (uint64_t)value : (uint64_t)value, text + sign);
    cj_put(b, text, sign + count);
}

// Values with a few decimals: the smallest power of ten that makes a whole number, when dividing gives the value back.
static bool put_short_decimal(cj_buffer *b, double value) {
    double size = fabs(value);
    if (size < 1e-5 || size > 1e9) return false;
    for (int k = 1; k <= 6; k++) {
        double scaled = (double)(uint64_t)(size * powers[k] + 0.5);   // below 2^50: no overflow
        if (scaled >= two53 || scaled / powers[k] != size) continue;
        char text[20], out[32];
        size_t count = format_unsigned((uint64_t)scaled, text), used = 0;
        if (value < 0) out[used++] = '-';
        if (count <= (size_t)k) {
            out[used++] = '0';
            out[used++] = '.';
            for (size_t i = count; i < (size_t)k; i++) out[used++] = '0';
            memcpy(out + used, text, count);
            used += count;
        } else {
            memcpy(out + used, text, count - (size_t)k);
            used += count - (size_t)k;
            out[used++] = '.';
            memcpy(out + used, text + count - (size_t)k, (size_t)k);
            used += (size_t)k;
        }
        cj_put(b, out, used);
        return true;
    }
    return false;
}

// The printed form with any locale's decimal mark made a point, and no leading zeros in the exponent.
static size_t normalise(const char *from, char out[64]) {
    size_t used = 0;
    bool mark = false;
    for (; *from != 0 && used < 63; from++) {
        uint8_t c = (uint8_t)*from;
        if (cj_class[c] & CJ_C_NUMBER && c != '.') {
            out[used++] = (char)c;
            if (c == 'e') {
                if (from[1] == '+' || from[1] == '-') out[used++] = *++from;
                while (from[1] == '0' && from[2] != 0) from++;
            }
        } else if (!mark) {
            out[used++] = '.';
            mark = true;
        }
    }
    out[used] = 0;
    return used;
}

bool cj_put_double(cj_buffer *b, double value) {
    if (!isfinite(value)) return false;
    if (fabs(value) < two53 && value == (double)(int64_t)value) { cj_put_int(b, (int64_t)value); return true; }
    if (put_short_decimal(b, value)) return true;
    char raw[64], text[64];
    size_t length = 0;
    // 15 digits always survive, except among the subnormals, where fewer may do.
    for (int precision = fabs(value) < 2.3e-308 ? 1 : 15; precision <= 17; precision++) {
        snprintf(raw, sizeof raw, "%.*g", precision, value);
        length = normalise(raw, text);
        double back;
        if (read_slowly(text, &back) && back == value) break;
    }
    cj_put(b, text, length);
    return true;
}
