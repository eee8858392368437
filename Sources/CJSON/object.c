// Whole objects as bytes: finding members without a tree.
#include "internal.h"

// Behind a container whose opening bracket is at `at`, or NULL.
static const uint8_t *behind_container(const uint8_t *at, const uint8_t *end) {
    size_t depth = 0;
    while (at < end) {
        uint8_t c = *at++;
        if (c == '"') {
            bool escaped;
            at = cj_closing_quote(at, end, &escaped);
            if (at == NULL) return NULL;
            at++;
        } else if (c == '{' || c == '[') {
            if (++depth > CJ_MAX_DEPTH) return NULL;
        } else if (c == '}' || c == ']') {
            if (--depth == 0) return at;
        }
    }
    return NULL;
}

bool cj_walk_value(const uint8_t **at, const uint8_t *end) {
    const uint8_t *p = *at;
    if (p >= end) return false;
    if (*p == '"') {
        bool escaped;
        p = cj_closing_quote(p + 1, end, &escaped);
        if (p != NULL) p++;
    } else if (*p == '{' || *p == '[') {
        p = behind_container(p, end);
    } else {
        while (p < end && *p != ',' && *p != '}' && *p != ']' && !(cj_class[*p] & CJ_C_SPACE)) p++;
        if (p == *at) return false;
    }
    if (p == NULL) return false;
    *at = p;
    return true;
}

bool cj_walk_enter(const uint8_t **at, const uint8_t *end) {
    *at = cj_skip_space(*at, end);
    if (*at >= end || **at != '{') return false;
    ++*at;
    return true;
}

int cj_walk_member(const uint8_t **at, const uint8_t *end, cj_pair *pair) {
    const uint8_t *p = cj_skip_space(*at, end);
    if (p < end && *p == '}') { *at = p + 1; return 0; }
    if (p < end && *p == ',') p = cj_skip_space(p + 1, end);
    if (p >= end || *p != '"') return -1;
    const uint8_t *key = p + 1;
    p = cj_closing_quote(key, end, &pair->escaped);
    if (p == NULL) return -1;
    pair->key = (cj_span){ key, (size_t)(p - key) };
    p = cj_skip_space(p + 1, end);
    if (p >= end || *p != ':') return -1;
    p = cj_skip_space(p + 1, end);
    const uint8_t *value = p;
    if (!cj_walk_value(&p, end)) return -1;
    pair->value = (cj_span){ value, (size_t)(p - value) };
    *at = p;
    return 1;
}

// The key's bytes, in `buffer` if it had escapes. A key that does not fit cannot have passed the check: it is empty.
static cj_span plain_key(const cj_pair *pair, char buffer[CJ_MAX_KEY]) {
    if (!pair->escaped) return pair->key;
    const uint8_t *at = pair->key.bytes;
    size_t length = 0;
    if (cj_unescape(&at, at + pair->key.length, buffer, CJ_MAX_KEY, &length) != CJ_OK) length = 0;
    return (cj_span){ (const uint8_t *)buffer, length };
}

static int compare(cj_span a, cj_span b) {
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter == 0 ? 0 : memcmp(a.bytes, b.bytes, shorter);
    if (order != 0) return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

int cj_pair_compare(const cj_pair *a, const cj_pair *b) {
    char first[CJ_MAX_KEY], second[CJ_MAX_KEY];
    return compare(plain_key(a, first), plain_key(b, second));
}

int cj_pair_compare_text(const cj_pair *a, const char *text, size_t length) {
    char buffer[CJ_MAX_KEY];
    return compare(plain_key(a, buffer), (cj_span){ (const uint8_t *)text, length });
}

cj_span cj_find(const uint8_t *object, size_t length, const char *key, size_t key_length) {
    const uint8_t *at = object, *end = object + length;
    cj_pair pair;
    if (!cj_walk_enter(&at, end)) return (cj_span){ NULL, 0 };
    while (cj_walk_member(&at, end, &pair) == 1)
        if ((pair.escaped || pair.key.length == key_length) && cj_pair_compare_text(&pair, key, key_length) == 0)
            return pair.value;
    return (cj_span){ NULL, 0 };
}

cj_status cj_find_all(const uint8_t *object, size_t length, const char *const *keys, cj_span *spans, size_t count) {
    const uint8_t *at = object, *end = object + length;
    cj_pair pair;
    for (size_t i = 0; i < count; i++) spans[i] = (cj_span){ NULL, 0 };
    if (!cj_walk_enter(&at, end)) return CJ_SYNTAX;
    int step = 1;
    for (size_t found = 0; found < count && (step = cj_walk_member(&at, end, &pair)) == 1;) {
        char buffer[CJ_MAX_KEY];
        size_t i = cj_index(plain_key(&pair, buffer), keys, count);
        if (i == count) continue;
        found += spans[i].bytes == NULL;
        spans[i] = pair.value;
    }
    return step >= 0 ? CJ_OK : CJ_SYNTAX;
}
