// Tables of a call in which a misspelt field is an error: what is listed and absent is nil, anything else raises. The
// metatable is the host's: scripts can neither see nor change it, and one serves every call that lists the same.
#include "bridge.h"

static const char strict_tag;

enum { NAMES = 1, PATH, REASON };   // upvalues
enum { FIRST_NAME = 3 };            // in a listing: [path, reason, name, …]

static int refuse_read(lua_State *L) {
    const char *path = lua_tostring(L, lua_upvalueindex(PATH)), *reason = lua_tostring(L, lua_upvalueindex(REASON));
    if (lua_type(L, 2) != LUA_TSTRING) {
        const char *name = lua_type(L, 2) == LUA_TNUMBER ? luaL_tolstring(L, 2, NULL) : luaL_typename(L, 2);
        return luaL_error(L, "%s[%s]: %s", path, name, reason);
    }
    size_t length;
    const char *name = lua_tolstring(L, 2, &length);
    const char *nearest = mg_nearest_key(L, lua_upvalueindex(NAMES), name, length);
    if (nearest == NULL) return luaL_error(L, "%s.%s: %s", path, name, reason);
    return luaL_error(L, "%s.%s: %s; did you mean `%s`?", path, name, reason, nearest);
}

static int read_strictly(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) return refuse_read(L);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(NAMES)) == LUA_TNIL) return refuse_read(L);
    lua_pushnil(L);
    return 1;
}

// Whether the value at the top begins with the two texts that messages need.
static bool is_listing(lua_State *L) {
    if (lua_type(L, -1) != LUA_TTABLE) return false;
    int list = lua_gettop(L);
    bool good = lua_rawgeti(L, list, 1) == LUA_TSTRING && lua_rawgeti(L, list, 2) == LUA_TSTRING;
    lua_settop(L, list);
    return good;
}

// [… list] -> [… list metatable]
static void make_metatable(lua_State *L) {
    int list = lua_gettop(L);
    lua_createtable(L, 0, 3);
    lua_createtable(L, 0, (int)lua_rawlen(L, list));
    for (int i = FIRST_NAME; lua_rawgeti(L, list, i) == LUA_TSTRING; i++) {
        lua_pushboolean(L, 1);
        lua_rawset(L, list + 2);
    }
    lua_pop(L, 1);
    lua_rawgeti(L, list, 1);
    lua_rawgeti(L, list, 2);
    lua_pushcclosure(L, read_strictly, REASON);
    lua_setfield(L, list + 1, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, list + 1, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, list + 1, &strict_tag);
}

// The place of a listing among those that were used last: a rule is judged with the same three again and again, and looking
// a long text up costs a hash over all of it.
static mg_listing *recent(mg_state *S, const uint8_t *listing, size_t length) {
    size_t sum = length + listing[length / 2] + 3 * (size_t)listing[length - 1 - length / 4];
    return &S->listings[sum % MG_LISTINGS];
}

static void remember(mg_state *S, lua_State *L, mg_listing *place, const uint8_t *listing, size_t length) {
    if (length > MG_LISTING_LENGTH) return;
    place->length = 0;
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, place->reference);
    memcpy(place->text, listing, length);
    place->length = (uint32_t)length;
}

// [… table] -> [… table]; false when the listing is none.
bool mg_strict_apply(mg_state *S, lua_State *L, const uint8_t *listing, size_t length) {
    int table = lua_gettop(L);
    luaL_checkstack(L, 12, NULL);
    if (length == 0) return false;
    mg_listing *place = recent(S, listing, length);
    if (place->length == length && memcmp(place->text, listing, length) == 0) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, place->reference);
        lua_setmetatable(L, table);
        return true;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->stricts);
    lua_pushlstring(L, (const char *)listing, length);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, table + 1) != LUA_TTABLE) {
        lua_pop(L, 1);
        if (!mg_decode(S, L, listing, length, NULL) || !is_listing(L)) return false;
        make_metatable(L);
        lua_pushvalue(L, table + 2);
        lua_pushvalue(L, -2);
        lua_rawset(L, table + 1);
    }
    remember(S, L, place, listing, length);
    lua_setmetatable(L, table);
    lua_settop(L, table);
    return true;
}

int mg_is_strict(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return 0;
    int found = lua_rawgetp(L, -1, &strict_tag) == LUA_TBOOLEAN;
    lua_pop(L, 2);
    return found;
}
