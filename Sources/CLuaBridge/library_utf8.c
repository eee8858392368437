// `utf8`: the stock functions behind a counter, and `codes`, which in Lua 5.4.4 passes over stray continuation bytes.
#include "bridge.h"

static bool continues(uint8_t byte) { return (byte & 0xc0) == 0x80; }

// The bytes of the sequence that a byte begins, by the number of its leading ones; 0 when it begins none.
static int width(uint8_t first) {
    if (first < 0x80) return 1;
    int ones = __builtin_clz(~((uint32_t)first << 24));
    return ones < 2 || ones > 6 ? 0 : ones;
}

// The code of the sequence at `at`, or -1: cut off, longer than it need be, or, unless `lax`, no Unicode scalar.
static int64_t code_at(const uint8_t *at, const uint8_t *end, bool lax, int *length) {
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000 };
    int count = width(*at);
    if (count == 0 || end - at < count) return -1;
    *length = count;
    if (count == 1) return *at;
    uint32_t code = *at & (0x7fu >> count);
    for (int i = 1; i < count; i++) {
        if (!continues(at[i])) return -1;
        code = code << 6 | (at[i] & 0x3fu);
    }
    if (code < least[count]) return -1;
    if (!lax && (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))) return -1;
    return code;
}

// (text, position of the character before) -> position and code of the next
static int next_code(lua_State *L) {
    size_t size;
    const uint8_t *text = (const uint8_t *)luaL_checklstring(L, 1, &size), *end = text + size;
    lua_Unsigned before = (lua_Unsigned)lua_tointeger(L, 2);
    bool lax = lua_toboolean(L, lua_upvalueindex(1));
    int length = 0;
    mg_count(L, 1);
    size_t at = 0;
    if (before > 0) {
        if (before > size) return 0;
        at = (size_t)before - 1;
        if (code_at(text + at, end, lax, &length) < 0) return luaL_error(L, "invalid UTF-8 code");
        at += (size_t)length;
    }
    if (at >= size) return 0;
    int64_t code = code_at(text + at, end, lax, &length);
    if (code < 0) return luaL_error(L, "invalid UTF-8 code");
    lua_pushinteger(L, (lua_Integer)at + 1);
    lua_pushinteger(L, (lua_Integer)code);
    return 2;
}

static int codes(lua_State *L) {
    (void)luaL_checkstring(L, 1);
    lua_pushboolean(L, lua_toboolean(L, 2));
    lua_pushcclosure(L, next_code, 1);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

mg_stock mg_stock_utf8[] = {
    { "char", mg_counted_stock }, { "codepoint", mg_counted_stock }, { "len", mg_counted_stock },
    { "offset", mg_counted_stock }, { NULL },
};

void mg_library_utf8(mg_state *S, lua_State *L) {
    (void)S;
    mg_stock_set(L, mg_stock_utf8);
    static const char pattern[] = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*";     // the manual's, section 6.5
    lua_pushlstring(L, pattern, sizeof pattern - 1);                    // a literal would end at its NUL
    lua_setfield(L, -2, "charpattern");
    lua_pushcfunction(L, codes);
    lua_setfield(L, -2, "codes");
}
