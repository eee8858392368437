// The pull scanner: one state machine, no recursion.
#include "internal.h"
#include <stdlib.h>

enum { VALUE, VALUE_OR_END, KEY_OR_END, COMMA_OR_END, DONE, FAILED };   // FAILED: the first error, again and again

void cj_scanner_init(cj_scanner *s, const uint8_t *bytes, size_t length) {
    s->start = s->at = bytes;
    s->end = bytes + length;
    s->depth = 0;
    s->expect = VALUE;
    s->failed = CJ_OK;
    s->most_keys = CJ_MAX_KEYS;
    s->ascending = 0;
    s->scratch = NULL;
    s->scratch_size = 0;
    s->seen = NULL;
    s->seen_count = s->seen_size = 0;
    s->slots = NULL;
    s->slot_count = s->slots_used = 0;
}

void cj_scanner_free(cj_scanner *s) {
    free(s->scratch);
    free(s->seen);
    free(s->slots);
    s->scratch = NULL;
    s->seen = NULL;
    s->slots = NULL;
    s->scratch_size = s->seen_size = s->slot_count = s->seen_count = s->slots_used = 0;
    s->at = s->end;
    if (s->failed == CJ_OK && s->expect != DONE) s->failed = CJ_SYNTAX;
    if (s->failed != CJ_OK) s->expect = FAILED;
}

size_t cj_offset(const cj_scanner *s) { return (size_t)(s->at - s->start); }

// Tokens are filled in place: a check of a whole document then makes one of them, not one for each value.
static void fail(cj_scanner *s, cj_token *token, cj_status status) {
    s->failed = (uint8_t)status;
    s->expect = FAILED;
    token->type = CJ_ERROR;
    token->status = status;
}

// A string with escapes or bytes above ASCII; `at` is the first of them, `from` behind the opening quote.
static cj_status read_rich_string(cj_scanner *s, cj_token *token, const uint8_t *at, bool *escaped) {
    const uint8_t *from = s->at;
    for (;;) {
        if (at == s->end) { s->at = at; return CJ_SYNTAX; }
        if (*at == '"') break;
        if (*at == '\\') { *escaped = true; break; }
        int n = *at < 0x20 && *at != 0 ? -1 : cj_utf8_length(at, s->end);
        if (n <= 0) { s->at = at; return n < 0 ? CJ_SYNTAX : CJ_UTF8; }
        at = cj_plain_run(at + n, s->end);
    }
    token->text = (const char *)from;
    token->length = (size_t)(at - from);
    if (!*escaped) { s->at = at + 1; return CJ_OK; }
    bool ignored;
    const uint8_t *close = cj_closing_quote(at, s->end, &ignored);
    if (close == NULL) { s->at = s->end; return CJ_SYNTAX; }
    size_t needed = (size_t)(close - from);
    if (needed > s->scratch_size) {
        size_t size = needed < 256 ? 256 : needed;
        char *scratch = realloc(s->scratch, size);
        if (scratch == NULL) return CJ_MEMORY;
        s->scratch = scratch;
        s->scratch_size = size;
    }
    cj_status status = cj_unescape(&s->at, close, s->scratch, s->scratch_size, &token->length);
    if (status != CJ_OK) return status;
    token->text = s->scratch;
    s->at = close + 1;
    return CJ_OK;
}

// Reads a string; `at` is behind its opening quote and ends behind the closing one. Most are one plain run.
static inline cj_status read_string(cj_scanner *s, cj_token *token, bool *escaped) {
    const uint8_t *from = s->at, *at = cj_plain_run(from, s->end);
    *escaped = false;
    if (at == s->end || *at != '"') return read_rich_string(s, token, at, escaped);
    token->text = (const char *)from;
    token->length = (size_t)(at - from);
    s->at = at + 1;
    return CJ_OK;
}

static bool good_key(const char *text, size_t length) {
    if (length == 0 || length > CJ_MAX_KEY) return false;
    for (size_t i = 0; i < length; i++) if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f) return false;
    return true;
}

