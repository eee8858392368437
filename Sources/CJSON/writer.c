// Strings on their way out.
#include "internal.h"

static void put_escape(cj_buffer *b, uint8_t c) {
    static const char hex[] = "0123456789abcdef";
    char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
    size_t length = 2;
    switch (c) {
    case '"': case '\\': text[1] = (char)c; break;
    case '\b': text[1] = 'b'; break;
    case '\f': text[1] = 'f'; break;
    case '\n': text[1] = 'n'; break;
    case '\r': text[1] = 'r'; break;
    case '\t': text[1] = 't'; break;
    default: length = 6;
    }
    cj_put(b, text, length);
}

// Where there is room for all of it as it stands, most text is copied in one piece.
static bool put_plain(cj_buffer *b, const uint8_t *text, size_t length) {
    size_t most = b->capacity < b->limit ? b->capacity : b->limit;
    if (b->failed || b->length > most || most - b->length < 2 || length > most - b->length - 2) return false;
    if (cj_plain_run(text, text + length) != text + length) return false;
    uint8_t *to = b->bytes + b->length;
    to[0] = '"';
    if (length > 0) memcpy(to + 1, text, length);
    to[length + 1] = '"';
    b->length += length + 2;
    return true;
}

bool cj_put_string(cj_buffer *b, const char *text, size_t length) {
    const uint8_t *at = (const uint8_t *)text, *end = at + length;
    if (put_plain(b, at, length)) return true;
    size_t before = b->length;
    cj_put_byte(b, '"');
    while (at < end) {
        const uint8_t *run = cj_plain_run(at, end);
        cj_put(b, at, (size_t)(run - at));
        at = run;
        if (at == end) break;
        int n = cj_utf8_length(at, end);
        if (n == 0) { b->length = before; return false; }
        if (n == 1) put_escape(b, *at); else cj_put(b, at, (size_t)n);
        at += n;
    }
    cj_put_byte(b, '"');
    return true;
}

bool cj_plain_key(const char *text, size_t length) {
    const uint8_t *at = (const uint8_t *)text, *end = at + length;
    return length > 0 && length <= CJ_MAX_KEY && cj_plain_run(at, end) == end && memchr(text, 0x7f, length) == NULL;
}

const char *cj_status_text(cj_status status) {
    switch (status) {
    case CJ_OK: return "valid";
    case CJ_SYNTAX: return "not JSON";
    case CJ_UTF8: return "not valid UTF-8, a lone surrogate, or NUL";
    case CJ_NUMBER: return "a number out of range";
    case CJ_DEPTH: return "nested too deep";
    case CJ_KEY: return "a key that is empty, too long, or holds a control character";
    case CJ_DUPLICATE: return "the same key twice in one object";
    case CJ_TOO_MANY: return "too many keys in one object";
    case CJ_TRAILING: return "something after the value";
    case CJ_MEMORY: return "out of memory";
    }
    return "unknown";
}
