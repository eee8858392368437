// One call, from its arguments to its result. Everything that can raise happens in the trampoline, which runs on the
// coroutine: decoding, the chunk, the hook, what the result keeps, encoding.
#include "bridge.h"
#include <stdio.h>

// The trampoline's stack: the arguments, what is to be restored, and what the chunk returns; its hook stands in the same
// place while it runs, and what the hook returns behind it.
enum { ARGUMENTS = 1 };

void mg_begin(mg_state *S, int entry, mg_mode mode, uint32_t flags, const char *result_name) {
    mg_refresh(S);
    S->call.entry = entry;
    S->call.mode = mode;
    S->call.flags = flags;
    S->call.result_name = result_name;
    S->call.argument_count = 0;
    S->call.restored_count = 0;
    S->call.strict_count = 0;
    S->call.too_many = false;
    S->input.length = 0;
    S->input.failed = false;
    S->result = (mg_result){ 0 };
    S->steps = S->slice_steps = S->slices = S->owed = S->cpu_used = 0;
    S->host_calls = 0;
    S->drew = false;
    S->overran = false;
    S->peak = S->used;
    S->calls++;
    S->slice_began = mg_now_ns();
    S->deadline = S->slice_began + S->limits.wall_ns;
    S->phase = S->phase == MG_IDLE ? MG_BEGUN : MG_SPENT;
}

static size_t store(mg_state *S, const uint8_t *bytes, size_t length) {
    size_t offset = S->input.length;
    cj_put(&S->input, bytes, length);
    return offset;
}

static mg_given *next_argument(mg_state *S) {
    if (S->call.argument_count < MG_MAX_ARGUMENTS) return &S->call.arguments[S->call.argument_count++];
    S->call.too_many = true;
    return NULL;
}

void mg_argument(mg_state *S, const char *name, const uint8_t *bytes, size_t length) {
    mg_given *given = next_argument(S);
    if (given != NULL) *given = (mg_given){ name, store(S, bytes, length), length, false, false };
}

void mg_argument_late(mg_state *S, const char *name, const uint8_t *bytes, size_t length) {
    mg_given *given = next_argument(S);
    if (given != NULL) *given = (mg_given){ name, store(S, bytes, length), length, false, true };
}

void mg_argument_kept(mg_state *S, const char *name) {
    mg_given *given = next_argument(S);
    if (given != NULL) *given = (mg_given){ name, 0, 0, true, false };
}

void mg_member(mg_state *S, const uint8_t *path, size_t length) {
    S->call.member_offset = store(S, path, length);
    S->call.member_length = length;
}

void mg_restore(mg_state *S, const char *const *names, size_t count, const char *argument,
                const uint8_t *document, size_t length) {
    if (count > MG_MAX_RESTORED) { S->call.too_many = true; return; }
    for (size_t i = 0; i < count; i++) S->call.restored[i] = names[i];
    S->call.restored_count = (uint32_t)count;
    S->call.restored_argument = argument;
    if (argument != NULL) return;
    S->call.document_offset = store(S, document, length);
    S->call.document_length = length;
}

void mg_strict(mg_state *S, const char *argument, const uint8_t *listing, size_t length) {
    if (S->call.strict_count == MG_MAX_STRICT) { S->call.too_many = true; return; }
    S->call.strict[S->call.strict_count++] = (mg_strictness){ argument, store(S, listing, length), length };
}

// --- On the coroutine

static int refuse_call(lua_State *L, const char *code, const char *text) {
    mg_state *S = mg_of(L);
    mg_fail(S, code, text);
    lua_pushnil(L);
    return lua_error(L);
}

