// The canonical form: one document, one sequence of bytes.
#include "internal.h"
#include <stdlib.h>

#define SMALL 64

// Members of the objects being written, as a stack: the innermost object's are on top.
typedef struct {
    cj_pair *pairs;
    size_t count, size;
    cj_buffer *out;
    cj_status status;
    cj_pair small[SMALL];
} writer;

static bool fail(writer *w, cj_status status) {
    w->status = status;
    return false;
}

static bool push(writer *w, const cj_pair *pair) {
    if (w->count == w->size) {
        bool small = w->pairs == w->small;
        cj_pair *pairs = realloc(small ? NULL : w->pairs, w->size * 2 * sizeof *pairs);
        if (pairs == NULL) return fail(w, CJ_MEMORY);
        if (small) memcpy(pairs, w->small, sizeof w->small);
        w->pairs = pairs;
        w->size *= 2;
    }
    w->pairs[w->count++] = *pair;
    return true;
}

static int by_key(const void *a, const void *b) { return cj_pair_compare(a, b); }

static void sort(cj_pair *pairs, size_t count) {
    if (count > 24) { qsort(pairs, count, sizeof *pairs, by_key); return; }
    for (size_t i = 1; i < count; i++) {
        if (cj_pair_compare(&pairs[i - 1], &pairs[i]) <= 0) continue;   // usual: they are sorted already
        cj_pair moved = pairs[i];
        size_t j = i;
        do { pairs[j] = pairs[j - 1]; j--; } while (j > 0 && cj_pair_compare(&pairs[j - 1], &moved) > 0);
        pairs[j] = moved;
    }
}

// Reads the members of the object at `*at`, sorted, onto the stack.
static bool collect(writer *w, const uint8_t **at, const uint8_t *end) {
    size_t base = w->count;
    cj_pair pair;
    if (!cj_walk_enter(at, end)) return fail(w, CJ_SYNTAX);
    int step;
    while ((step = cj_walk_member(at, end, &pair)) == 1) {
        if (w->count - base == CJ_MAX_KEYS) return fail(w, CJ_TOO_MANY);
        if (!push(w, &pair)) return false;
    }
    if (step < 0) return fail(w, CJ_SYNTAX);
    sort(w->pairs + base, w->count - base);
    return true;
}

// Writes the inside of a string that may have escapes, each in its one canonical form.
static bool put_text(writer *w, const uint8_t *at, const uint8_t *end, bool escaped) {
    cj_put_byte(w->out, '"');
    while (escaped && at < end) {
        const uint8_t *slash = memchr(at, '\\', (size_t)(end - at));
        if (slash == NULL) break;
        cj_put(w->out, at, (size_t)(slash - at));
        at = slash;
        char bytes[4];
        int count;
        if (cj_escape(&at, end, bytes, &count) != CJ_OK) return fail(w, CJ_SYNTAX);
        if (count > 1) { cj_put(w->out, bytes, (size_t)count); continue; }
        // A quoted string of one byte, without its quotes: the writer knows the escapes.
        size_t before = w->out->length;
        if (!cj_put_string(w->out, bytes, 1) || w->out->failed) return fail(w, CJ_MEMORY);
        memmove(w->out->bytes + before, w->out->bytes + before + 1, w->out->length - before - 2);
        w->out->length -= 2;
    }
    cj_put(w->out, at, (size_t)(end - at));
    cj_put_byte(w->out, '"');
    return true;
}

static bool put_value(writer *w, cj_span value, int depth);

static bool put_pair(writer *w, const cj_pair *pair, int depth, bool first) {
    if (!first) cj_put_byte(w->out, ',');
    if (!put_text(w, pair->key.bytes, pair->key.bytes + pair->key.length, pair->escaped)) return false;
    cj_put_byte(w->out, ':');
    return put_value(w, pair->value, depth);
}

static bool put_object(writer *w, cj_span value, int depth) {
    size_t base = w->count;
    const uint8_t *at = value.bytes;
    if (!collect(w, &at, at + value.length)) return false;
    size_t top = w->count;
    cj_put_byte(w->out, '{');
    for (size_t i = base; i < top; i++) {
        cj_pair pair = w->pairs[i];   // the stack may move below
        if (!put_pair(w, &pair, depth, i == base)) return false;
    }
    cj_put_byte(w->out, '}');
    w->count = base;
    return true;
}

