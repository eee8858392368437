// The one strict JSON scanner and writer (RFC 8259, narrowed). It stands under the Lua codec and under Swift's
// JSONValue, so no two parsers in the process can disagree about what a document says.
//
// The dialect, everywhere:
//   - UTF-8 only, checked (no overlong forms, no surrogates, no BOM); `\u` escapes must pair up; `\u0000` and raw
//     control characters are refused.
//   - numbers: an integer literal must fit int64; anything with a fraction or an exponent is a finite double. "-0" is
//     the integer 0. A number takes at most CJ_MAX_NUMBER bytes.
//   - object keys are unique after unescaping, not empty, at most CJ_MAX_KEY bytes and hold no control characters.
//   - at most CJ_MAX_DEPTH levels, CJ_MAX_KEYS keys an object; the caller sets the size limit by the length it passes.
//   - nothing but white space after the value.
#ifndef MOONGATE_CJSON_H
#define MOONGATE_CJSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CJ_MAX_DEPTH 32
#define CJ_MAX_KEYS 1024
#define CJ_MAX_KEY 256
#define CJ_MAX_NUMBER 512

typedef enum {
    CJ_OK = 0,
    CJ_SYNTAX,      // not JSON
    CJ_UTF8,        // bad UTF-8, a lone surrogate, or NUL
    CJ_NUMBER,      // integer outside int64, or not finite
    CJ_DEPTH,       // nested deeper than CJ_MAX_DEPTH
    CJ_KEY,         // empty, too long, or with a control character
    CJ_DUPLICATE,   // the same key twice in one object
    CJ_TOO_MANY,    // more than CJ_MAX_KEYS keys in one object
    CJ_TRAILING,    // something after the value
    CJ_MEMORY,      // allocation failed
} cj_status;

// A short English phrase for a status, without the input.
const char *cj_status_text(cj_status status);

typedef enum {
    CJ_END = 0,     // the document is complete and nothing follows
    CJ_NULL, CJ_FALSE, CJ_TRUE,
    CJ_INT,         // .integer
    CJ_DOUBLE,      // .number
    CJ_STRING,      // .text .length: unescaped bytes
    CJ_KEY_NAME,    // .text .length: unescaped bytes; the value follows
    CJ_OBJECT_BEGIN, CJ_OBJECT_END, CJ_ARRAY_BEGIN, CJ_ARRAY_END,
    CJ_ERROR,       // .status
} cj_token_type;

typedef struct {
    cj_token_type type;
    cj_status status;
    const char *text;   // in the input when it had no escapes, else in the scanner's scratch: valid until the next call
    size_t length;
    int64_t integer;
    double number;
} cj_token;

// A key of an open object (private). `hash` holds the key's first bytes as long as the object's keys ascend.
typedef struct { const uint8_t *raw; uint64_t hash; uint32_t slot; uint16_t length; bool escaped; } cj_seen;
#define CJ_SMALL_KEYS 24

// A pull scanner over borrowed bytes. It owns only its scratch (free it with cj_scanner_free). Duplicate keys are
// found with no allocation for small objects. A copy of a scanner must not be used beside the original.
typedef struct cj_scanner cj_scanner;
struct cj_scanner {
    const uint8_t *start, *at, *end;
    uint8_t depth;
    uint8_t kind[CJ_MAX_DEPTH];      // 'o' or 'a'
    uint8_t expect;                   // what the grammar allows next (private)
    uint8_t failed;                   // the first error; it is returned again and again (private)
    uint16_t most_keys;               // CJ_MAX_KEYS; who trusts the document may set more after cj_scanner_init
    uint16_t keys[CJ_MAX_DEPTH];     // keys seen so far in each open object
    uint32_t ascending;               // bit i: those of the object at depth i came in byte order (private)
    char *scratch; size_t scratch_size;
    cj_seen *seen; size_t seen_count, seen_size;   // keys of the open objects, once `small` is full (private)
    uint32_t *slots; size_t slot_count, slots_used; // hash table over `seen`, for objects with many keys (private)
    cj_seen small[CJ_SMALL_KEYS];
};