// A key with escapes or bytes above ASCII, one out of order, or one that is refused.
static cj_status read_rich_key(cj_scanner *s, cj_token *token) {
    const uint8_t *quote = s->at;
    bool escaped;
    s->at++;
    cj_status status = read_string(s, token, &escaped);
    if (status != CJ_OK) return status;
    const uint8_t *behind = s->at;
    s->at = quote;   // where the fault is, if there is one
    if (!good_key(token->text, token->length)) return CJ_KEY;
    status = cj_keys_add(s, quote + 1, (size_t)(behind - quote) - 2, escaped, token->text, token->length);
    if (status == CJ_OK) s->at = behind;
    return status;
}

// The usual key: one plain run that comes behind the key before it. False: nothing is done.
static inline bool read_plain_key(cj_scanner *s, cj_token *token) {
    const uint8_t *from = s->at + 1, *at = cj_plain_run(from, s->end);
    size_t length = (size_t)(at - from);
    if (at == s->end || *at != '"' || length == 0 || length > CJ_MAX_KEY) return false;
    uint64_t prefix = cj_key_prefix(from, length, s->end), ones = 0x0101010101010101u;
    uint64_t deleted = prefix ^ ones * 0x7f;            // DEL may stand in text, but not in a key
    if (((deleted - ones) & ~deleted & ones << 7) != 0) return false;
    if (length > 8 && memchr(from + 8, 0x7f, length - 8) != NULL) return false;
    if (!cj_keys_ascend(s, from, length, prefix)) return false;
    token->text = (const char *)from;
    token->length = length;
    s->at = at + 1;
    return true;
}

static void read_colon(cj_scanner *s, cj_token *token) {
    s->at = cj_skip_space(s->at, s->end);
    if (s->at == s->end || *s->at != ':') { fail(s, token, CJ_SYNTAX); return; }
    s->at = cj_skip_space(s->at + 1, s->end);
    s->expect = VALUE;
}

static void read_key(cj_scanner *s, cj_token *token) {
    token->type = CJ_KEY_NAME;
    if (!read_plain_key(s, token)) {
        cj_status status = read_rich_key(s, token);
        if (status != CJ_OK) { fail(s, token, status); return; }
    }
    read_colon(s, token);
}

static inline void value_done(cj_scanner *s) { s->expect = s->depth == 0 ? DONE : COMMA_OR_END; }

static void open_container(cj_scanner *s, cj_token *token, bool object) {
    if (s->depth == CJ_MAX_DEPTH) { fail(s, token, CJ_DEPTH); return; }
    s->at++;
    s->kind[s->depth] = object ? 'o' : 'a';
    s->keys[s->depth] = 0;
    s->ascending |= (uint32_t)object << s->depth;
    s->depth++;
    s->expect = object ? KEY_OR_END : VALUE_OR_END;
    token->type = object ? CJ_OBJECT_BEGIN : CJ_ARRAY_BEGIN;
}

static void close_container(cj_scanner *s, cj_token *token) {
    bool object = s->kind[s->depth - 1] == 'o';
    if (*s->at != (object ? '}' : ']')) { fail(s, token, CJ_SYNTAX); return; }
    s->at++;
    if (object) cj_keys_close(s);
    s->depth--;
    value_done(s);
    token->type = object ? CJ_OBJECT_END : CJ_ARRAY_END;
}

static cj_status read_word(cj_scanner *s, cj_token *token, const char *word, size_t length, cj_token_type type) {
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0) return CJ_SYNTAX;
    s->at += length;
    token->type = type;
    return CJ_OK;
}

static cj_status read_scalar(cj_scanner *s, cj_token *token) {
    bool escaped;
    switch (*s->at) {
    case '"':
        s->at++;
        token->type = CJ_STRING;
        return read_string(s, token, &escaped);
    case 't': return read_word(s, token, "true", 4, CJ_TRUE);
    case 'f': return read_word(s, token, "false", 5, CJ_FALSE);
    case 'n': return read_word(s, token, "null", 4, CJ_NULL);
    case '-': case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        return cj_scan_number(&s->at, s->end, token);
    default: return CJ_SYNTAX;
    }
}

