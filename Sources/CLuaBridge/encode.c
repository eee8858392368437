// Lua values into JSON, read raw: no metatable of a script is ever honoured, and whatever JSON cannot say is refused
// with its path. Keys come out in byte order. Only a breach of the budgets leaves in the middle.
#include "bridge.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// Finding that a table holds nothing takes as long as it was once large, so the clock is asked every few tables.
#define OWED_A_TABLE 50

#define MIXED "positions and names in one table: name every member, or none"

typedef struct {
    mg_state *S;
    lua_State *L;
    cj_buffer *out;
    uint32_t flags;
    int depth;
    size_t vain;                  // steps for what was looked at and written, should it be refused
    const void *open[CJ_MAX_DEPTH];
    mg_refusal *refusal;
} encoder;

static bool encode_value(encoder *e, int index);
static bool encode_string(encoder *e, int index);

static inline void put(cj_buffer *b, uint8_t byte) {
    if (b->length < b->capacity && b->length < b->limit) b->bytes[b->length++] = byte; else cj_put_byte(b, byte);
}

bool mg_refuse(mg_refusal *refusal, const char *code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(refusal->message, sizeof refusal->message, format, arguments);
    va_end(arguments);
    refusal->code = code;
    return false;
}

bool mg_good_key(const char *text, size_t length) {
    if (length == 0 || length > CJ_MAX_KEY) return false;
    for (size_t i = 0; i < length; i++) if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f) return false;
    return true;
}

static bool no_memory(encoder *e) { return mg_refuse(e->refusal, "script.memory", "no memory for the result"); }

static bool too_large(encoder *e) {
    return mg_refuse(e->refusal, "script.result", "more than %zu bytes", e->out->limit);
}

// The first eight bytes, so that most comparisons are one of integers.
static uint64_t key_prefix(const char *text, size_t length) {
    uint64_t prefix = 0;
    if (length >= 8) memcpy(&prefix, text, 8); else memcpy(&prefix, text, length);
    return __builtin_bswap64(prefix);
}

static bool add_entry(encoder *e, const char *text, size_t length, int slot, bool plain) {
    mg_state *S = e->S;
    if (S->entries_used == S->entries_size) {
        size_t size = S->entries_size == 0 ? 128 : S->entries_size * 2;
        mg_entry *grown = realloc(S->entries, size * sizeof *grown);
        if (grown == NULL) return no_memory(e);
        S->entries = grown;
        S->entries_size = size;
    }
    S->entries[S->entries_used++] = (mg_entry){ key_prefix(text, length), text, slot, (uint16_t)length, plain };
    return true;
}

static inline bool before(const mg_entry *a, const mg_entry *b) {
    if (a->prefix != b->prefix) return a->prefix < b->prefix;
    uint16_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order < 0 : a->length < b->length;
}

static void sort_entries(mg_entry *list, size_t count) {
    static const size_t gaps[] = { 701, 301, 132, 57, 23, 10, 4, 1 };
    for (size_t g = count > 32 ? 0 : sizeof gaps / sizeof *gaps - 1; g < sizeof gaps / sizeof *gaps; g++) {
        size_t gap = gaps[g];
        for (size_t i = gap; i < count; i++) {
            if (!before(&list[i], &list[i - gap])) continue;
            mg_entry entry = list[i];
            size_t at = i;
            do { list[at] = list[at - gap]; at -= gap; } while (at >= gap && before(&entry, &list[at - gap]));
            list[at] = entry;
        }
    }
}

// Most keys can be copied as they are; whether this one can is found out once, when it is checked.
static bool check_key(encoder *e, const char *text, size_t length, bool *plain) {
    *plain = cj_plain_key(text, length);
    if (!*plain && (!mg_good_key(text, length) || !cj_valid_utf8(text, length)))
        return mg_refuse(e->refusal, "value.key", "a key that is empty, too long, or not plain text");
    if ((e->flags & MG_ALLOW_HANDLES) && text[0] == '@')
        return mg_refuse(e->refusal, "value.key", "keys that begin with '@' are the host's");
    return true;
}

