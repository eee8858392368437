// Host values: what a script may hold and hand back but neither read nor make.
#include "bridge.h"

typedef struct { size_t length; char kind[32]; uint8_t bytes[]; } handle;

void mg_handle_setup(mg_state *S, lua_State *L) {
    lua_createtable(L, 0, 1);                          // arrays that came in as arrays
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    S->array_mark = lua_topointer(L, -1);
    S->array_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "host value");
    lua_setfield(L, -2, "__name");
    S->handle_mark = lua_topointer(L, -1);
    S->handle_ref = luaL_ref(L, LUA_REGISTRYINDEX);
}

void mg_handle_push(mg_state *S, lua_State *L, const char *kind, const uint8_t *bytes, size_t length) {
    handle *h = lua_newuserdatauv(L, sizeof *h + length, 0);
    memset(h, 0, sizeof *h);
    h->length = length;
    strncpy(h->kind, kind, sizeof h->kind - 1);
    if (length > 0) memcpy(h->bytes, bytes, length);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->handle_ref);
    lua_setmetatable(L, -2);
}

const char *mg_handle_at(mg_state *S, lua_State *L, int index, const uint8_t **bytes, size_t *length) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return NULL;
    const void *metatable = lua_topointer(L, -1);
    lua_pop(L, 1);
    if (metatable != S->handle_mark) return NULL;
    handle *h = lua_touserdata(L, index);
    *bytes = h->bytes;
    *length = h->length;
    return h->kind;
}
