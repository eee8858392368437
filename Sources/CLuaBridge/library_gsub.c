// `string.gsub`. A replacement function may be cut into slices, and wait: what is done so far stands in Lua's memory.
#include "pattern.h"

#define HEADER ((size_t)64)   // more than Lua puts in front of a userdata's bytes

enum { TEXT = 1, PATTERN, REPLACEMENT, STATE, OUTPUT };   // the stack

// Where the search is.
typedef struct {
    const char *at, *last, *pattern, *kept;   // kept: behind what is in the output
    lua_Integer count, most;
    bool anchored, done, changed;
} search;

// The end of the next match, which begins at `at`; NULL when there is none any more.
static const char *next_match(mg_matcher *m, search *s) {
    while (s->count < s->most && !s->done) {
        mg_match_reset(m);
        const char *end = mg_match(m, s->at, s->pattern);
        if (end == s->at) mg_match_step(m);   // nothing matches everywhere, maybe without a comparison
        s->done = s->anchored;
        if (end != NULL && end != s->last) {
            s->count++;
            s->last = end;
            return end;
        }
        if (s->at == m->text_end) break;
        s->at++;
    }
    s->done = true;
    return NULL;
}

static void behind_match(search *s, const char *end) { s->at = s->kept = end; }

static int no_value(lua_State *L) {
    return luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
}

static int finish(lua_State *L, const search *s) {
    lua_pushinteger(L, s->count);
    return 2;
}

// --- With text or a table, in one go

static void add_template(mg_matcher *m, luaL_Buffer *b, const char *s, const char *end) {
    size_t length;
    const char *at = lua_tolstring(m->L, REPLACEMENT, &length), *stop = at + length;
    m->unpaid += (uint32_t)(length / 8);
    while (at < stop) {
        if (*at != '%') { luaL_addchar(b, *at++); continue; }
        mg_match_step(m);
        if (++at == stop) luaL_error(m->L, "invalid use of '%%' in replacement string");
        char c = *at++;
        if (c == '%') luaL_addchar(b, '%');
        else if (c == '0') luaL_addlstring(b, s, (size_t)(end - s));
        else if (c >= '1' && c <= '9') {
            mg_push_capture(m, c - '1', s, end);
            luaL_tolstring(m->L, -1, NULL);
            lua_remove(m->L, -2);
            luaL_addvalue(b);
        } else luaL_error(m->L, "invalid use of '%%' in replacement string");
    }
}

// False when the match stays as it is.
static bool add_replacement(mg_matcher *m, luaL_Buffer *b, const char *s, const char *end) {
    lua_State *L = m->L;
    if (lua_type(L, REPLACEMENT) != LUA_TTABLE) {
        add_template(m, b, s, end);
        return true;
    }
    mg_push_capture(m, 0, s, end);
    lua_gettable(L, REPLACEMENT);
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, s, (size_t)(end - s));
        return false;
    }
    if (!lua_isstring(L, -1)) no_value(L);
    luaL_addvalue(b);
    return true;
}

static int replace_at_once(lua_State *L, mg_matcher *m, search *s) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (const char *end; (end = next_match(m, s)) != NULL; behind_match(s, end)) {
        luaL_addlstring(&b, s->kept, (size_t)(s->at - s->kept));
        s->changed |= add_replacement(m, &b, s->at, end);
    }
    mg_match_pay(m);
    if (s->changed) {
        luaL_addlstring(&b, s->kept, (size_t)(m->text_end - s->kept));
        luaL_pushresult(&b);
    } else {
        lua_pushvalue(L, TEXT);
    }
    return finish(L, s);
}

// --- With a function

typedef struct {
    mg_matcher m;
    search s;
    const char *end;           // of the match that the function is asked about
    bool asked;
    size_t length, capacity;   // of the output
} calls;

// For `length` bytes more: twice what there is, but no more than a block may have while that will do.
static size_t larger(lua_State *L, const calls *c, size_t length) {
    size_t size = 2 * c->capacity + length + 64, needed = c->length + length, block = mg_of(L)->limits.block;
    size_t most = block > HEADER ? block - HEADER : 0;
    if (size <= most) return size;
    return needed > most ? needed : most;
}

static void append(lua_State *L, calls *c, const char *text, size_t length) {
    mg_count(L, length / 16);
    if (length > c->capacity - c->length) {
        size_t size = larger(L, c, length);
        char *grown = lua_newuserdatauv(L, size, 0);
        if (c->length > 0) memcpy(grown, lua_touserdata(L, OUTPUT), c->length);
        lua_replace(L, OUTPUT);
        c->capacity = size;
    }
    if (length > 0) memcpy((char *)lua_touserdata(L, OUTPUT) + c->length, text, length);
    c->length += length;
}

// [… what the function gave]
static void take_answer(lua_State *L, calls *c) {
    c->asked = false;
    append(L, c, c->s.kept, (size_t)(c->s.at - c->s.kept));
    if (lua_toboolean(L, -1)) {
        if (!lua_isstring(L, -1)) no_value(L);
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        append(L, c, text, length);
        c->s.changed = true;
    } else {
        append(L, c, c->s.at, (size_t)(c->end - c->s.at));
    }
    behind_match(&c->s, c->end);
    lua_settop(L, OUTPUT);
}

static int go_on(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    calls *c = lua_touserdata(L, STATE);
    if (c->asked) take_answer(L, c);
    while ((c->end = next_match(&c->m, &c->s)) != NULL) {
        mg_match_pay(&c->m);
        lua_pushvalue(L, REPLACEMENT);
        int count = mg_push_captures(&c->m, c->s.at, c->end);
        c->asked = true;
        lua_callk(L, count, 1, 0, go_on);
        take_answer(L, c);
    }
    mg_match_pay(&c->m);
    if (c->s.changed) {
        append(L, c, c->s.kept, (size_t)(c->m.text_end - c->s.kept));
        lua_pushlstring(L, lua_touserdata(L, OUTPUT), c->length);
    } else {
        lua_pushvalue(L, TEXT);
    }
    return finish(L, &c->s);
}

static int replace_by_calls(lua_State *L, const mg_matcher *m, const search *s) {
    lua_settop(L, REPLACEMENT);
    calls *c = lua_newuserdatauv(L, sizeof *c, 0);
    memset(c, 0, sizeof *c);
    c->m = *m;
    c->s = *s;
    lua_newuserdatauv(L, 0, 0);
    return go_on(L, LUA_OK, 0);
}

int mg_gsub(lua_State *L) {
    size_t length, p_length;
    const char *text = luaL_checklstring(L, TEXT, &length), *p = luaL_checklstring(L, PATTERN, &p_length);
    int type = lua_type(L, REPLACEMENT);
    luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
                     REPLACEMENT, "string/function/table");
    if (type == LUA_TNUMBER) (void)lua_tostring(L, REPLACEMENT);
    bool anchored = p_length > 0 && *p == '^';
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    search s = { text, NULL, p + anchored, text, 0, most, anchored, false, false };
    mg_matcher m;
    mg_match_prepare(&m, L, text, length, p, p_length);
    return type == LUA_TFUNCTION ? replace_by_calls(L, &m, &s) : replace_at_once(L, &m, &s);
}
