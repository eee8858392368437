// `string.find match gmatch`, on the counted matcher; gsub is in a file of its own.
#include "pattern.h"

void mg_match_prepare(mg_matcher *m, lua_State *L, const char *text, size_t length, const char *p, size_t p_length) {
    m->L = L;
    m->text = text;
    m->text_end = text + length;
    m->pattern_end = p + p_length;
    m->unpaid = 0;
    mg_match_reset(m);
}

void mg_push_capture(mg_matcher *m, int i, const char *s, const char *end) {
    if (i >= m->captures) {
        if (i != 0) luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, s, (size_t)(end - s));
        return;
    }
    ptrdiff_t length = m->capture[i].length;
    if (length == MG_CAPTURE_OPEN) luaL_error(m->L, "unfinished capture");
    if (length == MG_CAPTURE_POSITION) lua_pushinteger(m->L, m->capture[i].start - m->text + 1);
    else lua_pushlstring(m->L, m->capture[i].start, (size_t)length);
}

int mg_push_captures(mg_matcher *m, const char *s, const char *end) {
    int count = m->captures == 0 && s != NULL ? 1 : m->captures;
    luaL_checkstack(m->L, count, "too many captures");
    for (int i = 0; i < count; i++) mg_push_capture(m, i, s, end);
    return count;
}

// Where to begin, from 0; `length` + 1 when that is behind the end.
static size_t start_offset(lua_State *L, int index, size_t length) {
    lua_Integer at = luaL_optinteger(L, index, 1);
    if (at > 0) return (lua_Unsigned)at - 1 > length ? length + 1 : (size_t)at - 1;
    if (at == 0 || at < -(lua_Integer)length) return 0;
    return length - (size_t)-at;
}

static int find_plain(lua_State *L, const char *s, size_t length, const char *p, size_t p_length, size_t offset) {
    mg_count(L, 1 + (length - offset) / 8 + p_length / 8);
    const char *found = p_length == 0 ? s + offset : memmem(s + offset, length - offset, p, p_length);
    if (found == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - s + 1);
    lua_pushinteger(L, found - s + (lua_Integer)p_length);
    return 2;
}

static bool is_plain(lua_State *L, const char *p, size_t length) {
    mg_count(L, length / 8);
    for (size_t i = 0; i < length; i++) if (p[i] != 0 && strchr("^$*+?.([%-", p[i]) != NULL) return false;
    return true;
}

static int search(lua_State *L, bool find) {
    size_t length, p_length;
    const char *s = luaL_checklstring(L, 1, &length), *p = luaL_checklstring(L, 2, &p_length);
    size_t offset = start_offset(L, 3, length);
    if (offset > length) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || is_plain(L, p, p_length))) return find_plain(L, s, length, p, p_length, offset);
    mg_matcher m;
    mg_match_prepare(&m, L, s, length, p, p_length);
    bool anchored = p_length > 0 && *p == '^';
    for (const char *at = s + offset; at <= m.text_end; at++) {
        mg_match_reset(&m);
        const char *end = mg_match(&m, at, p + anchored);
        if (end != NULL) {
            mg_match_pay(&m);
            if (!find) return mg_push_captures(&m, at, end);
            lua_pushinteger(L, at - s + 1);
            lua_pushinteger(L, end - s);
            return 2 + mg_push_captures(&m, NULL, NULL);
        }
        if (anchored) break;
    }
    mg_match_pay(&m);
    lua_pushnil(L);
    return 1;
}

static int find(lua_State *L) { return search(L, true); }
static int match(lua_State *L) { return search(L, false); }

// --- gmatch: text, pattern, where to go on, where the last match ended

static void set_place(lua_State *L, int upvalue, lua_Integer value) {
    lua_pushinteger(L, value);
    lua_replace(L, lua_upvalueindex(upvalue));
}

static int next_match(lua_State *L) {
    size_t length, p_length;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *p = lua_tolstring(L, lua_upvalueindex(2), &p_length);
    lua_Integer from = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    mg_matcher m;
    mg_match_prepare(&m, L, s, length, p, p_length);
    for (const char *at = s + from; at <= m.text_end; at++) {
        mg_match_reset(&m);
        const char *end = mg_match(&m, at, p);
        if (end == NULL || end - s == last) continue;
        mg_match_pay(&m);
        set_place(L, 3, end - s);
        set_place(L, 4, end - s);
        return mg_push_captures(&m, at, end);
    }
    set_place(L, 3, (lua_Integer)length + 1);
    mg_match_pay(&m);
    return 0;
}

static int gmatch(lua_State *L) {
    size_t length;
    (void)luaL_checklstring(L, 1, &length);
    (void)luaL_checkstring(L, 2);
    size_t offset = start_offset(L, 3, length);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)offset);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, next_match, 4);
    return 1;
}

void mg_library_pattern(mg_state *S, lua_State *L) {
    (void)S;
    static const luaL_Reg functions[] = {
        { "find", find }, { "match", match }, { "gmatch", gmatch }, { "gsub", mg_gsub }, { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}