static void push_arguments(mg_state *S, lua_State *L) {
    mg_call *call = &S->call;
    bool late = false;
    if (call->too_many || S->input.failed) { refuse_call(L, "value.arguments", "too many arguments"); return; }
    lua_createtable(L, 0, call->argument_count);
    for (int i = 0; i < call->argument_count; i++) {
        mg_given *given = &call->arguments[i];
        if (mg_late(S, given)) { late = true; continue; }
        if (given->kept) {
            if (lua_rawgeti(L, LUA_REGISTRYINDEX, S->kept) != LUA_TTABLE) {
                refuse_call(L, "value.kept", "there is no kept result");
                return;
            }
        } else {
            cj_status status;
            if (!mg_decode(S, L, S->input.bytes + given->offset, given->length, &status)) {
                mg_refusal refusal = { .path = { { given->name, strlen(given->name), 0 } }, .depth = 1 };
                mg_refuse(&refusal, "value.json", "%s", cj_status_text(status));
                mg_fail_refused(S, &refusal, "arguments");
                lua_pushnil(L);
                lua_error(L);
            }
        }
        lua_setfield(L, ARGUMENTS, given->name);
    }
    if (late) mg_late_apply(S, L, ARGUMENTS);
}

// Last, so that nothing of the call is read through it yet.
static void make_strict(mg_state *S, lua_State *L) {
    for (int i = 0; i < S->call.strict_count; i++) {
        const mg_strictness *strict = &S->call.strict[i];
        if (strict->argument == NULL) lua_pushvalue(L, ARGUMENTS);
        else { lua_pushstring(L, strict->argument); lua_rawget(L, ARGUMENTS); }
        if (lua_type(L, -1) != LUA_TTABLE
            || !mg_strict_apply(S, L, S->input.bytes + strict->offset, strict->length)) {
            refuse_call(L, "value.arguments", "what may be read of an argument is not said rightly");
            return;
        }
        lua_pop(L, 1);
    }
}

static mg_result_kind kind_of(mg_state *S, lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNIL: case LUA_TLIGHTUSERDATA: return MG_RESULT_NULL;
    case LUA_TBOOLEAN: return MG_RESULT_BOOLEAN;
    case LUA_TSTRING: return MG_RESULT_STRING;
    case LUA_TNUMBER: return MG_RESULT_NUMBER;
    case LUA_TFUNCTION: return MG_RESULT_FUNCTION;
    case LUA_TUSERDATA: return MG_RESULT_HANDLE;
    default: return S->output.length > 0 && S->output.bytes[0] == '[' ? MG_RESULT_ARRAY : MG_RESULT_OBJECT;
    }
}

static void refuse_result(mg_state *S, lua_State *L, const mg_refusal *refusal) {
    mg_fail_refused(S, refusal, S->call.result_name);
    lua_pushnil(L);
    lua_error(L);
}

static void encode_result(mg_state *S, lua_State *L, int index) {
    mg_refusal refusal;
    mg_refusal_clear(&refusal);
    const uint8_t *bytes;
    size_t length;
    S->output.length = 0;
    S->output.failed = false;
    const char *handle = mg_handle_at(S, L, index, &bytes, &length);
    if (handle != NULL && (S->call.flags & MG_ALLOW_HANDLES)) {
        strcpy(S->handle_kind, handle);
        S->result.handle_kind = S->handle_kind;
        cj_put(&S->output, bytes, length);
        if (S->output.failed) mg_refuse(&refusal, "script.result", "more than %zu bytes", S->output.limit);
    } else {
        (void)mg_encode(S, L, index, &S->output, S->call.flags, &refusal);
    }
    if (refusal.code != NULL) refuse_result(S, L, &refusal);
    S->result.kind = kind_of(S, L, index);
    S->result.bytes = S->output.bytes;
    S->result.length = S->output.length;
}

static void forget_slot(lua_State *L, int slot) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, LUA_REGISTRYINDEX, slot);
}

static int refuse_nothing(lua_State *L, int first) {
    mg_state *S = mg_of(L);
    mg_fail(S, "hook.noReturn", "returned no value (did you forget 'return'?)");
    lua_Debug ar;
    if (first > mg_results_at(S)) {
        lua_pushvalue(L, mg_results_at(S));
        if (lua_getinfo(L, ">S", &ar) != 0 && ar.linedefined > 0) {
            S->failure.script = mg_script_name(S, ar.source + 1);
            S->failure.line = ar.linedefined;
        }
    }
    lua_pushnil(L);
    return lua_error(L);
}