static void read_value(cj_scanner *s, cj_token *token) {
    if (*s->at == '{' || *s->at == '[') { open_container(s, token, *s->at == '{'); return; }
    cj_status status = read_scalar(s, token);
    if (status != CJ_OK) fail(s, token, status); else value_done(s);
}

static void read_after_comma(cj_scanner *s, cj_token *token) {
    s->at = cj_skip_space(s->at + 1, s->end);
    if (s->at == s->end) fail(s, token, CJ_SYNTAX);
    else if (s->kind[s->depth - 1] != 'o') read_value(s, token);
    else if (*s->at == '"') read_key(s, token);
    else fail(s, token, CJ_SYNTAX);
}

static void advance(cj_scanner *s, cj_token *token) {
    s->at = cj_skip_space(s->at, s->end);
    if (s->at == s->end && s->expect < DONE) { fail(s, token, CJ_SYNTAX); return; }
    switch (s->expect) {
    case COMMA_OR_END:
        if (*s->at == ',') read_after_comma(s, token); else close_container(s, token);
        return;
    case KEY_OR_END:
        if (*s->at == '"') read_key(s, token);
        else if (*s->at == '}') close_container(s, token);
        else fail(s, token, CJ_SYNTAX);
        return;
    case VALUE_OR_END:
        if (*s->at == ']') { close_container(s, token); return; }
        read_value(s, token);
        return;
    case VALUE: read_value(s, token); return;
    case DONE:
        if (s->at != s->end) fail(s, token, CJ_TRAILING); else token->type = CJ_END;
        return;
    default: fail(s, token, (cj_status)s->failed);
    }
}

void cj_read(cj_scanner *s, cj_token *token) { advance(s, token); }

// The opening quote of what comes next in the innermost container, with no white space before it; NULL otherwise.
static inline const uint8_t *next_quote(const cj_scanner *s, uint8_t first) {
    const uint8_t *at = s->at;
    if (s->end - at < 2) return NULL;
    if (s->expect == COMMA_OR_END && *at == ',') at++; else if (s->expect != first) return NULL;
    return *at == '"' ? at : NULL;
}

// Reads the string behind this quote when it is one plain run.
static inline bool read_plain_string(cj_scanner *s, cj_token *token, const uint8_t *quote) {
    const uint8_t *from = quote + 1, *at = cj_plain_run(from, s->end);
    if (at == s->end || *at != '"') return false;
    token->type = CJ_STRING;
    token->text = (const char *)from;
    token->length = (size_t)(at - from);
    s->at = at + 1;
    s->expect = COMMA_OR_END;
    return true;
}

bool cj_read_plain_element(cj_scanner *s, cj_token *token) {
    const uint8_t *quote = next_quote(s, VALUE_OR_END);
    return quote != NULL && s->kind[s->depth - 1] == 'a' && read_plain_string(s, token, quote);
}

int cj_read_plain_member(cj_scanner *s, cj_token *key, cj_token *value) {
    const uint8_t *quote = next_quote(s, KEY_OR_END), *before = s->at;
    if (quote == NULL || s->kind[s->depth - 1] != 'o') return 0;
    s->at = quote;
    if (!read_plain_key(s, key)) { s->at = before; return 0; }
    key->type = CJ_KEY_NAME;
    if (s->end - s->at >= 2 && s->at[0] == ':' && s->at[1] == '"' && read_plain_string(s, value, s->at + 1)) return 2;
    read_colon(s, value);
    return 1;
}

cj_token cj_next(cj_scanner *s) {
    cj_token token = { .type = CJ_END };
    advance(s, &token);
    return token;
}

bool cj_skip(cj_scanner *s, cj_token first, cj_status *status) {
    if (first.type == CJ_KEY_NAME) first = cj_next(s);
    if (first.type == CJ_OBJECT_BEGIN || first.type == CJ_ARRAY_BEGIN) {
        uint8_t depth = s->depth;
        while (first.type != CJ_ERROR && s->depth >= depth) first = cj_next(s);
    }
    if (status != NULL) *status = first.type == CJ_ERROR ? first.status : CJ_OK;
    return first.type != CJ_ERROR;
}
