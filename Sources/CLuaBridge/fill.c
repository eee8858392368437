// Functions that fill: name(key, seconds, make, options). The host is asked first. It answers at once, or has the call
// wait, or has `make`, a function of the script's, make the value. Whatever becomes of `make`, the host hears of it:
// here, or when the call ends without coming back here.
#include "bridge.h"
#include <stdio.h>

// The stack of a call under way. Results of `make`, or its error, stand above.
enum { MAKE_ARGUMENT = 3, ARGUMENTS, MAKE, TICKET, MADE };

// What became of `make`, in the host's words.
enum { OUTCOME_VALUE = 0, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_UNFIT };

static uint32_t function_of(lua_State *L) { return (uint32_t)lua_tointeger(L, lua_upvalueindex(MG_UPVALUE_ID)); }
static const char *name_of(lua_State *L) { return lua_tostring(L, lua_upvalueindex(MG_UPVALUE_NAME)); }

// Writes [ticket,outcome,value]. False when the value cannot be JSON; then its place in the message is `value`.
static bool write_outcome(mg_state *S, lua_State *L, int outcome, mg_refusal *refusal) {
    cj_buffer *out = &S->asked;
    size_t length;
    const char *ticket = lua_tolstring(L, TICKET, &length);
    char digit = (char)('0' + outcome);
    out->length = 0;
    out->failed = false;
    cj_put_byte(out, '[');
    cj_put(out, ticket, length);
    cj_put_byte(out, ',');
    cj_put_byte(out, (uint8_t)digit);
    cj_put_byte(out, ',');
    int value = outcome == OUTCOME_VALUE ? MADE : MADE + 1;
    bool wanted = (outcome == OUTCOME_VALUE && lua_gettop(L) >= MADE)
               || (outcome == OUTCOME_FAILURE && lua_type(L, value) == LUA_TSTRING);
    if (!wanted) cj_put(out, "null", 4);
    else if (!mg_encode(S, L, value, out, 0, refusal)) return false;
    cj_put_byte(out, ']');
    return true;
}

static void tell_host(mg_state *S, lua_State *L) {
    S->answer.set = false;
    S->host(S->context, function_of(L) | MG_FUNCTION_FINISH, S->asked.bytes, S->asked.length, &S->answer);
}

// A value that cannot be kept is a mistake of the script's, which nothing that was kept before covers up.
static int refuse_value(mg_state *S, lua_State *L, const mg_refusal *refusal) {
    char path[MG_MAX_MESSAGE];
    mg_render_path(refusal, "value", path, sizeof path);
    (void)write_outcome(S, L, OUTCOME_UNFIT, NULL);
    tell_host(S, L);
    return luaL_error(L, "%s: %s is %s", name_of(L), path, refusal->message);
}

static int made(lua_State *L, int status, lua_KContext context) {
    (void)context;
    mg_state *S = mg_of(L);
    if (S->breach != MG_WITHIN) return mg_stop(L, S, S->breach);
    bool raised = status != LUA_OK && status != LUA_YIELD;
    bool failed = !raised && lua_isnil(L, MADE) && !lua_isnoneornil(L, MADE + 1);
    mg_refusal refusal;
    mg_refusal_clear(&refusal);
    int outcome = raised ? OUTCOME_ERROR : failed ? OUTCOME_FAILURE : OUTCOME_VALUE;
    if (!write_outcome(S, L, outcome, &refusal)) {
        if (!failed) return refuse_value(S, L, &refusal);
        (void)write_outcome(S, L, OUTCOME_ERROR, NULL);    // a reason that cannot be JSON is the caller's alone
    }
    tell_host(S, L);
    mg_count(L, 10 + S->asked.length / 8);
    if (outcome == OUTCOME_VALUE || S->answer.status == MG_ANSWER_VALUE) return mg_host_answer(L);
    S->answer.set = false;
    if (raised) return lua_error(L);
    lua_settop(L, MADE + 1);
    return 2;
}

static int decided(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    mg_state *S = mg_of(L);
    mg_answer *a = &S->answer;
    if (!a->set || a->bytes.failed || (a->status != MG_ANSWER_WAIT && a->status != MG_ANSWER_FILL))
        return mg_host_answer(L);
    a->set = false;
    if (a->status == MG_ANSWER_WAIT) {
        S->asked_function = function_of(L);
        S->resume_number++;
        S->mark = MG_MARK_WAIT;
        return lua_yieldk(L, 0, 0, decided);
    }
    lua_settop(L, MAKE);
    lua_pushlstring(L, (const char *)a->bytes.bytes, a->bytes.length);
    lua_pushvalue(L, MAKE);
    return made(L, lua_pcallk(L, 0, LUA_MULTRET, 0, 0, made), 0);
}

int mg_fill(lua_State *L) {
    mg_state *S = mg_of(L);
    if (lua_type(L, MAKE_ARGUMENT) != LUA_TFUNCTION || lua_gettop(L) > ARGUMENTS)
        return luaL_error(L, "%s takes a key, seconds, a function that makes the value, and options", name_of(L));
    lua_settop(L, ARGUMENTS);
    lua_pushvalue(L, MAKE_ARGUMENT);
    lua_pushnil(L);
    lua_replace(L, MAKE_ARGUMENT);
    mg_host_enter(L, MG_FUNCTION_WAITING);
    mg_host_arguments(L, 0, 1, ARGUMENTS);
    mg_count(L, 10 + S->asked.length / 8);
    S->answer.set = false;
    S->host(S->context, function_of(L), S->asked.bytes, S->asked.length, &S->answer);
    return decided(L, LUA_OK, 0);
}