// A constant as the result: members can be put back only into a copy.
static void own_result(mg_state *S, lua_State *L, int index) {
    mg_refusal refusal;
    if (lua_type(L, index) != LUA_TTABLE || !mg_frozen(L, index)) return;
    lua_pop(L, 1);
    mg_refusal_clear(&refusal);
    if (!mg_thaw(S, L, index, &refusal)) refuse_result(S, L, &refusal);
}

// The kept table is the next hook's to change, so it is a copy where it holds a constant.
static void keep_result(mg_state *S, lua_State *L, int index) {
    if (!S->met_frozen || S->result.kind == MG_RESULT_HANDLE) lua_pushvalue(L, index);
    else if (!mg_decode(S, L, S->output.bytes, S->output.length, NULL)) lua_pushnil(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, S->kept);
}

// The results begin at `first`; only the first counts.
static int finish(lua_State *L, int first) {
    mg_state *S = mg_of(L);
    if (S->breach != MG_WITHIN) return mg_stop(L, S, S->breach);
    if (lua_gettop(L) < first) {
        if (!(S->call.flags & MG_ALLOW_NO_VALUE)) return refuse_nothing(L, first);
        S->result.kind = MG_RESULT_NONE;
        lua_pushnil(L);
    } else {
        if (lua_type(L, first) == LUA_TTABLE) mg_late_settle(S, L, first);
        own_result(S, L, first);
        mg_put_back(S, L, first);
        encode_result(S, L, first);
        mg_count(L, S->result.length / 8);
    }
    if (S->call.flags & MG_KEEP_RESULT) keep_result(S, L, first);
    forget_slot(L, S->memo);
    lua_settop(L, 0);
    return 0;
}

static int after_hook(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return finish(L, mg_results_at(mg_of(L)) + 1);
}

static int call_hook(lua_State *L, const char *what) {
    int hook = mg_results_at(mg_of(L));
    if (lua_type(L, hook) != LUA_TFUNCTION) {
        char text[128];
        snprintf(text, sizeof text, "%s must be a function, not %s", what,
                 lua_gettop(L) < hook ? "nothing (did you forget 'return'?)" : luaL_typename(L, hook));
        return refuse_call(L, "hook.type", text);
    }
    lua_settop(L, hook);
    lua_pushvalue(L, hook);
    lua_pushvalue(L, ARGUMENTS);
    lua_callk(L, 1, LUA_MULTRET, 0, after_hook);
    return after_hook(L, LUA_OK, 0);
}

// Follows the path to a member of what the chunk returned, raw.
static int find_member(lua_State *L) {
    mg_state *S = mg_of(L);
    int results = mg_results_at(S);
    lua_settop(L, results);
    if (!mg_decode(S, L, S->input.bytes + S->call.member_offset, S->call.member_length, NULL)
        || lua_type(L, -1) != LUA_TTABLE) return refuse_call(L, "value.json", "the member's path is not a JSON array");
    int path = lua_gettop(L);
    lua_pushvalue(L, results);
    for (int i = 1; lua_rawgeti(L, path, i) != LUA_TNIL; i++) {
        if (lua_type(L, -2) != LUA_TTABLE) return refuse_call(L, "hook.type", "the member is not there any more");
        lua_rawget(L, -2);
        lua_remove(L, -2);
    }
    lua_pop(L, 1);
    lua_replace(L, results);
    mg_ready_keep(S, L, results);
    return call_hook(L, "the member");
}

static int after_chunk(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    mg_state *S = mg_of(L);
    switch (S->call.mode) {
    case MG_CALL_CHUNK: return finish(L, mg_results_at(S));
    case MG_CALL_MEMBER: return find_member(L);
    default:
        mg_ready_keep(S, L, mg_results_at(S));
        return call_hook(L, "what the script returns");
    }
}

