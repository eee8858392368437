// Whole documents: whether they are of the dialect, and where some of their members are.
#include "internal.h"

// Reads what documents mostly are made of, strings in a list and members that are strings, as far as there is nothing else.
static inline void read_plain(cj_scanner *s, cj_token *value) {
    cj_token key;
    if (s->kind[s->depth - 1] == 'a') while (cj_read_plain_element(s, value)) {}
    else while (cj_read_plain_member(s, &key, value) == 2) {}
}

// Reads on until the containers that are open beyond `depth` are closed, or to an error.
static void read_rest(cj_scanner *s, cj_token *token, uint8_t depth) {
    while (s->depth > depth && token->type != CJ_ERROR) {
        read_plain(s, token);
        cj_read(s, token);
    }
}

static cj_status finish(cj_scanner *s, cj_token *token) {
    if (token->type != CJ_ERROR) cj_read(s, token);
    cj_scanner_free(s);
    return token->type == CJ_ERROR ? token->status : CJ_OK;
}

cj_status cj_check(const uint8_t *bytes, size_t length, cj_token_type *type) {
    cj_scanner s;
    cj_token token = { .type = CJ_END };
    cj_scanner_init(&s, bytes, length);
    cj_read(&s, &token);
    if (type != NULL) *type = token.type;
    read_rest(&s, &token, 0);
    return finish(&s, &token);
}

// Reads the members of the outermost object up to its end or to an error.
static void read_members(cj_scanner *s, cj_token *token, const char *const *keys, cj_span *spans, size_t count) {
    for (;;) {
        cj_token key;
        int plain = cj_read_plain_member(s, &key, token);
        if (plain == 0) {
            cj_read(s, token);
            if (token->type != CJ_KEY_NAME) return;
            key = *token;
        }
        // Now: the key may lie in the scanner's scratch.
        size_t i = cj_index((cj_span){ (const uint8_t *)key.text, key.length }, keys, count);
        const uint8_t *start = plain == 2 ? (const uint8_t *)token->text - 1 : s->at;
        if (plain != 2) {
            cj_read(s, token);
            read_rest(s, token, 1);
            if (token->type == CJ_ERROR) return;
        }
        if (i < count) spans[i] = (cj_span){ start, (size_t)(s->at - start) };
    }
}

cj_status cj_check_finding(const uint8_t *bytes, size_t length, const char *const *keys, cj_span *spans, size_t count) {
    cj_scanner s;
    cj_token token = { .type = CJ_END };
    for (size_t i = 0; i < count; i++) spans[i] = (cj_span){ NULL, 0 };
    cj_scanner_init(&s, bytes, length);
    cj_read(&s, &token);
    if (token.type != CJ_OBJECT_BEGIN) {
        cj_scanner_free(&s);
        return token.type == CJ_ERROR ? token.status : CJ_SYNTAX;
    }
    read_members(&s, &token, keys, spans, count);
    return finish(&s, &token);
}
