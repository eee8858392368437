// Values that are made once for a state and that no script can change. A frozen table is an empty one in front of the
// real one, at every level: reading goes through `__index` to the real table, whose own tables are frozen in turn, and
// writing raises. The real table stands only in the metatable, which nothing hands out.
#include "bridge.h"
#include <stdio.h>

static const char frozen_tag;

int mg_frozen(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return 0;
    if (lua_rawgetp(L, -1, &frozen_tag) == LUA_TTABLE) {
        lua_remove(L, -2);
        return 1;
    }
    lua_pop(L, 2);
    return 0;
}

static int refuse_write(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    return luaL_error(L, "'%s' cannot be changed: it belongs to a constant", name);
}

static int length(lua_State *L) {
    lua_pushinteger(L, mg_frozen(L, 1) ? (lua_Integer)lua_rawlen(L, -1) : 0);
    return 1;
}

int mg_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    mg_late_settle(mg_of(L), L, 1);
    if (mg_frozen(L, 1)) lua_replace(L, 1);
    if (lua_next(L, 1)) return 2;
    lua_pushnil(L);
    return 1;
}

static int pairs(lua_State *L) {
    lua_pushcfunction(L, mg_next);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

// [… real] -> [… its front]
static void put_in_front(lua_State *L) {
    int real = lua_gettop(L);
    lua_newtable(L);
    lua_createtable(L, 0, 6);
    lua_pushvalue(L, real);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, real);
    lua_rawsetp(L, -2, &frozen_tag);
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, length);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, pairs);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_replace(L, real);
}

static bool marks_handle(lua_State *L, int key) {
    return lua_type(L, key) == LUA_TSTRING && lua_tostring(L, key)[0] == '@';
}

// Whether the table at the top is written as a host value; it becomes one then.
static bool become_handle(mg_state *S, lua_State *L) {
    int table = lua_gettop(L);
    bool found = false;
    for (lua_pushnil(L); !found && lua_next(L, table); ) {
        found = marks_handle(L, table + 1);
        if (!found) lua_pop(L, 1);
    }
    if (!found) return false;
    const char *key = lua_tostring(L, table + 1);
    mg_refusal refusal;
    mg_refusal_clear(&refusal);
    S->asked.length = 0;
    S->asked.failed = false;
    if (!mg_encode(S, L, table + 2, &S->asked, 0, &refusal)) luaL_error(L, "'%s' is %s", key, refusal.message);
    lua_pushnil(L);
    if (lua_next(L, table) && (lua_pop(L, 1), lua_next(L, table))) luaL_error(L, "'%s' stands beside other keys", key);
    mg_handle_push(S, L, key + 1, S->asked.bytes, S->asked.length);
    lua_replace(L, table);
    lua_settop(L, table);
    return true;
}

// The value at the top, and all in it. Nothing refers to a member's table but the table it is in.
static void freeze(mg_state *S, lua_State *L, bool handles) {
    if (lua_type(L, -1) != LUA_TTABLE || (handles && become_handle(S, L))) return;
    int table = lua_gettop(L);
    luaL_checkstack(L, 16, NULL);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -1) != LUA_TTABLE) { lua_pop(L, 1); continue; }
        freeze(S, L, handles);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, table);
    }
    put_in_front(L);
}

typedef struct { const char *name; const uint8_t *bytes; size_t length; bool library; } constant;

static int make_constant(lua_State *L) {
    constant *c = lua_touserdata(L, 1);
    mg_state *S = mg_of(L);
    cj_status status;
    lua_rawgeti(L, LUA_REGISTRYINDEX, c->library ? S->libraries : S->base);
    lua_pushstring(L, c->name);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -3) != LUA_TNIL) return luaL_error(L, "the name %s is taken", c->name);
    lua_pop(L, 1);
    if (!mg_decode_many(S, L, c->bytes, c->length, &status)) return luaL_error(L, "%s", cj_status_text(status));
    freeze(S, L, !c->library);
    lua_rawset(L, -3);
    return 0;
}

bool mg_state_constant(mg_state *S, const char *name, const uint8_t *bytes, size_t length, bool library) {
    constant c = { name, bytes, length, library };
    mg_refresh(S);
    lua_settop(S->L, 0);
    lua_pushcfunction(S->L, make_constant);
    lua_pushlightuserdata(S->L, &c);
    int status = lua_pcall(S->L, 1, 0, 0);
    if (status == LUA_OK) return true;
    mg_fail_error(S, S->L, status);
    lua_settop(S->L, 0);
    return false;
}

// A result is its caller's to change. Through JSON, as the real table must not be reached by what is kept of it.
bool mg_thaw(mg_state *S, lua_State *L, int index, mg_refusal *refusal) {
    S->asked.length = 0;
    S->asked.failed = false;
    if (!mg_encode(S, L, index, &S->asked, S->call.flags & MG_ALLOW_HANDLES, refusal)) return false;
    if (!mg_decode(S, L, S->asked.bytes, S->asked.length, NULL))
        return mg_refuse(refusal, "value.type", "a constant that cannot be copied");
    lua_replace(L, index);
    return true;
}
