// The pattern matcher against the one of stock Lua: the same results and the same errors, for everything that ours
// finishes within some thousand steps. Input: a byte for the function, the pattern, a zero, the text.
#include "fuzz.h"
#include "pattern.h"

static mg_state *state;
static lua_State *stock;

static int ours;   // reference

static void prepare(void) {
    state = fuzz_state(NULL);
    state->limits.steps = 20000;
    lua_newtable(state->L);
    ours = luaL_ref(state->L, LUA_REGISTRYINDEX);
    lua_rawgeti(state->L, LUA_REGISTRYINDEX, ours);
    mg_library_pattern(state, state->L);
    lua_settop(state->L, 0);
    stock = luaL_newstate();
    MUST(stock != NULL);
    luaL_requiref(stock, "string", luaopen_string, 1);
    lua_settop(stock, 0);
}

// Replacement functions: some answers of every kind.
static int replace(lua_State *L) {
    lua_Integer n = lua_tointeger(L, lua_upvalueindex(1));
    lua_pushinteger(L, n + 1);
    lua_replace(L, lua_upvalueindex(1));
    switch (n % 4) {
    case 0: lua_pushvalue(L, 1); return 1;
    case 1: lua_pushboolean(L, 0); return 1;
    case 2: lua_pushinteger(L, lua_gettop(L)); return 1;
    default: lua_pushliteral(L, "<>"); return 1;
    }
}

typedef struct { const char *pattern, *text; size_t pattern_length, text_length; unsigned what; } job;

static int call(lua_State *L, const job *j) {
    static const char *const names[] = { "find", "match", "gsub", "gsub", "gsub", "gmatch", "find", "match" };
    lua_getfield(L, -1, names[j->what % 8]);
    lua_pushlstring(L, j->text, j->text_length);
    lua_pushlstring(L, j->pattern, j->pattern_length);
    int arguments = 2;
    switch (j->what % 8) {
    case 2: lua_pushliteral(L, "[%1%0%%]"); arguments = 3; break;
    case 3: lua_pushinteger(L, 0); lua_pushcclosure(L, replace, 1); arguments = 3; break;
    case 4:
        lua_newtable(L);
        lua_pushliteral(L, "z");
        lua_setfield(L, -2, "a");
        arguments = 3;
        break;
    case 6: case 7: lua_pushinteger(L, (lua_Integer)(j->what / 8) - 8); arguments = 3; break;
    default: break;
    }
    return lua_pcall(L, arguments, LUA_MULTRET, 0);
}

// Runs the iterator that gmatch gave to its end; the results lie on the stack.
static int iterate(lua_State *L, int function) {
    for (int i = 0; i < 40; i++) {
        lua_pushvalue(L, function);
        int before = lua_gettop(L) - 1;
        luaL_checkstack(L, 40, NULL);
        int status = lua_pcall(L, 0, LUA_MULTRET, 0);
        if (status != LUA_OK) return status;
        if (lua_gettop(L) == before || lua_isnil(L, before + 1)) break;
    }
    return LUA_OK;
}

static bool excused(lua_State *L) {
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    return strstr(text, "too complex") != NULL || strstr(text, "too many captures") != NULL
        || strstr(text, "stack overflow") != NULL;
}

static void compare(lua_State *a, lua_State *b, int base) {
    MUST(lua_gettop(a) == lua_gettop(b));
    for (int i = base; i <= lua_gettop(a); i++) {
        if (lua_type(a, i) == LUA_TFUNCTION) continue;
        size_t a_length, b_length;
        const char *x = luaL_tolstring(a, i, &a_length), *y = luaL_tolstring(b, i, &b_length);
        MUST(a_length == b_length && memcmp(x, y, a_length) == 0);
        lua_pop(a, 1);
        lua_pop(b, 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    if (state == NULL) prepare();
    if (length < 2 || length > 200) return 0;
    const uint8_t *zero = memchr(bytes + 1, 0, length - 1);
    if (zero == NULL) return 0;
    job j = { (const char *)bytes + 1, (const char *)zero + 1, (size_t)(zero - bytes) - 1,
              length - (size_t)(zero - bytes) - 1, bytes[0] };
    lua_State *L = state->L;
    mg_refresh(state);
    state->steps = state->owed = 0;
    state->deadline = UINT64_MAX;
    state->slice_began = mg_now_ns();
    state->phase = MG_SUSPENDED;
    lua_settop(L, 0);
    lua_settop(stock, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, ours);
    int mine = call(L, &j);
    if (mine == LUA_OK && j.what % 8 == 5) mine = iterate(L, 2);
    state->phase = MG_IDLE;
    lua_sethook(L, NULL, 0, 0);
    if (state->breach != MG_WITHIN || (mine != LUA_OK && excused(L))) return 0;
    lua_getglobal(stock, "string");
    int theirs = call(stock, &j);
    if (theirs == LUA_OK && j.what % 8 == 5) theirs = iterate(stock, 2);
    if (theirs != LUA_OK && excused(stock)) return 0;
    MUST(mine == theirs);
    compare(L, stock, 2);
    return 0;
}