void cj_scanner_init(cj_scanner *s, const uint8_t *bytes, size_t length);
cj_token cj_next(cj_scanner *s);
// The same into a token of the caller's: of its fields only those that belong to the type are set.
void cj_read(cj_scanner *s, cj_token *token);
// What documents of our own writing are mostly made of, in fewer steps. Where the next element of the open array is a
// string without escapes, it is read; false: nothing is done, ask cj_read.
bool cj_read_plain_element(cj_scanner *s, cj_token *token);
// Where the next member of the open object begins with a key that is plain and in order, and its value likewise is a
// string: 2, both are read; 1, only the key is; 0, nothing is done. Ask cj_read for the rest.
int cj_read_plain_member(cj_scanner *s, cj_token *key, cj_token *value);
// Skips the rest of the value whose first token was just returned: nothing to do for scalars; after a key, the whole
// value that follows. False on an error. After a key, cj_offset is the first byte of its value; after a value, the byte
// behind it.
bool cj_skip(cj_scanner *s, cj_token first, cj_status *status);
size_t cj_offset(const cj_scanner *s);
void cj_scanner_free(cj_scanner *s);

// Checks a whole document. `type` (may be NULL) receives the type of its outermost value.
cj_status cj_check(const uint8_t *bytes, size_t length, cj_token_type *type);

// A growing output buffer: malloc'd, reused, freed by its owner. Appending never raises; on exhausted memory or past
// `limit` it goes to `failed` and stays there.
typedef struct { uint8_t *bytes; size_t length, capacity, limit; bool failed; } cj_buffer;
void cj_buffer_init(cj_buffer *b, size_t limit);
void cj_buffer_free(cj_buffer *b);
void cj_put(cj_buffer *b, const void *bytes, size_t length);
void cj_put_byte(cj_buffer *b, uint8_t byte);
// Writes a JSON string, quotes included; escapes only `"`, `\` and control characters. The bytes must be valid UTF-8
// without NUL: false (nothing written) if not.
bool cj_put_string(cj_buffer *b, const char *text, size_t length);
// Whether a text may be a key and needs no escapes: printable ASCII without `"` and `\`.
bool cj_plain_key(const char *text, size_t length);
void cj_put_int(cj_buffer *b, int64_t value);
// Shortest form that reads back equal; a whole number under 2^53 is written as an integer. False if not finite.
bool cj_put_double(cj_buffer *b, double value);
bool cj_valid_utf8(const char *text, size_t length);   // also false on NUL

// --- Whole objects as bytes: what the session path needs without building a tree. `object` must have passed cj_check.

// A span of the raw value of a top-level key, or {NULL, 0}. The key is compared after unescaping.
typedef struct { const uint8_t *bytes; size_t length; } cj_span;
cj_span cj_find(const uint8_t *object, size_t length, const char *key, size_t key_length);
// Several at once, one pass over the object that ends with the last of them: spans[i] belongs to keys[i] (NUL-terminated).
cj_status cj_find_all(const uint8_t *object, size_t length, const char *const *keys, cj_span *spans, size_t count);
// cj_check and cj_find_all in one pass, for bytes that have not been checked. CJ_SYNTAX when they are no object; the spans
// mean nothing unless it is CJ_OK.
cj_status cj_check_finding(const uint8_t *bytes, size_t length, const char *const *keys, cj_span *spans, size_t count);

typedef struct { const char *key; cj_span value; } cj_member;   // value.bytes NULL: remove the key
// Writes `object` in canonical form (keys in byte order at every level, no white space, shortest numbers), with
// top-level members replaced, added or removed. Overrides must be sorted by key. False: see `status`.
bool cj_canonical(cj_buffer *out, const uint8_t *object, size_t length,
                  const cj_member *overrides, size_t count, cj_status *status);
#endif