static bool put_array(writer *w, cj_span value, int depth) {
    const uint8_t *at = value.bytes + 1, *end = value.bytes + value.length;
    cj_put_byte(w->out, '[');
    for (bool first = true;; first = false) {
        at = cj_skip_space(at, end);
        if (at < end && *at == ']') break;
        if (!first) {
            if (at >= end || *at != ',') return fail(w, CJ_SYNTAX);
            at = cj_skip_space(at + 1, end);
            cj_put_byte(w->out, ',');
        }
        const uint8_t *from = at;
        if (!cj_walk_value(&at, end)) return fail(w, CJ_SYNTAX);
        if (!put_value(w, (cj_span){ from, (size_t)(at - from) }, depth)) return false;
    }
    cj_put_byte(w->out, ']');
    return true;
}

static bool put_number(writer *w, cj_span value) {
    cj_token token = { .type = CJ_INT };
    const uint8_t *at = value.bytes, *end = at + value.length;
    cj_status status = cj_scan_number(&at, end, &token);
    if (status != CJ_OK || at != end) return fail(w, status != CJ_OK ? status : CJ_SYNTAX);
    if (token.type == CJ_INT) cj_put_int(w->out, token.integer);
    else if (!cj_put_double(w->out, token.number)) return fail(w, CJ_NUMBER);
    return true;
}

static bool put_value(writer *w, cj_span value, int depth) {
    if (value.length == 0) return fail(w, CJ_SYNTAX);
    switch (value.bytes[0]) {
    case '{': return depth >= CJ_MAX_DEPTH ? fail(w, CJ_DEPTH) : put_object(w, value, depth + 1);
    case '[': return depth >= CJ_MAX_DEPTH ? fail(w, CJ_DEPTH) : put_array(w, value, depth + 1);
    case '"': {
        if (value.length < 2) return fail(w, CJ_SYNTAX);
        const uint8_t *from = value.bytes + 1, *end = value.bytes + value.length - 1;
        return put_text(w, from, end, memchr(from, '\\', (size_t)(end - from)) != NULL);
    }
    case 't': case 'f': case 'n': cj_put(w->out, value.bytes, value.length); return true;
    default: return put_number(w, value);
    }
}

// The top level: the sorted members merged with the sorted overrides.
static bool put_merged(writer *w, const cj_member *overrides, size_t count) {
    size_t i = 0, j = 0, top = w->count;
    bool first = true;
    cj_put_byte(w->out, '{');
    while (i < top || j < count) {
        int order = i == top ? 1 : j == count ? -1
            : cj_pair_compare_text(&w->pairs[i], overrides[j].key, strlen(overrides[j].key));
        if (order < 0) {
            cj_pair pair = w->pairs[i++];
            if (!put_pair(w, &pair, 1, first)) return false;
            first = false;
            continue;
        }
        if (order == 0) i++;
        const cj_member *member = &overrides[j++];
        if (member->value.bytes == NULL) continue;
        if (!first) cj_put_byte(w->out, ',');
        first = false;
        if (!cj_put_string(w->out, member->key, strlen(member->key))) return fail(w, CJ_KEY);
        cj_put_byte(w->out, ':');
        if (!put_value(w, member->value, 1)) return false;
    }
    cj_put_byte(w->out, '}');
    return true;
}

bool cj_canonical(cj_buffer *out, const uint8_t *object, size_t length,
                  const cj_member *overrides, size_t count, cj_status *status) {
    writer w;
    w.pairs = w.small;
    w.count = 0;
    w.size = SMALL;
    w.out = out;
    w.status = CJ_OK;
    const uint8_t *at = object, *end = object + length;
    bool good = collect(&w, &at, end);
    if (good && cj_skip_space(at, end) != end) good = fail(&w, CJ_TRAILING);
    good = good && put_merged(&w, overrides, count);
    if (good && out->failed) good = fail(&w, CJ_MEMORY);
    if (w.pairs != w.small) free(w.pairs);
    if (status != NULL) *status = w.status;
    return good;
}
