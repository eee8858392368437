// `table.sort`: a heap, in place, as a machine that can stop at every comparison, so that an order function may be cut
// into slices, and wait. An order function that contradicts itself gives some order, never an error.
#include "bridge.h"

enum { TABLE = 1, ORDER, STATE, VALUE, CHILD, SIBLING };   // the stack

typedef enum { NEXT, DOWN, CHOSEN, COMPARED } step;

typedef struct {
    step step;
    lua_Integer build, end;            // elements that still have to sink; elements that are not sorted yet
    lua_Integer at, child, count;      // of the value that sinks now
} sorting;

static uint64_t text_cost(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TSTRING ? lua_rawlen(L, index) / 16 : 0;
}

// [… order a b] or the answer itself: numbers and text are compared on the spot. True when the answer is there.
static bool ready(lua_State *L, int a, int b) {
    mg_count(L, 1 + text_cost(L, a) + text_cost(L, b));
    int type = lua_type(L, a);
    if (!lua_isnil(L, ORDER)) lua_pushvalue(L, ORDER);
    else if ((type == LUA_TNUMBER || type == LUA_TSTRING || luaL_getmetafield(L, a, "__lt") == LUA_TNIL)
             && (lua_type(L, b) == type || luaL_getmetafield(L, b, "__lt") == LUA_TNIL)) {
        lua_pushboolean(L, lua_compare(L, a, b, LUA_OPLT));
        return true;
    }
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    return false;
}

static int go_on(lua_State *L, int status, lua_KContext context);

// Leaves the answer on the stack, now or when the machine goes on at `then`.
static void ask(lua_State *L, sorting *s, int a, int b, step then) {
    s->step = then;
    if (!ready(L, a, b)) lua_callk(L, 2, 1, 0, go_on);
}

static bool answer(lua_State *L) {
    bool result = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return result;
}

// Takes the next value that sinks. False when all is sorted.
static bool take_next(lua_State *L, sorting *s) {
    if (s->build >= 1) {
        lua_geti(L, TABLE, s->build);
        s->at = s->build--;
        s->count = s->end;
    } else if (s->end > 1) {
        lua_geti(L, TABLE, s->end);
        lua_geti(L, TABLE, 1);
        lua_seti(L, TABLE, s->end);
        s->count = --s->end;
        s->at = 1;
    } else {
        return false;
    }
    s->step = DOWN;
    return true;
}

static void settle(lua_State *L, sorting *s) {
    lua_settop(L, VALUE);
    lua_seti(L, TABLE, s->at);
    s->step = NEXT;
}

static void look_below(lua_State *L, sorting *s) {
    s->child = 2 * s->at;
    if (s->child > s->count) { settle(L, s); return; }
    lua_geti(L, TABLE, s->child);
    if (s->child < s->count) {
        lua_geti(L, TABLE, s->child + 1);
        ask(L, s, CHILD, SIBLING, CHOSEN);
    } else {
        ask(L, s, VALUE, CHILD, COMPARED);
    }
}

static int go_on(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    sorting *s = lua_touserdata(L, STATE);
    for (;;) {
        switch (s->step) {
        case NEXT:
            if (!take_next(L, s)) return 0;
            break;
        case DOWN: look_below(L, s); break;
        case CHOSEN:
            if (answer(L)) {
                s->child++;
                lua_remove(L, CHILD);
            }
            lua_settop(L, CHILD);
            ask(L, s, VALUE, CHILD, COMPARED);
            break;
        case COMPARED:
            if (!answer(L)) { settle(L, s); break; }
            lua_seti(L, TABLE, s->at);
            s->at = s->child;
            s->step = DOWN;
            break;
        }
    }
}

int mg_sort(lua_State *L) {
    luaL_checktype(L, TABLE, LUA_TTABLE);
    lua_Integer count = luaL_len(L, TABLE);
    if (count < 2) return 0;               // whatever the order function is
    luaL_argcheck(L, count < INT32_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, ORDER)) luaL_checktype(L, ORDER, LUA_TFUNCTION);
    lua_settop(L, ORDER);
    sorting *s = lua_newuserdatauv(L, sizeof *s, 0);
    *s = (sorting){ NEXT, count / 2, count, 0, 0, 0 };
    return go_on(L, LUA_OK, 0);
}
