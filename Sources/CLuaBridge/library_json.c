// What a script needs to say in JSON what Lua cannot: null inside an array, and an array that may be empty.
#include "bridge.h"

static int as_array(lua_State *L) {
    mg_state *S = mg_of(L);
    if (lua_isnoneornil(L, 1)) lua_settop(L, 0), lua_newtable(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    mg_late_settle(S, L, 1);
    if (lua_getmetatable(L, 1)) {
        bool already = lua_topointer(L, -1) == S->array_mark;
        luaL_argcheck(L, already, 1, "has a metatable");
        lua_settop(L, 1);
        return 1;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->array_ref);
    lua_setmetatable(L, 1);
    return 1;
}

void mg_library_json(mg_state *S, lua_State *L) {
    (void)S;
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    lua_pushcfunction(L, as_array);
    lua_setfield(L, -2, "array");
}
