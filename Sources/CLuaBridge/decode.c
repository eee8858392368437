// JSON into Lua values. Members and elements wait on the Lua stack until their number is known, so every table is made
// with its exact size. A null member is left out of the table and remembered in a hidden metatable of that table.
#include "bridge.h"

#define ROOM 256
#define BATCH 256

static const char null_tag;

typedef struct { mg_state *S; lua_State *L; int room; cj_status status; } decoder;

static bool decode_value(decoder *d, const cj_token *token);

static inline void make_room(decoder *d) {
    if (d->room >= 8) { d->room -= 2; return; }
    luaL_checkstack(d->L, ROOM, "too many values");
    d->room = ROOM;
}

static bool fail(decoder *d, const cj_token *token) {
    d->status = token->type == CJ_ERROR ? token->status : CJ_SYNTAX;
    return false;
}

// [… table k v … ] -> [… table]; the hidden metatable lists the keys whose value is null.
static void attach_nulls(lua_State *L, int table, int count, int nulls) {
    lua_createtable(L, nulls, 2);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &null_tag);
    int metatable = lua_gettop(L), at = 0;
    for (int i = 0; i < count; i++) {
        int key = table + 1 + 2 * i;
        if (lua_isnil(L, key + 1)) {
            lua_pushvalue(L, key);
            lua_rawseti(L, metatable, ++at);
        } else {
            lua_pushvalue(L, key);
            lua_pushvalue(L, key + 1);
            lua_rawset(L, table);
        }
    }
    lua_setmetatable(L, table);
    lua_settop(L, table);
}

// A name as scripts are written with; anything else may be somebody's data.
static bool is_name(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')) return false;
    }
    return true;
}

// Pushes a key. Documents of one site have the same keys again and again, and finding their strings costs a hash each.
static void push_key(mg_state *S, lua_State *L, const char *text, size_t length) {
    if (length > MG_KNOWN_LENGTH) { lua_pushlstring(L, text, length); return; }
    size_t sum = length + 3 * (uint8_t)text[0] + 5 * (uint8_t)text[length / 2] + 7 * (uint8_t)text[length - 1];
    mg_known *known = &S->known[sum % MG_KNOWN_KEYS];
    if (known->length == length && memcmp(known->text, text, length) == 0) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, known->reference);
        return;
    }
    lua_pushlstring(L, text, length);
    if (!is_name(text, length)) return;
    known->length = 0;
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, known->reference);
    memcpy(known->text, text, length);
    known->length = (uint32_t)length;
}

static bool decode_object(decoder *d) {
    lua_State *L = d->L;
    make_room(d);
    lua_pushnil(L);
    int table = lua_gettop(L), count = 0, nulls = 0;
    for (;; count++) {
        cj_token key, token;
        int read = cj_read_plain_member(&d->S->scanner, &key, &token);
        if (read == 0) cj_read(&d->S->scanner, &key);
        if (key.type == CJ_OBJECT_END) break;
        if (key.type != CJ_KEY_NAME) return fail(d, &key);
        make_room(d);
        push_key(d->S, L, key.text, key.length);
        if (read != 2) cj_read(&d->S->scanner, &token);
        if (token.type == CJ_STRING) lua_pushlstring(L, token.text, token.length);   // the usual, with no call between
        else if (token.type == CJ_NULL) { lua_pushnil(L); nulls++; }
        else if (!decode_value(d, &token)) return false;
    }
    lua_createtable(L, 0, count - nulls);
    lua_replace(L, table);
    if (nulls > 0) {
        make_room(d);
        attach_nulls(L, table, count, nulls);
        return true;
    }
    for (int i = 0; i < count; i++) lua_rawset(L, table);
    return true;
}

// The elements above `table` go into it, the first of them to position `done` + 1.
static void flush(lua_State *L, int table, int done, int pending) {
    if (lua_isnil(L, table)) {
        lua_createtable(L, pending, 0);
        lua_replace(L, table);
    }
    for (int i = pending; i > 0; i--) lua_rawseti(L, table, done + i);
}

static bool decode_array(decoder *d) {
    lua_State *L = d->L;
    make_room(d);
    lua_pushnil(L);
    int table = lua_gettop(L), done = 0, pending = 0;
    for (;;) {
        cj_token token;
        if (!cj_read_plain_element(&d->S->scanner, &token)) cj_read(&d->S->scanner, &token);
        if (token.type == CJ_ARRAY_END) break;
        make_room(d);
        if (token.type == CJ_STRING) lua_pushlstring(L, token.text, token.length);
        else if (!decode_value(d, &token)) return false;
        if (++pending == BATCH) {
            flush(L, table, done, pending);
            done += pending;
            pending = 0;
        }
    }
    flush(L, table, done, pending);
    lua_rawgeti(L, LUA_REGISTRYINDEX, d->S->array_ref);
    lua_setmetatable(L, table);
    return true;
}

static bool decode_value(decoder *d, const cj_token *token) {
    lua_State *L = d->L;
    switch (token->type) {
    case CJ_NULL: lua_pushlightuserdata(L, NULL); return true;
    case CJ_FALSE: lua_pushboolean(L, 0); return true;
    case CJ_TRUE: lua_pushboolean(L, 1); return true;
    case CJ_INT: lua_pushinteger(L, token->integer); return true;
    case CJ_DOUBLE: lua_pushnumber(L, token->number); return true;
    case CJ_STRING: lua_pushlstring(L, token->text, token->length); return true;
    case CJ_OBJECT_BEGIN: return decode_object(d);
    case CJ_ARRAY_BEGIN: return decode_array(d);
    default: return fail(d, token);
    }
}

// The scanner is the state's: when Lua raises in between, it is freed at the next use or with the state.
static cj_status finish(mg_state *S) {
    cj_token token = cj_next(&S->scanner);
    return token.type == CJ_END ? CJ_OK : token.type == CJ_ERROR ? token.status : CJ_TRAILING;
}

static bool decode(mg_state *S, lua_State *L, const uint8_t *bytes, size_t length, uint16_t keys, cj_status *status) {
    if (S->scanning) cj_scanner_free(&S->scanner);
    cj_scanner_init(&S->scanner, bytes, length);
    S->scanner.most_keys = keys;
    S->scanning = true;
    decoder d = { S, L, 0, CJ_OK };
    int top = lua_gettop(L);
    cj_token token = cj_next(&S->scanner);
    luaL_checkstack(L, 8, NULL);
    if (token.type == CJ_NULL) lua_pushnil(L);
    else if (!decode_value(&d, &token)) lua_settop(L, top);
    if (d.status == CJ_OK) d.status = finish(S);
    cj_scanner_free(&S->scanner);
    S->scanning = false;
    if (status != NULL) *status = d.status;
    if (d.status == CJ_OK) return true;
    lua_settop(L, top);
    return false;
}

bool mg_decode(mg_state *S, lua_State *L, const uint8_t *bytes, size_t length, cj_status *status) {
    return decode(S, L, bytes, length, CJ_MAX_KEYS, status);
}

bool mg_decode_many(mg_state *S, lua_State *L, const uint8_t *bytes, size_t length, cj_status *status) {
    return decode(S, L, bytes, length, MG_MANY_KEYS, status);
}

int mg_null_metatable(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return 0;
    int found = lua_rawgetp(L, -1, &null_tag) == LUA_TBOOLEAN;
    lua_pop(L, found ? 1 : 2);
    return found;
}
