// Making, filling and closing a state; the allocator that counts.
#include "bridge.h"
#include <stdlib.h>

#define NAME_MAX_LENGTH 200
#define FIRST_LOOK 64       // by then what a state keeps for itself is there
#define CALLS_A_LOOK 1024   // a look is a full collection
#define MG_SMALL (MG_CLASSES * MG_CLASS_BYTES)

// A shrinking block that cannot move stays where it is: its place is large enough for any list it ends up in.
// A second refusal within a call ends it: the first one makes Lua collect everything and try again, and a call that
// lives at its limit would do that for every allocation. Shrinking is never refused.
static void *refuse(mg_state *S, size_t size) {
    S->block_refused = size > S->limits.block;
    S->pinched = true;
    if (S->phase == MG_SUSPENDED) mg_look_soon(S);   // each refusal is a full collection
    if (++S->refusals >= 2 && S->breach == MG_WITHIN) S->breach = MG_OVER_MEMORY;
    return NULL;
}

// A block that is long has one byte more, behind its end: whether it holds text.
static size_t with_mark(size_t size) { return size >= MG_LONG ? size + 1 : size; }

static void set_mark(mg_state *S, void *block, size_t size, bool text) {
    if (size < MG_LONG) return;
    ((uint8_t *)block)[size] = text;
    if (text) mg_text_taken(S, size);
}

static void *move_block(mg_blocks *blocks, void *block, size_t before, size_t size) {
    if (before > MG_SMALL && size > MG_SMALL) return mg_large_resize(blocks, block, with_mark(size));
    if (block != NULL && mg_block_fits(before, size)) return block;
    void *moved = size > MG_SMALL ? mg_large_take(blocks, with_mark(size)) : mg_block_take(blocks, size);
    if (moved == NULL || block == NULL) return moved;
    memcpy(moved, block, before < size ? before : size);
    if (before > MG_SMALL) mg_large_give(blocks, block); else mg_block_give(blocks, block, before);
    return moved;
}

void *mg_allocate(void *state, void *block, size_t old_size, size_t new_size) {
    mg_state *S = state;
    size_t before = block == NULL ? 0 : old_size;
    if (new_size == 0) {
        S->used -= before;
        if (before >= MG_LONG && ((uint8_t *)block)[before]) mg_text_given(S, before);
        if (before > MG_SMALL) mg_large_give(&S->blocks, block);
        else if (block != NULL) mg_block_give(&S->blocks, block, before);
        return NULL;
    }
    if (new_size > before) {
        size_t more = new_size - before;
        if (new_size > S->limits.block || more > S->limits.memory || S->used > S->limits.memory - more)
            return refuse(S, new_size);
        S->slice_bytes += more;
        if (S->slice_bytes >= S->hurry_at) mg_hurry(S);
    }
    void *moved = move_block(&S->blocks, block, before, new_size);
    if (moved == NULL && new_size > before) return refuse(S, 0);
    if (moved == NULL) moved = block;
    set_mark(S, moved, new_size, block == NULL && old_size == LUA_TSTRING);   // Lua says what a new block is for
    S->used = S->used - before + new_size;
    if (S->used > S->peak) S->peak = S->used;
    return moved;
}

// What a state is made of stays, so the collector has nothing to look for until the state is ready.
static int setup(lua_State *L) {
    mg_state *S = mg_of(L);
    lua_gc(L, LUA_GCSTOP);
    S->co = lua_newthread(L);
    luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushliteral(L, "error in error handling");     // so that it exists when there is no memory for it
    luaL_ref(L, LUA_REGISTRYINDEX);
    mg_handle_setup(S, L);
    mg_late_setup(S, L);
    mg_sandbox(S, L);
    return 0;
}