static void put_key(encoder *e, const mg_entry *entry) {
    cj_buffer *b = e->out;
    if (!entry->plain || b->capacity < b->length + entry->length + 3 || b->limit < b->length + entry->length + 3) {
        cj_put_string(b, entry->text, entry->length);
        put(b, ':');
        return;
    }
    uint8_t *at = b->bytes + b->length;
    *at++ = '"';
    memcpy(at, entry->text, entry->length);
    at += entry->length;
    *at++ = '"';
    *at = ':';
    b->length += entry->length + 3;
}

static bool bad_key_type(encoder *e) {
    e->refusal->depth--;
    if (lua_type(e->L, -2) == LUA_TNUMBER)
        return mg_refuse(e->refusal, "value.array", MIXED);
    return mg_refuse(e->refusal, "value.key", "a key that is a %s", luaL_typename(e->L, -2));
}

// Adds the member whose key is at `slot` - 1, with its value above it.
static bool add_member(encoder *e, int slot, size_t *count) {
    size_t length;
    bool plain;
    const char *text = lua_tolstring(e->L, slot - 1, &length);
    e->refusal->path[e->refusal->depth - 1] = (mg_step){ text, length, 0 };
    if (!check_key(e, text, length, &plain)) return false;
    int most = e->flags & MG_ALLOW_MANY_KEYS ? MG_MANY_KEYS : CJ_MAX_KEYS;
    if (++*count > (size_t)most) return mg_refuse(e->refusal, "value.keys", "more than %d keys", most);
    return add_entry(e, text, length, slot, plain);
}

// Leaves key and value of every member on the stack, above `table`, and an entry for each. With `started`, the first
// member is there already.
static bool collect(encoder *e, int table, bool nulls, bool started) {
    lua_State *L = e->L;
    size_t count = 0;
    int room = 8;
    bool more = started || (lua_pushnil(L), lua_next(L, table) != 0);
    for (int slot = lua_gettop(L); more; slot += 2) {
        if (lua_type(L, -2) != LUA_TSTRING) return bad_key_type(e);
        if (!add_member(e, slot, &count)) return false;
        if ((room -= 2) < 6) {
            if (!lua_checkstack(L, 64)) return no_memory(e);
            room = 64;
        }
        lua_pushvalue(L, -2);
        more = lua_next(L, table) != 0;
    }
    if (!nulls || !mg_null_metatable(L, table)) return true;
    int metatable = lua_gettop(L);
    for (int i = 1; lua_rawgeti(L, metatable, i) == LUA_TSTRING; i++) {
        lua_pushvalue(L, -1);
        if (lua_rawget(L, table) != LUA_TNIL) { lua_pop(L, 2); continue; }
        if (!add_member(e, lua_gettop(L), &count)) return false;
        if (!lua_checkstack(L, 8)) return no_memory(e);
    }
    return true;
}

static bool encode_object(encoder *e, int table, bool nulls, bool started) {
    mg_state *S = e->S;
    size_t first = S->entries_used;
    int depth = e->refusal->depth++;
    if (!collect(e, table, nulls, started)) return false;
    size_t count = S->entries_used - first;
    sort_entries(S->entries + first, count);
    put(e->out, '{');
    for (size_t i = 0; i < count; i++) {
        const mg_entry *entry = &S->entries[first + i];
        e->refusal->path[depth] = (mg_step){ entry->text, entry->length, 0 };
        if (i > 0) put(e->out, ',');
        put_key(e, entry);
        bool good = lua_type(e->L, entry->slot) == LUA_TSTRING ? encode_string(e, entry->slot)
                                                               : encode_value(e, entry->slot);
        if (!good) return false;
        if (e->out->failed) return too_large(e);   // not one member more, however long
    }
    put(e->out, '}');
    S->entries_used = first;
    e->vain += count;
    e->refusal->depth = depth;
    return true;
}

