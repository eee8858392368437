// Members that keep their value from before the hook, whatever the hook did to them, in the result's bytes and in the
// table that is kept for the next hook.
#include "bridge.h"

// [table] -> [a copy of it that shares nothing]: through JSON, since it came from there.
static void copy_table(mg_state *S, lua_State *L) {
    mg_refusal refusal = { 0 };
    S->asked.length = 0;
    S->asked.failed = false;
    if (!mg_encode(S, L, -1, &S->asked, 0, &refusal)
        || !mg_decode(S, L, S->asked.bytes, S->asked.length, NULL)) luaL_error(L, "a reserved member cannot be kept");
    lua_remove(L, -2);
}

void mg_originals(mg_state *S, lua_State *L, int arguments) {
    const mg_call *call = &S->call;
    if (call->restored_count == 0) { lua_pushnil(L); return; }
    if (call->restored_argument != NULL) {
        lua_getfield(L, arguments, call->restored_argument);
    } else {
        cj_status status;
        if (!mg_decode(S, L, S->input.bytes + call->document_offset, call->document_length, &status))
            luaL_error(L, "the document to restore from is %s", cj_status_text(status));
    }
    int source = lua_gettop(L);
    lua_createtable(L, (int)call->restored_count, 0);
    if (lua_type(L, source) == LUA_TTABLE) {
        for (uint32_t i = 0; i < call->restored_count; i++) {
            lua_pushstring(L, call->restored[i]);
            if (lua_rawget(L, source) == LUA_TTABLE) copy_table(S, L);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    }
    lua_remove(L, source);
}

static bool same_table(mg_state *S, lua_State *L, int a, int b) {
    if (lua_type(L, a) != LUA_TTABLE || lua_type(L, b) != LUA_TTABLE) return false;
    mg_refusal refusal = { 0 };
    S->asked.length = 0;
    S->asked.failed = false;
    if (!mg_encode(S, L, a, &S->asked, 0, &refusal)) return false;
    size_t middle = S->asked.length;
    if (!mg_encode(S, L, b, &S->asked, 0, &refusal)) return false;
    return S->asked.length == 2 * middle && memcmp(S->asked.bytes, S->asked.bytes + middle, middle) == 0;
}

static bool writable(mg_state *S, lua_State *L, int table) {
    if (lua_type(L, table) != LUA_TTABLE) return false;
    if (!lua_getmetatable(L, table)) return true;
    const void *metatable = lua_topointer(L, -1);
    lua_pop(L, 1);
    if (metatable == S->array_mark) return false;
    if (!mg_null_metatable(L, table)) return false;
    lua_pop(L, 1);
    return true;
}

void mg_put_back(mg_state *S, lua_State *L, int result, int originals) {
    if (S->call.restored_count == 0 || !writable(S, L, result)) return;
    for (uint32_t i = 0; i < S->call.restored_count; i++) {
        lua_pushstring(L, S->call.restored[i]);
        lua_pushvalue(L, -1);
        int type = lua_rawget(L, result), now = lua_gettop(L);
        lua_rawgeti(L, originals, (lua_Integer)i + 1);
        if (type == LUA_TNIL && lua_isnil(L, -1)) { lua_settop(L, now - 2); continue; }
        bool same = lua_rawequal(L, now, -1) || same_table(S, L, now, now + 1);
        if (!same) S->result.changed |= 1u << i;
        lua_remove(L, now);
        if (same && lua_type(L, -1) == LUA_TSTRING) lua_settop(L, now - 2); else lua_rawset(L, result);
    }
}
