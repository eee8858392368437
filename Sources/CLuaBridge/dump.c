// A script's own compiled form, with all that debugging needs, for who looks at code without running it. What comes
// out was compiled here a moment ago; bytecode from elsewhere is never read by Lua (see load.c).
#include "bridge.h"

static int put(lua_State *L, const void *bytes, size_t length, void *out) {
    (void)L;
    cj_put(out, bytes, length);
    return ((cj_buffer *)out)->failed;
}

static int dump_protected(lua_State *L) {
    mg_state *S = mg_of(L);
    int entry = *(int *)lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->chunks[entry].reference);
    lua_dump(L, put, &S->output, 0);
    return 0;
}

bool mg_state_dump(mg_state *S, int entry, const uint8_t **bytes, size_t *length) {
    if (entry < 0 || entry >= S->chunk_count) return false;
    S->output.length = 0;
    S->output.failed = false;
    lua_settop(S->L, 0);
    lua_pushcfunction(S->L, dump_protected);
    lua_pushlightuserdata(S->L, &entry);
    bool good = lua_pcall(S->L, 1, 0, 0) == LUA_OK;
    lua_settop(S->L, 0);
    *bytes = S->output.bytes;
    *length = S->output.length;
    return good && !S->output.failed;
}
