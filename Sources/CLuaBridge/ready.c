// Functions that are kept from one call to the next. A script runs anew for each call, so that nothing of one user is there
// for the next; a function that holds nothing but its environment has nothing to be made anew, and running its script again,
// a whole file of rules perhaps, would give the very same one. It is kept unless the run asked the host or drew a number,
// since the next run may give another then, or required a module: what the run did to that, the function may find there.
#include "bridge.h"

#define MOST_MEMBERS 256

// [… key]: which member of which script.
static void push_key(mg_state *S, lua_State *L) {
    const mg_call *call = &S->call;
    char place[sizeof call->entry + 56];
    if (call->member_length > sizeof place - sizeof call->entry) { lua_pushnil(L); return; }
    memcpy(place, &call->entry, sizeof call->entry);
    memcpy(place + sizeof call->entry, S->input.bytes + call->member_offset, call->member_length);
    lua_pushlstring(L, place, sizeof call->entry + call->member_length);
}

static int push_kept(mg_state *S, lua_State *L) {
    if (S->call.mode == MG_CALL_HOOK) return lua_rawgeti(L, LUA_REGISTRYINDEX, S->chunks[S->call.entry].hook);
    if (lua_rawgeti(L, LUA_REGISTRYINDEX, S->members) != LUA_TTABLE) return LUA_TNIL;
    push_key(S, L);
    int type = lua_rawget(L, -2);
    lua_remove(L, -2);
    return type;
}

bool mg_ready_push(mg_state *S, lua_State *L) {
    int top = lua_gettop(L);
    if (push_kept(S, L) != LUA_TFUNCTION) { lua_settop(L, top); return false; }
    // A script can change the variable that holds its environment; the next call finds it as it was.
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->environment);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
    return true;
}

// Whether the function at `index` holds nothing, or its environment alone.
static bool holds_nothing(mg_state *S, lua_State *L, int index) {
    lua_Debug ar;
    lua_pushvalue(L, index);
    if (lua_iscfunction(L, index) || lua_getinfo(L, ">u", &ar) == 0 || ar.nups > 1) return false;
    if (ar.nups == 0) return true;
    (void)lua_getupvalue(L, index, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->environment);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

void mg_ready_keep(mg_state *S, lua_State *L, int function) {
    luaL_checkstack(L, 8, NULL);
    bool required = lua_rawgeti(L, LUA_REGISTRYINDEX, S->memo) == LUA_TTABLE;
    lua_pop(L, 1);
    if (required || S->host_calls != 0 || S->drew || !lua_isfunction(L, function)) return;
    if (!holds_nothing(S, L, function)) return;
    if (S->call.mode == MG_CALL_HOOK) {
        lua_pushvalue(L, function);
        lua_rawseti(L, LUA_REGISTRYINDEX, S->chunks[S->call.entry].hook);
        return;
    }
    if (S->member_count >= MOST_MEMBERS) return;
    int top = lua_gettop(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->members);
    push_key(S, L);
    if (!lua_isnil(L, -1)) {
        lua_pushvalue(L, function);
        lua_rawset(L, -3);
        S->member_count++;
    }
    lua_settop(L, top);
}
