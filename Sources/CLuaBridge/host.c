// Functions of the host, as C closures. Arguments leave as a JSON array; an answer becomes a value, nil and a message,
// or an error, and only this frame raises it.
#include "bridge.h"

enum { ID = MG_UPVALUE_ID, FLAGS, NAME = MG_UPVALUE_NAME, FIRST };   // upvalues

void mg_answer_set(mg_answer *answer, mg_answer_status status, const char *kind, const uint8_t *bytes, size_t length) {
    answer->set = true;
    answer->status = status;
    answer->kind[0] = 0;
    if (kind != NULL) strncpy(answer->kind, kind, sizeof answer->kind - 1);
    answer->kind[sizeof answer->kind - 1] = 0;
    answer->bytes.length = 0;
    answer->bytes.failed = false;
    cj_put(&answer->bytes, bytes, length);
}

static int raise_text(lua_State *L, const char *text, size_t length) {
    luaL_where(L, 1);
    lua_pushlstring(L, text, length);
    lua_concat(L, 2);
    return lua_error(L);
}

// Pushes what the host answered.
int mg_host_answer(lua_State *L) {
    mg_state *S = mg_of(L);
    mg_answer *a = &S->answer;
    if (!a->set || a->bytes.failed) return luaL_error(L, "%s got no answer", lua_tostring(L, lua_upvalueindex(NAME)));
    a->set = false;
    const uint8_t *bytes = a->bytes.bytes;
    size_t length = a->bytes.length;
    mg_count(L, length / 8);
    cj_status status;
    switch (a->status) {
    case MG_ANSWER_VALUE:
        if (length == 0) return 0;
        if (mg_decode(S, L, bytes, length, &status)) return 1;
        return luaL_error(L, "%s answered with JSON that is %s", lua_tostring(L, lua_upvalueindex(NAME)),
                          cj_status_text(status));
    case MG_ANSWER_HANDLE:
        if (cj_check(bytes, length, NULL) != CJ_OK)
            return luaL_error(L, "%s answered with a broken value", lua_tostring(L, lua_upvalueindex(NAME)));
        mg_handle_push(S, L, a->kind, bytes, length);
        return 1;
    case MG_ANSWER_FAILURE:
        lua_pushnil(L);
        lua_pushlstring(L, (const char *)bytes, length);
        return 2;
    default:
        return raise_text(L, (const char *)bytes, length);
    }
}

static int answered(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return mg_host_answer(L);
}

// Writes the arguments from `first` to `last`; the one at 0 is bound.
void mg_host_arguments(lua_State *L, uint32_t flags, int first, int last) {
    mg_state *S = mg_of(L);
    mg_refusal refusal;
    mg_refusal_clear(&refusal);
    cj_buffer *out = &S->asked;
    uint32_t allow = flags & MG_FUNCTION_HANDLES ? MG_ALLOW_HANDLES : 0;
    out->length = 0;
    out->failed = false;
    cj_put_byte(out, '[');
    for (int i = first; i <= last; i++) {
        if (out->length > 1) cj_put_byte(out, ',');
        refusal.path[0] = (mg_step){ NULL, 0, i + 1 - first };
        refusal.depth = 1;
        if (mg_encode(S, L, i == 0 ? lua_upvalueindex(FIRST) : i, out, allow, &refusal)) continue;
        char path[MG_MAX_MESSAGE];
        mg_render_path(&refusal, "argument", path, sizeof path);
        luaL_error(L, "%s: %s is %s", lua_tostring(L, lua_upvalueindex(NAME)), path, refusal.message);
    }
    cj_put_byte(out, ']');
}

// Raises, or ends the call, where the host cannot be called now.
void mg_host_enter(lua_State *L, uint32_t flags) {
    mg_state *S = mg_of(L);
    if (S->phase != MG_SUSPENDED) luaL_error(L, "the host cannot be called here");
    if (++S->host_calls > S->limits.host_calls) mg_stop(L, S, MG_OVER_HOST_CALLS);
    if ((flags & MG_FUNCTION_WAITING) && !lua_isyieldable(L))
        luaL_error(L, "%s waits, which a metamethod that a library function calls cannot",
                   lua_tostring(L, lua_upvalueindex(NAME)));
}

