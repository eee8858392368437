// The world of a script, by allow list. What a script gets of a library is an empty proxy; the real table is reachable
// only as the `__index` of a metatable that nothing hands out. The environment itself is empty, too, and cannot be
// written, so runs cannot leave anything in it and one serves them all.
#include "bridge.h"

static int read_only(lua_State *L) {
    return luaL_error(L, "%s is read-only", lua_tostring(L, lua_upvalueindex(1)));
}

static int next_pair(lua_State *L) {
    lua_settop(L, 2);
    return lua_next(L, lua_upvalueindex(1)) ? 2 : 0;
}

// The closure holds the real table: it is never a value that `pairs` returns.
static int pairs_of_proxy(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, next_pair, 1);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

void mg_proxy(mg_state *S, lua_State *L, const char *name) {
    (void)S;
    int real = lua_gettop(L);
    lua_newtable(L);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, real);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, read_only, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, real);
    lua_pushcclosure(L, pairs_of_proxy, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_replace(L, real);
}

int mg_real(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return 0;
    lua_pushliteral(L, "__index");
    if (lua_rawget(L, -2) == LUA_TTABLE) { lua_remove(L, -2); return 1; }
    lua_pop(L, 2);
    return 0;
}

static const char *global_name(lua_State *L) {
    return lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
}

// What to use for a global that Lua has elsewhere, or NULL. [base …]
static const char *instead_of(lua_State *L, const char *name) {
    static const struct { const char *name, *library, *instead; } known[] = {
        { "print", "log", "log.info" }, { "os", "time", "time.now()" }, { "os", "env", "env(\"NAME\")" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) != 0) continue;
        lua_pushstring(L, known[i].library);
        bool offered = lua_rawget(L, 1) != LUA_TNIL;
        lua_pop(L, 1);
        if (offered) return known[i].instead;
    }
    return NULL;
}

static int undeclared(lua_State *L) {
    const char *name = global_name(L), *instead = instead_of(L, name);
    if (instead != NULL) return luaL_error(L, "undeclared global '%s' (use %s)", name, instead);
    const char *nearest = mg_nearest_key(L, 1, name, strlen(name));
    if (nearest == NULL) return luaL_error(L, "undeclared global '%s'", name);
    return luaL_error(L, "undeclared global '%s' (did you mean '%s'?)", name, nearest);
}

static int assigned(lua_State *L) {
    return luaL_error(L, "assignment to undeclared global '%s' (did you forget 'local'?)", global_name(L));
}

// Gives the table at the top a metatable that nothing hands out. [table index] -> [table]
static void lock(lua_State *L, lua_CFunction newindex) {
    lua_createtable(L, 0, 3);
    lua_insert(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static void library(mg_state *S, lua_State *L, int base, const char *name, int size,
                    void (*fill)(mg_state *, lua_State *)) {
    lua_createtable(L, 0, size);
    fill(S, L);
    mg_proxy(S, L, name);
    lua_setfield(L, base, name);
}

static void string_library(mg_state *S, lua_State *L) {
    mg_library_string(S, L);
    mg_library_pattern(S, L);
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 2);              // no arithmetic on text, and no way in
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

static int keep(lua_State *L) { return luaL_ref(L, LUA_REGISTRYINDEX); }

static int slot(lua_State *L) {            // holds false when it holds nothing, so that writing to it never allocates
    lua_pushboolean(L, 0);
    return keep(L);
}

void mg_sandbox(mg_state *S, lua_State *L) {
    S->memo = slot(L);
    S->kept = slot(L);
    S->names = slot(L);
    for (size_t i = 0; i < MG_KNOWN_KEYS; i++) S->known[i].reference = slot(L);
    for (size_t i = 0; i < MG_LISTINGS; i++) S->listings[i].reference = slot(L);
    lua_newtable(L);
    S->stricts = keep(L);
    lua_newtable(L);
    S->members = keep(L);
    lua_newtable(L);
    S->libraries = keep(L);
    lua_createtable(L, 0, 64);
    int base = lua_gettop(L);
    mg_library_base(S, L);
    library(S, L, base, "string", 16, string_library);
    library(S, L, base, "table", 8, mg_library_table);
    library(S, L, base, "math", 32, mg_library_math);
    library(S, L, base, "utf8", 8, mg_library_utf8);
    library(S, L, base, "json", 8, mg_library_json);
    lua_pushcfunction(L, undeclared);
    lock(L, assigned);
    lua_newtable(L);
    lua_pushvalue(L, base);
    lock(L, assigned);
    S->environment = keep(L);
    S->base = keep(L);
}