// Whether the keys are 1…n; n, or -1 with a refusal.
static lua_Integer sequence_length(encoder *e, int table) {
    lua_State *L = e->L;
    lua_Integer count = 0, largest = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        e->vain++;
        lua_Integer key = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
        if (key < 1) {
            mg_refuse(e->refusal, "value.array", lua_type(L, -1) == LUA_TSTRING ? MIXED
                                                                                : "a key that is no position");
            return -1;
        }
        count++;
        if (key > largest) largest = key;
    }
    if (largest == count) return count;
    mg_refuse(e->refusal, "value.array", "an array with holes");
    return -1;
}

static bool encode_element(encoder *e, lua_Integer position, int index) {
    e->refusal->path[e->refusal->depth - 1] = (mg_step){ NULL, 0, position };
    if (position > 1) put(e->out, ',');
    bool good = lua_type(e->L, index) == LUA_TSTRING ? encode_string(e, index) : encode_value(e, index);
    return good && (!e->out->failed || too_large(e));
}

// Usually the keys come as 1, 2, 3…, and one pass does. When they do not, the keys are looked at first.
static bool encode_array(encoder *e, int table) {
    lua_State *L = e->L;
    lua_Integer at = 1;
    int depth = e->refusal->depth++, value = lua_gettop(L) + 2;
    put(e->out, '[');
    lua_pushnil(L);
    for (; lua_next(L, table); at++) {
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) != at) break;
        if (!encode_element(e, at, value)) return false;
        lua_settop(L, value - 1);
    }
    if (lua_gettop(L) >= value) {
        lua_settop(L, value - 2);
        e->refusal->depth = depth;
        lua_Integer length = sequence_length(e, table);
        if (length < 0) return false;
        e->refusal->depth++;
        for (; at <= length; at++) {
            lua_rawgeti(L, table, at);
            if (!encode_element(e, at, value - 1)) return false;
            lua_settop(L, value - 2);
        }
    }
    put(e->out, ']');
    e->refusal->depth = depth;
    return true;
}

typedef enum { PLAIN, ARRAY, WITH_NULLS, FOREIGN } shape;

static shape shape_of(encoder *e, int table) {
    lua_State *L = e->L;
    if (!lua_getmetatable(L, table)) return PLAIN;
    const void *metatable = lua_topointer(L, -1);
    lua_pop(L, 1);
    if (metatable == e->S->array_mark) return ARRAY;
    if (metatable == e->S->late_mark) { mg_late_settle(e->S, L, table); return PLAIN; }
    if (!mg_null_metatable(L, table)) return mg_is_strict(L, table) ? PLAIN : FOREIGN;
    lua_pop(L, 1);
    return WITH_NULLS;
}

// The first key says what a table of the script's own is.
static bool encode_plain(encoder *e, int table) {
    lua_State *L = e->L;
    lua_pushnil(L);
    if (!lua_next(L, table)) {
        cj_put(e->out, "{}", 2);
        return true;
    }
    if (lua_type(L, -2) != LUA_TNUMBER) return encode_object(e, table, false, true);
    lua_pop(L, 2);
    return encode_array(e, table);
}

