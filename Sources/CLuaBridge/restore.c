// Members that keep their value from before the hook, whatever the hook did to them, in the result's bytes and in the
// table that is kept for the next hook.
#include "bridge.h"

// While something is to be restored, these follow the arguments on the call's stack, and then the originals, one each.
enum { SOURCE = 2, NAMES, MG_ORIGINALS };

// [table] -> [a copy of it that shares nothing]: through JSON, since it came from there.
static void copy_table(mg_state *S, lua_State *L) {
    mg_refusal refusal;
    mg_refusal_clear(&refusal);
    S->asked.length = 0;
    S->asked.failed = false;
    if (!mg_encode(S, L, -1, &S->asked, 0, &refusal)
        || !mg_decode(S, L, S->asked.bytes, S->asked.length, NULL)) luaL_error(L, "a reserved member cannot be kept");
    lua_remove(L, -2);
}

// Pushes a table of the names, interned once: callers pass the same literals with every call.
static void push_names(mg_state *S, lua_State *L) {
    const mg_call *call = &S->call;
    size_t size = call->restored_count * sizeof *call->restored;
    if (S->named_count == call->restored_count && memcmp(S->named, call->restored, size) == 0) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, S->names);
        return;
    }
    S->named_count = 0;
    lua_createtable(L, (int)call->restored_count, 0);
    for (uint32_t i = 0; i < call->restored_count; i++) {
        lua_pushstring(L, call->restored[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, S->names);
    memcpy(S->named, call->restored, size);
    S->named_count = call->restored_count;
}

int mg_results_at(const mg_state *S) {
    return S->call.restored_count == 0 ? 2 : MG_ORIGINALS + (int)S->call.restored_count;
}

void mg_originals(mg_state *S, lua_State *L, int arguments) {
    const mg_call *call = &S->call;
    if (call->restored_count == 0) return;
    luaL_checkstack(L, 2 * MG_MAX_RESTORED + 16, NULL);
    if (call->restored_argument != NULL) {
        lua_getfield(L, arguments, call->restored_argument);
    } else {
        cj_status status;
        if (!mg_decode(S, L, S->input.bytes + call->document_offset, call->document_length, &status))
            luaL_error(L, "the document to restore from is %s", cj_status_text(status));
    }
    S->originals = 0;
    push_names(S, L);
    bool table = lua_type(L, SOURCE) == LUA_TTABLE;
    for (uint32_t i = 0; i < call->restored_count; i++) {
        if (!table) { lua_pushnil(L); continue; }
        lua_rawgeti(L, NAMES, (lua_Integer)i + 1);
        int type = lua_rawget(L, SOURCE);
        if (type == LUA_TNIL) continue;
        if (type == LUA_TTABLE) copy_table(S, L);
        S->originals |= 1u << i;
    }
    lua_pushnil(L);
    lua_replace(L, SOURCE);
}

static bool same_table(mg_state *S, lua_State *L, int a, int b) {
    if (lua_type(L, a) != LUA_TTABLE || lua_type(L, b) != LUA_TTABLE) return false;
    mg_refusal refusal;
    mg_refusal_clear(&refusal);
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

// Whether the value at the top is the very one that is to be put back: 1 and 1.0 are equal, but written differently.
static bool untouched(lua_State *L, int type, int original) {
    return lua_rawequal(L, -1, original)
        && (type != LUA_TNUMBER || lua_isinteger(L, -1) == lua_isinteger(L, original));
}

void mg_put_back(mg_state *S, lua_State *L, int result) {
    if (S->call.restored_count == 0 || !writable(S, L, result)) return;
    int top = lua_gettop(L);
    luaL_checkstack(L, MG_MAX_RESTORED + 16, NULL);
    for (uint32_t i = 0; i < S->call.restored_count; i++) {
        int original = MG_ORIGINALS + (int)i;
        bool had = (S->originals & (1u << i)) != 0;
        lua_rawgeti(L, NAMES, (lua_Integer)i + 1);
        int type = lua_rawget(L, result);      // stays on the stack until the end: cheaper than taking each off
        if (type == LUA_TNIL ? !had : untouched(L, type, original)) continue;
        if (!lua_rawequal(L, -1, original) && !same_table(S, L, lua_gettop(L), original))
            S->result.changed |= 1u << i;
        lua_rawgeti(L, NAMES, (lua_Integer)i + 1);
        lua_pushvalue(L, original);
        lua_rawset(L, result);
    }
    lua_settop(L, top);
}