static int trampoline(lua_State *L) {
    mg_state *S = mg_of(L);
    push_arguments(S, L);
    mg_originals(S, L, ARGUMENTS);
    make_strict(S, L);
    if (S->call.entry < 0 || S->call.entry >= S->chunk_count)
        return refuse_call(L, "hook.type", "there is no such script");
    forget_slot(L, S->kept);
    if (S->call.mode != MG_CALL_CHUNK && mg_ready_push(S, L)) return call_hook(L, "what the script returns");
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->chunks[S->call.entry].reference);
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->environment);
    lua_callk(L, 1, LUA_MULTRET, 0, after_chunk);
    return after_chunk(L, LUA_OK, 0);
}

// --- From outside

static mg_status spent(mg_state *S, const char *code, const char *text) {
    S->phase = MG_SPENT;
    mg_fail(S, code, text);
    return MG_FAILED;
}

static mg_status settle(mg_state *S, int status, int results) {
    if (status == LUA_OK && S->breach == MG_WITHIN) {
        lua_pop(S->co, results);
        S->phase = MG_IDLE;
        return MG_DONE;
    }
    if (status == LUA_YIELD && S->mark == MG_MARK_SLICE) return MG_SLICE;
    if (status == LUA_YIELD && S->mark == MG_MARK_WAIT) {
        S->phase = MG_ASKING;
        return MG_WAITING;
    }
    if (status == LUA_YIELD && S->mark == MG_MARK_NONE)
        return spent(S, "script.error", "gave way where nothing may");
    S->phase = MG_SPENT;
    if (S->breach != MG_WITHIN || S->failure.code == NULL) mg_fail_error(S, S->co, status);
    else if (S->failure.script == NULL && S->call.entry >= 0 && S->call.entry < S->chunk_count)
        S->failure.script = S->chunks[S->call.entry].script;
    return MG_FAILED;
}

mg_status mg_run(mg_state *S) {
    if (S->phase == MG_BEGUN) {
        if (lua_status(S->co) != LUA_OK || lua_gettop(S->co) != 0)
            return spent(S, "script.error", "the state is in use");
        mg_hook_set(S);
        lua_pushcfunction(S->co, trampoline);
    } else if (S->phase != MG_SUSPENDED || lua_status(S->co) != LUA_YIELD) {
        return spent(S, "script.error", "the state cannot run");
    }
    S->phase = MG_SUSPENDED;
    int results = 0;
    mg_slice_begin(S);
    int status = lua_resume(S->co, S->L, 0, &results);
    if (status == LUA_YIELD) mg_slice_end(S);
    S->hurry_at = SIZE_MAX;
    return settle(S, status, results);
}

uint32_t mg_waiting(const mg_state *S, const uint8_t **arguments, size_t *length, uint64_t *number) {
    *arguments = S->asked.bytes;
    *length = S->asked.length;
    *number = S->resume_number;
    return S->asked_function;
}

bool mg_resolve(mg_state *S, uint64_t number, mg_answer_status status, const char *kind,
                const uint8_t *bytes, size_t length) {
    if (S->phase != MG_ASKING || number != S->resume_number) return false;
    mg_answer_set(&S->answer, status, kind, bytes, length);
    S->phase = MG_SUSPENDED;
    return true;
}

void mg_abandon(mg_state *S) { (void)spent(S, "script.cancelled", "was given up"); }

static void wipe(cj_buffer *buffer) {
    if (buffer->capacity > 65536) { cj_buffer_free(buffer); return; }
    if (buffer->length > 0) memset(buffer->bytes, 0, buffer->length);
    buffer->length = 0;
}

void mg_forget(mg_state *S) {
    if (S->phase != MG_IDLE) return;
    forget_slot(S->L, S->kept);
    wipe(&S->input);
    wipe(&S->output);
    wipe(&S->asked);
    wipe(&S->answer.bytes);
}
