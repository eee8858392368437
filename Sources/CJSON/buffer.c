// The output buffer.
#include "internal.h"
#include <stdlib.h>

void cj_buffer_init(cj_buffer *b, size_t limit) {
    b->bytes = NULL;
    b->length = b->capacity = 0;
    b->limit = limit;
    b->failed = false;
}

void cj_buffer_free(cj_buffer *b) {
    free(b->bytes);
    cj_buffer_init(b, b->limit);
}

static bool grow(cj_buffer *b, size_t more) {
    if (b->failed || more > b->limit || b->length > b->limit - more) { b->failed = true; return false; }
    size_t needed = b->length + more, capacity = b->capacity < 256 ? 256 : b->capacity;
    while (capacity < needed) capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    uint8_t *bytes = realloc(b->bytes, capacity);
    if (bytes == NULL) { b->failed = true; return false; }
    b->bytes = bytes;
    b->capacity = capacity;
    return true;
}

// `failed` buffers never pass: their room is not asked for.
static inline bool room(cj_buffer *b, size_t more) {
    if (b->failed) return false;
    if (b->length > b->limit || more > b->limit - b->length) { b->failed = true; return false; }
    return more <= b->capacity - b->length || grow(b, more);
}

void cj_put(cj_buffer *b, const void *bytes, size_t length) {
    if (length == 0 || !room(b, length)) return;
    memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
}

void cj_put_byte(cj_buffer *b, uint8_t byte) {
    if (!room(b, 1)) return;
    b->bytes[b->length++] = byte;
}
