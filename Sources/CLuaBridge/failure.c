// Reports: a stable code, a message without addresses, where it happened.
#include "bridge.h"
#include <stdio.h>

#define SHORT_NAME 59   // as far as Lua prints a chunk's name

// Copies text for people: control characters and broken UTF-8 become question marks.
static void copy_text(char *out, size_t size, const char *text, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)text[i];
        size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
        if (used + n >= size) break;
        bool good = n <= length - i && cj_valid_utf8(text + i, n) && (c >= 0x20 || c == '\n' || c == '\t') && c != 0x7f;
        if (!good) n = 1;
        if (good) memcpy(out + used, text + i, n); else out[used] = '?';
        used += n;
        i += n;
    }
    out[used] = 0;
}

void mg_fail(mg_state *S, const char *code, const char *message) {
    S->failure = (mg_failure){ .code = code, .message = S->message };
    copy_text(S->message, sizeof S->message, message, strlen(message));
}

// Skips "name:12: " and reports what it said.
static const char *skip_place(mg_state *S, const char *text) {
    for (size_t i = 0; i < S->script_count; i++) {
        size_t n = strnlen(S->scripts[i], SHORT_NAME);
        if (strncmp(text, S->scripts[i], n) != 0 || text[n] != ':') continue;
        const char *at = text + n + 1;
        int line = 0;
        while (*at >= '0' && *at <= '9' && line < 100000000) line = line * 10 + (*at++ - '0');
        if (at[0] != ':' || at[1] != ' ') continue;
        S->failure.script = S->scripts[i];
        S->failure.line = line;
        return at + 2;
    }
    return text;
}

// The innermost function of a script on the stack that the error left behind.
void mg_find_place(mg_state *S, lua_State *L) {
    lua_Debug ar;
    for (int level = 0; lua_getstack(L, level, &ar) == 1; level++) {
        if (lua_getinfo(L, "Sl", &ar) == 0 || ar.currentline <= 0) continue;
        S->failure.script = mg_script_name(S, ar.source + 1);
        S->failure.line = ar.currentline;
        return;
    }
}

void mg_fail_error(mg_state *S, lua_State *L, int status) {
    const char *code = status == LUA_ERRSYNTAX ? "script.syntax" : "script.error", *text = NULL;
    char limit[MG_BREACH_TEXT];
    size_t length = 0;
    if (S->breach != MG_WITHIN) {
        code = mg_breach_code(S->breach);
        text = mg_breach_text(S, S->breach, limit, sizeof limit);
    } else if (status == LUA_ERRMEM) {
        code = "script.memory";
        text = mg_breach_text(S, MG_OVER_MEMORY, limit, sizeof limit);
    }
    mg_failure known = S->failure;
    S->failure = (mg_failure){ .code = code, .message = S->message };
    if (S->breach != MG_WITHIN) S->failure.script = known.script, S->failure.line = known.line;
    if (text == NULL && lua_gettop(L) > 0 && lua_type(L, -1) == LUA_TSTRING) {
        text = skip_place(S, lua_tostring(L, -1));
        length = strlen(text);
    } else if (text == NULL) {
        text = lua_gettop(L) > 0 && lua_type(L, -1) == LUA_TTABLE ? "raised a table as an error"
                                                                   : "raised an error that is not text";
        length = strlen(text);
    } else {
        length = strlen(text);
    }
    copy_text(S->message, sizeof S->message, text, length);
    if (S->failure.script == NULL && status != LUA_ERRSYNTAX) mg_find_place(S, L);
}

static bool plain_name(const mg_step *step) {
    if (step->length == 0 || step->length > 64) return false;
    for (size_t i = 0; i < step->length; i++) {
        char c = step->key[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
    }
    return true;
}

size_t mg_render_path(const mg_refusal *refusal, const char *root, char *out, size_t size) {
    int n = snprintf(out, size, "%s", root);
    size_t used = n < 0 ? 0 : (size_t)n;
    for (int i = 0; i < refusal->depth && used + 1 < size; i++) {
        const mg_step *step = &refusal->path[i];
        char name[80];
        if (step->key == NULL) {
            n = snprintf(out + used, size - used, "[%lld]", (long long)step->index);
        } else {
            copy_text(name, sizeof name, step->key, step->length);
            n = snprintf(out + used, size - used, plain_name(step) ? ".%s" : "[\"%s\"]", name);
        }
        if (n > 0) used += (size_t)n;
    }
    if (used >= size) used = size - 1;
    return used;
}

void mg_fail_refused(mg_state *S, const mg_refusal *refusal, const char *root) {
    mg_fail(S, refusal->code, refusal->message);
    mg_render_path(refusal, root, S->path, sizeof S->path);
    S->failure.path = S->path;
}
