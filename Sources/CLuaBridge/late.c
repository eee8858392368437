// Arguments that are decoded when the script first reads them: a hook is given everything, and looks at a part of it. Until
// all of them are there, the table of the arguments has a metatable that nothing hands out; whatever else looks at the
// table (`pairs`, `next`, a result that holds it) has them decoded first, and finds a plain table.
#include "bridge.h"

static mg_given *late_named(mg_state *S, const char *name, size_t length) {
    for (int i = 0; i < S->call.argument_count; i++) {
        mg_given *given = &S->call.arguments[i];
        if (given->late && strlen(given->name) == length && memcmp(given->name, name, length) == 0) return given;
    }
    return NULL;
}

// [… ] -> [… value], which stands in the table from now on.
static void read_argument(mg_state *S, lua_State *L, int table, mg_given *given) {
    cj_status status;
    luaL_checkstack(L, 8, NULL);
    if (!mg_decode(S, L, S->input.bytes + given->offset, given->length, &status))
        luaL_error(L, "%s is %s", given->name, cj_status_text(status));
    lua_pushstring(L, given->name);
    lua_pushvalue(L, -2);
    lua_rawset(L, table);
    given->late = false;
}

static int read_late(lua_State *L) {
    mg_state *S = mg_of(L);
    size_t length;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &length) : NULL;
    mg_given *given = name == NULL ? NULL : late_named(S, name, length);
    if (given == NULL) lua_pushnil(L); else read_argument(S, L, 1, given);
    return 1;
}

// What a script writes takes the argument's place, `nil` too.
static int write_late(lua_State *L) {
    mg_state *S = mg_of(L);
    size_t length;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &length) : NULL;
    mg_given *given = name == NULL ? NULL : late_named(S, name, length);
    if (given != NULL) given->late = false;
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

static int pairs_of_late(lua_State *L) {
    lua_settop(L, 1);
    mg_late_settle(mg_of(L), L, 1);
    lua_pushcfunction(L, mg_next);
    lua_insert(L, 1);
    lua_pushnil(L);
    return 3;
}

void mg_late_setup(mg_state *S, lua_State *L) {
    lua_createtable(L, 0, 4);
    S->late_mark = lua_topointer(L, -1);
    lua_pushcfunction(L, read_late);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, write_late);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, pairs_of_late);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    S->late_ref = luaL_ref(L, LUA_REGISTRYINDEX);
}

// Which of the arguments may wait: not those that the bridge itself reads.
static bool may_wait(const mg_call *call, const mg_given *given) {
    if (!given->late) return false;
    if (call->restored_argument != NULL && strcmp(call->restored_argument, given->name) == 0) return false;
    for (int i = 0; i < call->strict_count; i++)
        if (call->strict[i].argument == NULL || strcmp(call->strict[i].argument, given->name) == 0) return false;
    return true;
}

bool mg_late(mg_state *S, mg_given *given) {
    given->late = may_wait(&S->call, given);
    return given->late;
}

void mg_late_apply(mg_state *S, lua_State *L, int table) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->late_ref);
    lua_setmetatable(L, table);
}

void mg_late_settle(mg_state *S, lua_State *L, int table) {
    if (!lua_getmetatable(L, table)) return;
    bool late = lua_topointer(L, -1) == S->late_mark;
    lua_pop(L, 1);
    if (!late) return;
    for (int i = 0; i < S->call.argument_count; i++) {
        mg_given *given = &S->call.arguments[i];
        if (!given->late) continue;
        read_argument(S, L, table, given);
        lua_pop(L, 1);
    }
    lua_pushnil(L);
    lua_setmetatable(L, table);
}
