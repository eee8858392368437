// The inside of strings: where they end, and what their escapes mean.
#include "internal.h"

const uint8_t *cj_rich_closing_quote(const uint8_t *at, const uint8_t *end, bool *escaped) {
    for (;;) {
        at = cj_plain_run(at, end);
        if (at >= end) return NULL;
        if (*at == '"') return at;
        if (*at == '\\') {
            *escaped = true;
            if (end - at < 2) return NULL;
            at += 2;
        } else {
            at++;
        }
    }
}

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The four digits at `at`, or -1.
static int32_t hex4(const uint8_t *at, const uint8_t *end) {
    if (end - at < 4) return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

static int encode(uint32_t c, char out[4]) {
    if (c < 0x80) { out[0] = (char)c; return 1; }
    if (c < 0x800) { out[0] = (char)(0xc0 | c >> 6); out[1] = (char)(0x80 | (c & 0x3f)); return 2; }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12); out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18); out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f)); out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static cj_status unicode_escape(const uint8_t **at, const uint8_t *end, char out[4], int *count) {
    int32_t c = hex4(*at + 2, end);
    if (c < 0) return CJ_SYNTAX;
    if (c == 0 || (c >= 0xdc00 && c <= 0xdfff)) return CJ_UTF8;
    const uint8_t *next = *at + 6;
    if (c >= 0xd800 && c <= 0xdbff) {
        if (end - next < 2 || next[0] != '\\' || next[1] != 'u') return CJ_UTF8;
        int32_t low = hex4(next + 2, end);
        if (low < 0) return CJ_SYNTAX;
        if (low < 0xdc00 || low > 0xdfff) return CJ_UTF8;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        next += 6;
    }
    *count = encode((uint32_t)c, out);
    *at = next;
    return CJ_OK;
}

cj_status cj_escape(const uint8_t **at, const uint8_t *end, char out[4], int *count) {
    if (end - *at < 2) return CJ_SYNTAX;
    char c;
    switch ((*at)[1]) {
    case '"': c = '"'; break;
    case '\\': c = '\\'; break;
    case '/': c = '/'; break;
    case 'b': c = '\b'; break;
    case 'f': c = '\f'; break;
    case 'n': c = '\n'; break;
    case 'r': c = '\r'; break;
    case 't': c = '\t'; break;
    case 'u': return unicode_escape(at, end, out, count);
    default: return CJ_SYNTAX;
    }
    out[0] = c;
    *count = 1;
    *at += 2;
    return CJ_OK;
}

cj_status cj_unescape(const uint8_t **at, const uint8_t *end, char *out, size_t capacity, size_t *length) {
    size_t used = 0;
    while (*at < end) {
        const uint8_t *run = cj_plain_run(*at, end);
        size_t count = (size_t)(run - *at);
        if (count > capacity - used) return CJ_MEMORY;
        if (count > 0) memcpy(out + used, *at, count);
        used += count;
        *at = run;
        if (run == end) break;
        char bytes[4];
        int n = 0;
        if (*run == '\\') {
            cj_status status = cj_escape(at, end, bytes, &n);
            if (status != CJ_OK) return status;
        } else {
            if (*run >= 1 && *run < 0x20) return CJ_SYNTAX;
            n = cj_utf8_length(run, end);
            if (n == 0) return CJ_UTF8;
            memcpy(bytes, run, (size_t)n);
            *at += n;
        }
        if ((size_t)n > capacity - used) return CJ_MEMORY;
        memcpy(out + used, bytes, (size_t)n);
        used += (size_t)n;
    }
    *length = used;
    return CJ_OK;
}