mg_state *mg_state_new(const mg_limits *limits, mg_host_call call, void *context) {
    mg_state *S = mg_stock_ready() ? calloc(1, sizeof *S) : NULL;
    if (S == NULL) return NULL;
    S->limits = *limits;
    if (S->limits.interval == 0) S->limits.interval = 100;
    S->host = call;
    S->context = context;
    S->hurry_at = SIZE_MAX;
    mg_state_folder(S, "scripts/lib");
    cj_buffer_init(&S->input, SIZE_MAX);
    cj_buffer_init(&S->output, limits->result);
    cj_buffer_init(&S->asked, limits->result);
    cj_buffer_init(&S->answer.bytes, limits->memory);
    S->L = lua_newstate(mg_allocate, S);
    if (S->L == NULL) { mg_state_free(S); return NULL; }
    *(mg_state **)lua_getextraspace(S->L) = S;
    lua_pushcfunction(S->L, setup);
    if (lua_pcall(S->L, 0, 0, 0) != LUA_OK) { mg_state_free(S); return NULL; }
    mg_refresh(S);
    return S;
}

void mg_state_folder(mg_state *S, const char *folder) {
    strncpy(S->folder, folder, sizeof S->folder - 1);
    S->folder[sizeof S->folder - 1] = 0;
}

void mg_state_ready(mg_state *S) {
    lua_gc(S->L, LUA_GCRESTART);
    lua_gc(S->L, LUA_GCINC, 1000, 0, 0);
    lua_gc(S->L, LUA_GCCOLLECT);   // no finalizer exists, so nothing of a script runs
    S->made = S->used;
    S->look_at = FIRST_LOOK;
    S->pinched = false;
}

void mg_state_free(mg_state *S) {
    if (S == NULL) return;
    S->phase = MG_SPENT;
    S->hurry_at = SIZE_MAX;
    mg_blocks_free(&S->blocks, S->L);
    if (S->scanning) cj_scanner_free(&S->scanner);
    cj_buffer_free(&S->input);
    cj_buffer_free(&S->output);
    cj_buffer_free(&S->asked);
    cj_buffer_free(&S->answer.bytes);
    for (size_t i = 0; i < S->script_count; i++) free(S->scripts[i]);
    free(S->scripts);
    free(S->chunks);
    free(S->entries);
    free(S);
}

const char *mg_lua_release(void) { return LUA_RELEASE; }

// Back to a state that has not failed and owes nothing.
void mg_refresh(mg_state *S) {
    S->refusals = 0;
    S->block_refused = false;
    S->breach = MG_WITHIN;
    S->mark = MG_MARK_NONE;
    S->failure = (mg_failure){ 0 };
}

const char *mg_script_name(mg_state *S, const char *name) {
    for (size_t i = 0; i < S->script_count; i++) if (strcmp(S->scripts[i], name) == 0) return S->scripts[i];
    char **grown = realloc(S->scripts, (S->script_count + 1) * sizeof *grown);
    if (grown == NULL) return NULL;
    S->scripts = grown;
    size_t length = strnlen(name, NAME_MAX_LENGTH);
    char *copy = malloc(length + 1);
    if (copy == NULL) return NULL;
    memcpy(copy, name, length);
    copy[length] = 0;
    return S->scripts[S->script_count++] = copy;
}

// What outlives a call is bounded, so that growth is a fault of ours, and a state that shows it is not used on.
bool mg_grown(mg_state *S) {
    if (S->phase != MG_IDLE || S->calls < S->look_at) return false;
    bool first = S->look_at == FIRST_LOOK;
    lua_gc(S->L, LUA_GCCOLLECT);
    S->look_at = S->calls + CALLS_A_LOOK;
    if (first) S->lives = S->used;
    return S->used > S->lives + S->lives / 4;
}

mg_counters mg_counted(const mg_state *S) {
    return (mg_counters){ S->steps, S->cpu_used, S->slices, S->calls, S->used, S->peak, S->host_calls,
                          S->made };
}

const mg_result *mg_returned(const mg_state *S) { return &S->result; }
const mg_failure *mg_failed(const mg_state *S) { return &S->failure; }
uint64_t mg_deadline_ns(const mg_state *S) { return S->deadline; }
bool mg_clean(const mg_state *S) { return S->phase == MG_IDLE && S->breach == MG_WITHIN && !S->pinched; }
