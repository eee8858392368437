// The plain functions of Lua: those that are harmless as they are, and our own in place of those that are not.
#include "bridge.h"

void mg_tostring(lua_State *L, int index) {
    index = lua_absindex(L, index);
    switch (lua_type(L, index)) {
    case LUA_TNIL: case LUA_TBOOLEAN: case LUA_TNUMBER: case LUA_TSTRING: luaL_tolstring(L, index, NULL); return;
    case LUA_TLIGHTUSERDATA: lua_pushliteral(L, "null"); return;
    default: break;
    }
    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pushvalue(L, index);
        lua_call(L, 1, 1);
        if (lua_tostring(L, -1) == NULL) luaL_error(L, "'__tostring' must return a string");   // a number becomes one
        return;
    }
    int type = luaL_getmetafield(L, index, "__name");
    if (type == LUA_TSTRING) return;
    if (type != LUA_TNIL) lua_pop(L, 1);
    lua_pushstring(L, luaL_typename(L, index));
}

static int to_string(lua_State *L) {
    luaL_checkany(L, 1);
    mg_tostring(L, 1);
    return 1;
}

static int to_number(lua_State *L) {
    mg_count(L, 1 + (lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) / 8 : 0));
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// --- The walk over a list. Most of what a loop over a list costs is this function, so it asks for no more than it must.

static int list_step(lua_State *L) {
    int whole;
    lua_Integer position = lua_tointegerx(L, 2, &whole);
    if (!whole) position = luaL_checkinteger(L, 2);          // raises
    position = (lua_Integer)((lua_Unsigned)position + 1);
    lua_pushinteger(L, position);
    return lua_geti(L, 1, position) == LUA_TNIL ? 1 : 2;
}

static int list(lua_State *L) {
    luaL_checkany(L, 1);
    lua_settop(L, 1);
    lua_pushcfunction(L, list_step);
    lua_insert(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

// --- Protected calls. A call that is over a limit goes on failing, whatever catches it.

static int pcall_done(lua_State *L, int status, lua_KContext keep) {
    mg_state *S = mg_of(L);
    if (S->breach != MG_WITHIN) return mg_stop(L, S, S->breach);
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)keep;
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
}

static int protected_call(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return pcall_done(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, pcall_done), 0);
}

// [f handler true value]; the value is what the handler gave, or raised in its turn.
static int handled(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    mg_state *S = mg_of(L);
    if (S->breach != MG_WITHIN) return mg_stop(L, S, S->breach);
    lua_pushboolean(L, 0);
    lua_replace(L, 3);
    return 2;
}

// [f handler true …]; the handler runs when the failed call is gone, as an ordinary function.
static int xpcall_done(lua_State *L, int status, lua_KContext keep) {
    mg_state *S = mg_of(L);
    if (S->breach != MG_WITHIN) return mg_stop(L, S, S->breach);
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)keep;
    lua_pushvalue(L, 2);
    lua_insert(L, -2);
    return handled(L, lua_pcallk(L, 1, 1, 0, 0, handled), 0);
}

static int handled_call(lua_State *L) {
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    return xpcall_done(L, lua_pcallk(L, lua_gettop(L) - 4, LUA_MULTRET, 0, 2, xpcall_done), 2);
}

// --- Metatables: the allowed metamethods, as they are now, in a table that scripts never see.

static const char *const allowed[] = {
    "__index", "__newindex", "__call", "__eq", "__lt", "__le", "__add", "__sub", "__mul", "__div", "__mod", "__idiv",
    "__unm", "__len", "__tostring", "__pairs", "__name", NULL,
};

static const char *const refused[] = {
    "__gc", "__close", "__mode", "__concat", "__metatable", "__pow", "__band", "__bor", "__bxor", "__shl", "__shr",
    "__bnot", NULL,
};

static int get_metatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (lua_type(L, 1) == LUA_TTABLE) mg_late_settle(mg_of(L), L, 1);
    if (!lua_getmetatable(L, 1)) lua_pushnil(L);
    else (void)luaL_getmetafield(L, 1, "__metatable");     // what stands there is shown in its place
    return 1;
}

static int set_metatable(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int type = lua_type(L, 2);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    mg_late_settle(mg_of(L), L, 1);
    if (lua_getmetatable(L, 1)) {
        lua_pushliteral(L, "__metatable");
        // ours hold false, a script's holds the table it was made from
        if (lua_rawget(L, -2) == LUA_TBOOLEAN) return luaL_error(L, "cannot change a protected metatable");
    }
    lua_settop(L, 2);
    if (type == LUA_TNIL) {
        lua_setmetatable(L, 1);
        return 1;
    }
    for (const char *const *name = refused; *name != NULL; name++) {
        lua_pushstring(L, *name);
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "metatables cannot have '%s' here", *name);
        lua_pop(L, 1);
    }
    lua_createtable(L, 0, 4);
    for (const char *const *name = allowed; *name != NULL; name++) {
        lua_pushstring(L, *name);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 2) == LUA_TNIL) lua_pop(L, 2); else lua_rawset(L, 3);
    }
    lua_pushliteral(L, "__metatable");
    lua_pushvalue(L, 2);
    lua_rawset(L, 3);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

// --- Libraries of the script's owner: found by name among those that were given, run once a call.

static int required(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}

// [… libraries]
static int unknown_library(lua_State *L, int libraries, const char *name, size_t length) {
    const char *nearest = mg_nearest_key(L, libraries, name, length);
    const char *folder = mg_of(L)->folder;
    if (nearest == NULL) return luaL_error(L, "%s/%s.lua is not there", folder, name);
    return luaL_error(L, "%s/%s.lua is not there (did you mean '%s'?)", folder, name, nearest);
}

static int require(lua_State *L) {
    mg_state *S = mg_of(L);
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    lua_settop(L, 1);
    if (lua_rawgeti(L, LUA_REGISTRYINDEX, S->memo) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawseti(L, LUA_REGISTRYINDEX, S->memo);
    }
    lua_pushvalue(L, 1);
    int type = lua_rawget(L, 2);
    if (type == LUA_TLIGHTUSERDATA && lua_touserdata(L, -1) == S)
        return luaL_error(L, "libraries require each other: '%s'", name);
    if (type != LUA_TNIL) return 1;
    lua_settop(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->libraries);
    lua_pushvalue(L, 1);
    type = lua_rawget(L, 3);
    if (type == LUA_TNIL) return unknown_library(L, 3, name, length);
    if (type != LUA_TFUNCTION) return 1;               // a constant
    lua_replace(L, 3);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, S);
    lua_rawset(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->environment);
    lua_callk(L, 1, 1, 0, required);
    return required(L, LUA_OK, 0);
}

mg_stock mg_stock_base[] = {
    { "assert" }, { "error" }, { "pairs" }, { "rawequal" }, { "select" }, { "tonumber", to_number }, { "type" }, { NULL },
};

void mg_library_base(mg_state *S, lua_State *L) {
    (void)S;
    static const luaL_Reg own[] = {
        { "pcall", protected_call }, { "xpcall", handled_call }, { "setmetatable", set_metatable },
        { "getmetatable", get_metatable }, { "ipairs", list }, { "tostring", to_string }, { "require", require },
        { "next", mg_next }, { NULL, NULL },
    };
    mg_stock_set(L, mg_stock_base);
    lua_newtable(L);                                   // nothing is global
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    luaL_setfuncs(L, own, 0);
}