static int call_host(lua_State *L, bool bound) {
    mg_state *S = mg_of(L);
    uint32_t function = (uint32_t)lua_tointeger(L, lua_upvalueindex(ID));
    uint32_t flags = (uint32_t)lua_tointeger(L, lua_upvalueindex(FLAGS));
    mg_host_enter(L, flags);
    mg_host_arguments(L, flags, bound ? 0 : 1, lua_gettop(L));
    mg_count(L, 10 + S->asked.length / 8);
    S->answer.set = false;
    if (flags & MG_FUNCTION_WAITING) {
        S->asked_function = function;
        S->resume_number++;
        S->mark = MG_MARK_WAIT;
        return lua_yieldk(L, 0, 0, answered);
    }
    S->host(S->context, function, S->asked.bytes, S->asked.length, &S->answer);
    return mg_host_answer(L);
}

static int call_bound(lua_State *L) { return call_host(L, true); }

static int call_plain(lua_State *L) {
    uint32_t flags = (uint32_t)lua_tointeger(L, lua_upvalueindex(FLAGS));
    if (flags & MG_FUNCTION_FILLING) return mg_fill(L);
    if (!(flags & MG_FUNCTION_CURRIED)) return call_host(L, false);
    luaL_checkany(L, 1);
    lua_pushvalue(L, lua_upvalueindex(ID));
    lua_pushvalue(L, lua_upvalueindex(FLAGS));
    lua_pushvalue(L, lua_upvalueindex(NAME));
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, call_bound, 4);
    return 1;
}

// A function that is a namespace as well is called through its proxy, which comes first.
static int call_namespace(lua_State *L) {
    lua_remove(L, 1);
    return call_plain(L);
}

static void push_closure(lua_State *L, lua_CFunction f, const char *name, uint32_t function, uint32_t flags) {
    lua_pushinteger(L, function);
    lua_pushinteger(L, flags);
    lua_pushstring(L, name);
    lua_pushcclosure(L, f, 3);
}

// The base raises at what is not there, so everything here is raw.
static int raw_field(lua_State *L, const char *name) {
    lua_pushstring(L, name);
    return lua_rawget(L, -2);
}

// [value] -> []
static void set_raw_field(lua_State *L, int table, const char *name) {
    lua_pushstring(L, name);
    lua_insert(L, -2);
    lua_rawset(L, table);
}

// Pushes the real table of the namespace `name` in the real table at the top; makes it when there is none.
static void enter(mg_state *S, lua_State *L, const char *name) {
    int type = raw_field(L, name);
    if (type == LUA_TTABLE && mg_real(L, -1)) {
        lua_remove(L, -2);
        return;
    }
    int function = type == LUA_TFUNCTION ? lua_gettop(L) : 0;
    int outer = lua_gettop(L) - 1;
    lua_newtable(L);
    mg_proxy(S, L, name);
    if (function != 0) {
        lua_getmetatable(L, -1);
        const char *full = lua_getupvalue(L, function, NAME) != NULL ? lua_tostring(L, -1) : name;
        lua_getupvalue(L, function, ID);
        lua_getupvalue(L, function, FLAGS);
        push_closure(L, call_namespace, full, (uint32_t)lua_tointeger(L, -2), (uint32_t)lua_tointeger(L, -1));
        lua_setfield(L, outer + 3, "__call");
        lua_settop(L, outer + 2);
    }
    lua_pushvalue(L, -1);
    set_raw_field(L, outer, name);
    mg_real(L, -1);
    lua_replace(L, outer + 1);
    lua_settop(L, outer + 1);
}

void mg_host_define(mg_state *S, lua_State *L, const char *name, uint32_t function, uint32_t flags) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->base);
    const char *at = name, *dot;
    while ((dot = strchr(at, '.')) != NULL) {
        lua_pushlstring(L, at, (size_t)(dot - at));
        lua_insert(L, -2);
        enter(S, L, lua_tostring(L, -2));
        at = dot + 1;
    }
    if (raw_field(L, at) == LUA_TTABLE && lua_getmetatable(L, -1)) {
        push_closure(L, call_namespace, name, function, flags);
        lua_setfield(L, -2, "__call");
        return;
    }
    lua_pop(L, 1);
    push_closure(L, call_plain, name, function, flags);
    set_raw_field(L, lua_gettop(L) - 1, at);
}

typedef struct { const char *name; uint32_t function, flags; } definition;

static int define_protected(lua_State *L) {
    definition *d = lua_touserdata(L, 1);
    mg_host_define(mg_of(L), L, d->name, d->function, d->flags);
    return 0;
}

bool mg_state_function(mg_state *S, const char *name, uint32_t function, uint32_t flags) {
    definition d = { name, function, flags };
    lua_settop(S->L, 0);
    lua_pushcfunction(S->L, define_protected);
    lua_pushlightuserdata(S->L, &d);
    bool good = lua_pcall(S->L, 1, 0, 0) == LUA_OK;
    lua_settop(S->L, 0);
    return good;
}