static bool encode_table(encoder *e, int table) {
    lua_State *L = e->L;
    const void *address = lua_topointer(L, table);
    for (int i = 0; i < e->depth; i++)
        if (e->open[i] == address) return mg_refuse(e->refusal, "value.cycle", "a table that contains itself");
    if (e->depth == CJ_MAX_DEPTH) return mg_refuse(e->refusal, "value.depth", "nested deeper than %d", CJ_MAX_DEPTH);
    if (!lua_checkstack(L, 16)) return no_memory(e);
    e->S->owed += OWED_A_TABLE;
    mg_count(L, 0);
    int top = lua_gettop(L);
    if (mg_frozen(L, table)) {
        table = lua_gettop(L);
        e->S->met_frozen = true;
    }
    shape s = shape_of(e, table);
    if (s == FOREIGN) return mg_refuse(e->refusal, "value.metatable", "a table with a metatable");
    e->open[e->depth++] = address;
    bool good = s == PLAIN ? encode_plain(e, table) : s == ARRAY ? encode_array(e, table)
                                                                 : encode_object(e, table, true, false);
    if (good && e->out->failed) good = too_large(e);
    lua_settop(L, top);
    e->depth--;
    return good;
}

static bool encode_string(encoder *e, int index) {
    size_t length;
    const char *text = lua_tolstring(e->L, index, &length);
    if (length > e->out->limit) return too_large(e);
    e->vain += length / 8;
    if (cj_put_string(e->out, text, length)) return true;
    return mg_refuse(e->refusal, "value.string", "text that is not UTF-8, or holds NUL");
}

static bool encode_function(encoder *e) {
    if (!(e->flags & MG_ALLOW_FUNCTIONS)) return mg_refuse(e->refusal, "value.function", "a function");
    cj_put(e->out, "{\"@function\":[", 14);
    for (int i = 0; i < e->refusal->depth; i++) {
        const mg_step *step = &e->refusal->path[i];
        if (i > 0) put(e->out, ',');
        if (step->key == NULL) cj_put_int(e->out, step->index);
        else cj_put_string(e->out, step->key, step->length);
    }
    cj_put(e->out, "]}", 2);
    return true;
}

static bool encode_userdata(encoder *e, int index) {
    const uint8_t *bytes;
    size_t length;
    const char *kind = mg_handle_at(e->S, e->L, index, &bytes, &length);
    if (kind == NULL) return mg_refuse(e->refusal, "value.type", "a value of the host");
    if (!(e->flags & MG_ALLOW_HANDLES))
        return mg_refuse(e->refusal, "value.handle", "a %s value has no place here", kind);
    cj_put(e->out, "{\"@", 3);
    cj_put(e->out, kind, strlen(kind));
    cj_put(e->out, "\":", 2);
    cj_put(e->out, bytes, length);
    put(e->out, '}');
    return true;
}

static bool encode_value(encoder *e, int index) {
    lua_State *L = e->L;
    switch (lua_type(L, index)) {
    case LUA_TNIL: cj_put(e->out, "null", 4); return true;
    case LUA_TBOOLEAN:
        if (lua_toboolean(L, index)) cj_put(e->out, "true", 4); else cj_put(e->out, "false", 5);
        return true;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) { cj_put_int(e->out, lua_tointeger(L, index)); return true; }
        return cj_put_double(e->out, lua_tonumber(L, index))
            || mg_refuse(e->refusal, "value.number", "a number that is not finite");
    case LUA_TSTRING: return encode_string(e, index);
    case LUA_TTABLE: return encode_table(e, index);
    case LUA_TFUNCTION: return encode_function(e);
    case LUA_TLIGHTUSERDATA: cj_put(e->out, "null", 4); return true;
    default: return encode_userdata(e, index);
    }
}

bool mg_encode(mg_state *S, lua_State *L, int index, cj_buffer *out, uint32_t flags, mg_refusal *refusal) {
    encoder e;
    e.S = S;
    e.L = L;
    e.out = out;
    e.flags = flags;
    e.vain = 0;
    e.depth = refusal->depth;   // an argument stands in the list of arguments already
    for (int i = 0; i < e.depth; i++) e.open[i] = NULL;
    e.refusal = refusal;
    S->entries_used = 0;
    S->met_frozen = false;
    bool good = encode_value(&e, lua_absindex(L, index)) && (!out->failed || too_large(&e));
    if (!good) mg_count_and_look(L, S->entries_used + e.vain);
    return good;
}
