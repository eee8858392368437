// `math` without a seed that scripts know: numbers come from the system, so that no user of a state can foretell another's.
// Only tests, which have to be repeatable, are given a seed by who makes the state.
#include "bridge.h"
#include <errno.h>
#include <math.h>
#include <sys/random.h>

void mg_state_seed(mg_state *S, uint64_t seed) {
    S->seeded = true;
    S->seed = seed;
}

// SplitMix64.
static uint64_t next_bits(mg_state *S) {
    uint64_t bits = S->seed += 0x9e3779b97f4a7c15u;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return bits ^ (bits >> 31);
}

static uint64_t random_bits(lua_State *L, mg_state *S) {
    S->drew = true;
    if (S->seeded) return next_bits(S);
    if (S->random_left < sizeof(uint64_t)) {
        size_t filled = 0;
        while (filled < sizeof S->random) {
            ssize_t n = getrandom(S->random + filled, sizeof S->random - filled, 0);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) luaL_error(L, "there is no randomness");
            filled += (size_t)n;
        }
        S->random_left = sizeof S->random;
    }
    uint64_t bits;
    S->random_left -= sizeof bits;
    memcpy(&bits, S->random + S->random_left, sizeof bits);
    memset(S->random + S->random_left, 0, sizeof bits);
    return bits;
}

// Evenly distributed in 0…limit.
static uint64_t up_to(lua_State *L, mg_state *S, uint64_t limit) {
    if (limit == UINT64_MAX) return random_bits(L, S);
    uint64_t range = limit + 1, reject = (UINT64_MAX - range + 1) % range, bits;
    do bits = random_bits(L, S); while (bits < reject);
    return bits % range;
}

static int random_number(lua_State *L) {
    mg_state *S = mg_of(L);
    lua_Integer low = 1, high;
    mg_count(L, 4);
    switch (lua_gettop(L)) {
    case 0:
        lua_pushnumber(L, (lua_Number)(random_bits(L, S) >> 11) * 0x1p-53);
        return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)random_bits(L, S));
            return 1;
        }
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default: return luaL_error(L, "wrong number of arguments");
    }
    luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
    lua_pushinteger(L, (lua_Integer)((uint64_t)low + up_to(L, S, (uint64_t)high - (uint64_t)low)));
    return 1;
}

// Each argument may be a long text, which is read as a number.
static int of_many(lua_State *L) {
    uint64_t bytes = 0;
    for (int i = lua_gettop(L); i >= 1; i--) if (lua_type(L, i) == LUA_TSTRING) bytes += lua_rawlen(L, i);
    if (bytes != 0) mg_count(L, bytes / 8);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

mg_stock mg_stock_math[] = {
    { "abs" }, { "acos" }, { "asin" }, { "atan" }, { "ceil" }, { "cos" }, { "deg" }, { "exp" }, { "floor" }, { "fmod" },
    { "log" }, { "max", of_many }, { "min", of_many }, { "modf" }, { "rad" }, { "sin" }, { "sqrt" }, { "tan" },
    { "tointeger" }, { "type" }, { "ult" }, { NULL },
};

static void set_number(lua_State *L, const char *name, lua_Number number) {
    lua_pushnumber(L, number);
    lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, lua_Integer integer) {
    lua_pushinteger(L, integer);
    lua_setfield(L, -2, name);
}

void mg_library_math(mg_state *S, lua_State *L) {
    (void)S;
    mg_stock_set(L, mg_stock_math);
    set_number(L, "huge", HUGE_VAL);
    set_number(L, "pi", 3.14159265358979323846);
    set_integer(L, "maxinteger", LUA_MAXINTEGER);
    set_integer(L, "mininteger", LUA_MININTEGER);
    lua_pushcfunction(L, random_number);
    lua_setfield(L, -2, "random");
}
