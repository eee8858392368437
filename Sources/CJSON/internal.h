// What the files of this target share. Nothing here is for callers.
#ifndef MOONGATE_CJSON_INTERNAL_H
#define MOONGATE_CJSON_INTERNAL_H
#include "cjson.h"
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Byte classes: one table look-up instead of chains of comparisons.
enum {
    CJ_C_PLAIN = 1,     // may stand unescaped in a string and is one byte of UTF-8
    CJ_C_SPACE = 2,
    CJ_C_DIGIT = 4,
    CJ_C_NUMBER = 8,    // may stand in a number
};
extern const uint8_t cj_class[256];

static inline const uint8_t *cj_skip_space(const uint8_t *at, const uint8_t *end) {
    while (at < end && (cj_class[*at] & CJ_C_SPACE)) at++;
    return at;
}

// The bytes of the UTF-8 sequence at `at` (1 to 4), or 0 when it is malformed, cut off, or NUL.
int cj_utf8_length(const uint8_t *at, const uint8_t *end);

// Eight bytes at once: a high bit is set in the result for each byte that needs a closer look. Borrows may mark a
// harmless byte above a marked one, never miss one: the lowest mark is always right.
static inline uint64_t cj_needs_a_look(uint64_t x) {
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t quote = x ^ (ones * '"'), slash = x ^ (ones * '\\');
    return (x | (x - ones * 0x20) | (quote - ones) | (slash - ones)) & high;
}

// The end of the run of plain bytes at `at`.
static inline const uint8_t *cj_plain_run(const uint8_t *at, const uint8_t *end) {
#if defined(__SSE2__)   // every x86-64 has it
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));    // as signed numbers: those above ASCII, too
        int marks = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), other));
        if (marks != 0) return at + __builtin_ctz((unsigned)marks);
        at += 16;
    }
#endif
    while (end - at >= 8) {
        uint64_t word, marks;
        memcpy(&word, at, 8);
        marks = cj_needs_a_look(word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (marks != 0) return at + (__builtin_ctzll(marks) >> 3);
#else
        if (marks != 0) break;
#endif
        at += 8;
    }
    while (at < end && (cj_class[*at] & CJ_C_PLAIN)) at++;
    return at;
}

// The closing quote of the string whose first byte is `at`, or NULL. Checks nothing else.
const uint8_t *cj_rich_closing_quote(const uint8_t *at, const uint8_t *end, bool *escaped);
static inline const uint8_t *cj_closing_quote(const uint8_t *at, const uint8_t *end, bool *escaped) {
    at = cj_plain_run(at, end);
    *escaped = false;
    return at < end && *at == '"' ? at : cj_rich_closing_quote(at, end, escaped);
}
// Decodes the escape at `*at` (which points at the backslash) into 1 to 4 bytes; moves `*at` behind it.
cj_status cj_escape(const uint8_t **at, const uint8_t *end, char out[4], int *count);
// Unescapes and checks the inside of a string. Never writes past `capacity` (CJ_MEMORY). `*at` ends at the fault.
cj_status cj_unescape(const uint8_t **at, const uint8_t *end, char *out, size_t capacity, size_t *length);
// Reads the number at `*at`.
cj_status cj_scan_number(const uint8_t **at, const uint8_t *end, cj_token *token);

static inline cj_seen *cj_seen_keys(cj_scanner *s) { return s->seen != NULL ? s->seen : s->small; }

// The first eight bytes of a key as a number, the rest zero: the larger number is the later text. `end` is how far may be
// read, which is farther than the key.
static inline uint64_t cj_key_prefix(const uint8_t *text, size_t length, const uint8_t *end) {
    uint64_t prefix = 0;
    if (end - text >= 8) memcpy(&prefix, text, 8); else memcpy(&prefix, text, length);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    prefix = __builtin_bswap64(prefix);
#endif
    return length < 8 && length > 0 ? prefix & ~(uint64_t)0 << (64 - 8 * length) : prefix;
}

// Registers a key without escapes if it comes behind all that its object has had. False: nothing is done, and whether it
// is new has to be found out by cj_keys_add.
static inline bool cj_keys_ascend(cj_scanner *s, const uint8_t *text, size_t length, uint64_t prefix) {
    size_t place = s->depth - 1u, count = s->keys[place];
    size_t size = s->seen != NULL ? s->seen_size : CJ_SMALL_KEYS;
    if (!(s->ascending >> place & 1) || count >= s->most_keys || s->seen_count == size) return false;
    cj_seen *next = cj_seen_keys(s) + s->seen_count;
    if (count > 0 && prefix <= next[-1].hash) {
        if (prefix != next[-1].hash) return false;
        size_t shorter = length < next[-1].length ? length : next[-1].length;
        int order = memcmp(text, next[-1].raw, shorter);
        if (order < 0 || (order == 0 && length <= next[-1].length)) return false;
    }
    next->raw = text;
    next->hash = prefix;
    next->slot = UINT32_MAX;
    next->length = (uint16_t)length;
    next->escaped = false;
    s->seen_count++;
    s->keys[place] = (uint16_t)(count + 1);
    return true;
}

// Registers a key of the innermost open object: CJ_DUPLICATE, CJ_TOO_MANY, CJ_MEMORY or CJ_OK.
cj_status cj_keys_add(cj_scanner *s, const uint8_t *raw, size_t raw_length, bool escaped,
                      const char *text, size_t length);
// Forgets the keys of the innermost open object.
void cj_keys_close(cj_scanner *s);
// A hash that is keyed per process, so that colliding keys cannot be prepared.
uint64_t cj_hash(const char *text, size_t length);

// --- Walking bytes that have been checked: bounds are kept whatever they hold, grammar is not looked at twice.

typedef struct { cj_span key, value; bool escaped; } cj_pair;   // key: raw, without the quotes
// Moves `*at` behind the value there. False when the bytes end too early or nest too deep.
bool cj_walk_value(const uint8_t **at, const uint8_t *end);
// Enters an object: `*at` moves behind the brace. False when it is none.
bool cj_walk_enter(const uint8_t **at, const uint8_t *end);
// The next member. 1: there is one; 0: the object is closed; -1: the bytes are not what was promised.
int cj_walk_member(const uint8_t **at, const uint8_t *end, cj_pair *pair);
// Which of these NUL-terminated keys it is; `count` when it is none.
static inline size_t cj_index(cj_span key, const char *const *keys, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (key.length > 0 && keys[i][0] == (char)key.bytes[0]
            && strlen(keys[i]) == key.length && memcmp(keys[i], key.bytes, key.length) == 0) return i;
    return count;
}
// Compares keys as unescaped bytes, like memcmp and then by length.
int cj_pair_compare(const cj_pair *a, const cj_pair *b);
int cj_pair_compare_text(const cj_pair *a, const char *text, size_t length);
#endif
