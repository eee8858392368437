// The functions of stock Lua that ours stand on, or that scripts get as they are. Running the openers of its libraries
// for every state would be a third of what a state costs, so they are run once a process, in a state that is thrown
// away: what is kept is plain C functions, which hold nothing and can be pushed in any state.
#include "bridge.h"
#include <pthread.h>
#include <stdatomic.h>

static const struct { lua_CFunction open; mg_stock *functions; } libraries[] = {
    { luaopen_base, mg_stock_base }, { luaopen_string, mg_stock_string }, { luaopen_math, mg_stock_math },
    { luaopen_utf8, mg_stock_utf8 },
};

static int read_all(lua_State *L) {
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        lua_pushcfunction(L, libraries[i].open);
        lua_call(L, 0, 1);
        for (mg_stock *at = libraries[i].functions; at->name != NULL; at++) {
            lua_getfield(L, -1, at->name);
            at->function = lua_tocfunction(L, -1);
            if (at->function == NULL || lua_getupvalue(L, -1, 1) != NULL)    // one with a value of its own state's
                return luaL_error(L, "'%s' is no plain function", at->name);
            lua_pop(L, 1);
        }
        lua_settop(L, 0);
    }
    return 0;
}

bool mg_stock_ready(void) {
    static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;
    static atomic_bool ready;
    if (atomic_load_explicit(&ready, memory_order_acquire)) return true;
    pthread_mutex_lock(&reading);
    bool good = atomic_load_explicit(&ready, memory_order_relaxed);
    lua_State *L = good ? NULL : luaL_newstate();
    if (L != NULL) {
        lua_pushcfunction(L, read_all);
        good = lua_pcall(L, 0, 0, 0) == LUA_OK;
        lua_close(L);
        atomic_store_explicit(&ready, good, memory_order_release);
    }
    pthread_mutex_unlock(&reading);
    return good;
}

void mg_stock_set(lua_State *L, const mg_stock *functions) {
    for (; functions->name != NULL; functions++) {
        lua_pushcfunction(L, functions->function);
        if (functions->wrapper != NULL) lua_pushcclosure(L, functions->wrapper, 1);
        lua_setfield(L, -2, functions->name);
    }
}
