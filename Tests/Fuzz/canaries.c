// Nothing of a call outlives it. Every block that Lua holds is known here; after a call and a full collection none
// contains the canary that was in the call's arguments. Input: which scripts run one after the other on one state.
#include "fuzz.h"

static const char *const scripts[] = {
    "local seen = {} return function(p) seen[#seen + 1] = p.canary return #seen end",
    "return function(p) local s = p.canary for i = 1, 50 do s = s .. i end return { s:sub(1, 60), p.token } end",
    "return function(p) local f = {} for i = 1, 9 do f[i] = function() return p.canary .. i end end return f[3]() end",
    "return function(p) local ok, e = pcall(error, p.canary) local _, t = pcall(error, { p.canary }) return e end",
    "return function(p) for k in (p.canary .. ' x'):gmatch('%w+') do p.token[k] = k end return p.token end",
    "return function(p) local t = setmetatable({}, { __index = function() return p.canary end }) return t.x end",
    "return function(p) return { host(p.canary), host({ p.token }), (wait(p.canary)) } end",
    "local l = require 'lib' return function(p) l.keep = p.canary l.list[1] = p.token return l.keep end",
    "return function(p) p.list = { p.canary, 'b', 'a' } table.sort(p.list, function(a, b) return a < b end) "
    "return p.list end",
    "return function(p) return (p.canary:gsub('%w', function(c) return c .. c end)) end",
    "return function(p) pcall(function() constant.x = p.canary end) return p.canary == constant.x end",
    "return function(p) local t = {} for i = 1, 400 do t[p.canary .. i] = { p.canary } end return true end",
};
enum { COUNT = sizeof scripts / sizeof *scripts };

typedef struct { char *at; size_t size; } block;

static mg_state *state;
static block *blocks;
static size_t block_count, block_size;

static void *tracked(void *context, void *old, size_t old_size, size_t new_size) {
    void *new = mg_allocate(context, old, old_size, new_size);
    if (new == NULL && new_size != 0) return NULL;
    for (size_t i = 0; old != NULL && i < block_count; i++)
        if (blocks[i].at == old) { blocks[i] = blocks[--block_count]; break; }
    if (new == NULL) return NULL;
    if (block_count == block_size) {
        block_size = block_size == 0 ? 4096 : block_size * 2;
        blocks = realloc(blocks, block_size * sizeof *blocks);
        MUST(blocks != NULL);
    }
    blocks[block_count++] = (block){ new, new_size };
    return new;
}

static void host(void *context, uint32_t function, const uint8_t *bytes, size_t length, mg_answer *answer) {
    (void)context;
    (void)function;
    mg_answer_set(answer, MG_ANSWER_VALUE, NULL, bytes, length);
}

static void prepare(void) {
    static const char library[] = "return { list = {} }";
    state = fuzz_state(host);
    MUST(mg_state_function(state, "host", 0, 0));
    MUST(mg_state_function(state, "wait", 1, MG_FUNCTION_WAITING));
    MUST(mg_state_constant(state, "constant", (const uint8_t *)"{}", 2, false));
    MUST(mg_state_library(state, "lib", "lib.lua", (const uint8_t *)library, sizeof library - 1));
    for (int i = 0; i < COUNT; i++)
        MUST(mg_state_entry(state, "canary.lua", (const uint8_t *)scripts[i], strlen(scripts[i])) == i);
    mg_state_ready(state);
    block_count = 0;
    lua_setallocf(state->L, tracked, state);   // what is there already was made before any call
}

static bool holds(const void *bytes, size_t length, const char *canary, size_t size) {
    return bytes != NULL && memmem(bytes, length, canary, size) != NULL;
}

static void look(const char *canary, size_t size) {
    mg_forget(state);
    lua_gc(state->L, LUA_GCCOLLECT);
    for (size_t i = 0; i < block_count; i++) MUST(!holds(blocks[i].at, blocks[i].size, canary, size));
    const cj_buffer *buffers[] = { &state->input, &state->output, &state->asked, &state->answer.bytes };
    for (int i = 0; i < 4; i++) MUST(!holds(buffers[i]->bytes, buffers[i]->capacity, canary, size));
}

static void run(int entry, const char *canary) {
    char json[128];
    int length = snprintf(json, sizeof json, "\"%s\"", canary);
    mg_begin(state, entry, MG_CALL_HOOK, MG_KEEP_RESULT, "result");
    mg_argument(state, "canary", (const uint8_t *)json, (size_t)length);
    length = snprintf(json, sizeof json, "{\"a\":[\"%s\"]}", canary);
    mg_argument(state, "token", (const uint8_t *)json, (size_t)length);
    mg_status status;
    while ((status = mg_run(state)) == MG_WAITING) {
        const uint8_t *arguments;
        size_t count;
        uint64_t number;
        (void)mg_waiting(state, &arguments, &count, &number);
        MUST(mg_resolve(state, number, MG_ANSWER_VALUE, NULL, (const uint8_t *)json, (size_t)length));
    }
    if (status != MG_DONE) fprintf(stderr, "%d: %s\n", entry, mg_failed(state)->message);
    MUST(status == MG_DONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static unsigned turn;
    if (state == NULL) prepare();
    for (size_t i = 0; i < length && i < 8; i++) {
        char canary[33];
        snprintf(canary, sizeof canary, "canary%08xcafe%02xfeedbeef0123", turn++, bytes[i]);
        run(bytes[i] % COUNT, canary);
        look(canary, strlen(canary));
    }
    return 0;
}
