// What a script can reach, for a list that people read and a test compares. Walks the real tables behind the proxies.
#include "bridge.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct { char **lines; size_t count, size; bool failed; } listing;

static void add_line(listing *l, const char *text) {
    if (l->count == l->size) {
        size_t size = l->size == 0 ? 128 : l->size * 2;
        char **grown = realloc(l->lines, size * sizeof *grown);
        if (grown == NULL) { l->failed = true; return; }
        l->lines = grown;
        l->size = size;
    }
    char *copy = strdup(text);
    if (copy == NULL) { l->failed = true; return; }
    l->lines[l->count++] = copy;
}

static void walk(lua_State *L, listing *l, const char *prefix) {
    char line[256];
    int table = lua_gettop(L);
    luaL_checkstack(L, 8, NULL);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        const char *type = luaL_typename(L, -1);
        snprintf(line, sizeof line, "%s%s: %s", prefix, key, type);
        add_line(l, line);
        if (lua_type(L, -1) == LUA_TTABLE && mg_real(L, -1)) {
            snprintf(line, sizeof line, "%s%s.", prefix, key);
            walk(L, l, line);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

static int walk_protected(lua_State *L) {
    listing *l = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, mg_of(L)->base);
    walk(L, l, "");
    return 0;
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

bool mg_state_reachable(mg_state *S, const uint8_t **text, size_t *length) {
    listing l = { 0 };
    lua_settop(S->L, 0);
    lua_pushcfunction(S->L, walk_protected);
    lua_pushlightuserdata(S->L, &l);
    bool good = lua_pcall(S->L, 1, 0, 0) == LUA_OK && !l.failed;
    lua_settop(S->L, 0);
    S->output.length = 0;
    S->output.failed = false;
    if (l.count > 0) qsort(l.lines, l.count, sizeof *l.lines, compare);
    for (size_t i = 0; i < l.count; i++) {
        cj_put(&S->output, l.lines[i], strlen(l.lines[i]));
        cj_put_byte(&S->output, '\n');
        free(l.lines[i]);
    }
    free(l.lines);
    *text = S->output.bytes;
    *length = S->output.length;
    return good && !S->output.failed;
}
