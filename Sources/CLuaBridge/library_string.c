// `string`: the stock functions behind a counter, those that could grow without bound behind a limit. Functions with
// patterns are in library_pattern.c.
#include "bridge.h"

#define LARGEST ((size_t)1 << 20)   // of any string a library function makes

// Charges for all text among the arguments, then goes on in the stock function.
int mg_counted_stock(lua_State *L) {
    uint64_t bytes = 0;
    int count = lua_gettop(L);
    for (int i = 1; i <= count; i++) if (lua_type(L, i) == LUA_TSTRING) bytes += lua_rawlen(L, i);
    mg_count(L, 1 + bytes / 16);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int repeat(lua_State *L) {
    size_t length, separator = 0;
    (void)luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2);
    (void)luaL_optlstring(L, 3, "", &separator);
    if (n > 0 && length + separator > 0 && (uint64_t)n > LARGEST / (length + separator))
        return luaL_error(L, "resulting string too large");
    if (n <= 0 || length + separator == 0) {   // stock Lua counts to n even for nothing
        lua_pushliteral(L, "");
        return 1;
    }
    mg_count(L, 1 + (uint64_t)n * (length + separator) / 16 + (uint64_t)n / 4);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// Replaces what `%s` would print with an address by text of ours; refuses `%p`.
static uint64_t check_format(lua_State *L) {
    size_t length;
    const char *at = luaL_checklstring(L, 1, &length), *end = at + length;
    int argument = 1, count = lua_gettop(L);
    uint64_t bytes = length;
    while (at < end) {
        if (*at++ != '%') continue;
        if (at < end && *at == '%') { at++; continue; }
        while (at < end && *at != 0 && strchr("-+ #0123456789.", *at) != NULL) at++;
        if (at == end) break;
        argument++;
        if (*at == 'p') luaL_error(L, "'%%p' is not available here");
        if (*at == 'f' || *at == 'F') bytes += 400; else bytes += 32;
        if (*at != 's' && lua_type(L, argument) == LUA_TSTRING) mg_count(L, lua_rawlen(L, argument) / 8);
        if (*at == 'q' && lua_type(L, argument) == LUA_TSTRING) bytes += 4 * lua_rawlen(L, argument);   // at most
        if (*at != 's' || argument > count) continue;
        if (lua_type(L, argument) != LUA_TSTRING) {
            mg_tostring(L, argument);
            lua_replace(L, argument);
        }
        bytes += lua_rawlen(L, argument);
    }
    return bytes;
}

static int format(lua_State *L) {
    uint64_t bytes = check_format(L);
    if (bytes > LARGEST) return luaL_error(L, "resulting string too large");
    mg_count(L, 1 + bytes / 8);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

mg_stock mg_stock_string[] = {
    { "byte", mg_counted_stock }, { "char", mg_counted_stock }, { "format", format }, { "len", mg_counted_stock },
    { "lower", mg_counted_stock }, { "pack", mg_counted_stock }, { "packsize", mg_counted_stock }, { "rep", repeat },
    { "reverse", mg_counted_stock }, { "sub", mg_counted_stock }, { "unpack", mg_counted_stock },
    { "upper", mg_counted_stock }, { NULL },
};

void mg_library_string(mg_state *S, lua_State *L) {
    (void)S;
    mg_stock_set(L, mg_stock_string);
}
