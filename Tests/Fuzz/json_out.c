// JSON out: a program in bytes builds values of any shape, and hands each to the host. What arrives there is canonical
// JSON; everything else was an error that the program could catch.
#include "fuzz.h"

// A machine with a stack of values, driven by numbers; it makes keys, metatables and cycles that data does not have.
static const char builder[] =
    "local function odd(n)\n"
    "  local values = { 0, -1, 1.5, 2^53, math.mininteger, math.huge, 0/0, true, false, '', 'k', '@deny',\n"
    "    'a\\0', '\\xff', ('x'):rep(300), 'ä', json.null, string, odd, 'a\\nb', '\\\\\"', '\\u{10ffff}', 'k2', '1' }\n"
    "  return values[n % #values + 1]\n"
    "end\n"
    "return function(p)\n"
    "  local stack, bytes = { {} }, p.bytes\n"
    "  for i = 1, #bytes - 2, 3 do\n"
    "    local op, a, b = bytes[i] % 14, bytes[i + 1], bytes[i + 2]\n"
    "    local top = stack[#stack]\n"
    "    if op == 0 then stack[#stack + 1] = {}\n"
    "    elseif op == 1 then stack[#stack + 1] = json.array({})\n"
    "    elseif op == 2 then top[odd(a) == odd(a) and odd(a) or 1] = odd(b)\n"
    "    elseif op == 3 then top[a] = odd(b)\n"
    "    elseif op == 4 then top[#top + 1] = odd(b)\n"
    "    elseif op == 5 and #stack > 1 then stack[#stack] = nil stack[#stack]['n' .. a] = top\n"
    "    elseif op == 6 and #stack > 1 then stack[#stack] = nil local t = stack[#stack] t[#t + 1] = top\n"
    "    elseif op == 7 then top['s' .. a] = stack[b % #stack + 1]\n"
    "    elseif op == 8 then stack[#stack + 1] = setmetatable({}, { __index = top, __len = function() return a end })\n"
    "    elseif op == 9 then stack[#stack + 1] = p.given\n"
    "    elseif op == 10 then for k = 1, a * 8 do top['many' .. k] = k end\n"
    "    elseif op == 11 then top['long' .. a] = ('y'):rep(b * 64)\n"
    "    elseif op == 12 then pcall(host, top)\n"
    "    elseif op == 13 then stack[#stack + 1] = constant[a % 2 == 0 and 'list' or 'map'] or constant end\n"
    "    pcall(function() top[a % 5] = nil end)\n"
    "  end\n"
    "  for i = 1, #stack do pcall(host, stack[i], i) end\n"
    "  return true\n"
    "end\n";

static mg_state *state;
static unsigned calls;

static void host(void *context, uint32_t function, const uint8_t *bytes, size_t length, mg_answer *answer) {
    (void)context;
    (void)function;
    MUST(cj_check(bytes, length, NULL) == CJ_OK);
    cj_buffer canonical;
    if (fuzz_canonical(&canonical, bytes, length)) MUST(fuzz_same(&canonical, bytes, length));
    cj_buffer_free(&canonical);
    mg_answer_set(answer, MG_ANSWER_VALUE, NULL, bytes, length);
}

static void prepare(void) {
    static const char json[] = "{\"list\":[1,{\"a\":null},[]],\"map\":{\"x\":{\"y\":[true]},\"n\":null}}";
    state = fuzz_state(host);
    MUST(mg_state_function(state, "host", 0, 0));
    MUST(mg_state_constant(state, "constant", (const uint8_t *)json, sizeof json - 1, false));
    MUST(mg_state_entry(state, "builder.lua", (const uint8_t *)builder, sizeof builder - 1) == 0);
    mg_state_ready(state);
    calls = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const char given[] = "{\"o\":{},\"l\":[],\"n\":null,\"d\":[[{}]]}";
    if (length > 300) length = 300;
    if (state == NULL) prepare();
    cj_buffer list;
    cj_buffer_init(&list, SIZE_MAX);
    cj_put_byte(&list, '[');
    for (size_t i = 0; i < length; i++) {
        if (i > 0) cj_put_byte(&list, ',');
        cj_put_int(&list, bytes[i]);
    }
    cj_put_byte(&list, ']');
    mg_begin(state, 0, MG_CALL_HOOK, 0, "result");
    mg_argument(state, "bytes", list.bytes, list.length);
    mg_argument(state, "given", (const uint8_t *)given, sizeof given - 1);
    mg_status status = mg_run(state);
    cj_buffer_free(&list);
    MUST(status == MG_DONE || status == MG_FAILED);
    if (status == MG_FAILED || ++calls == 2000) {
        mg_state_free(state);
        state = NULL;
    }
    return 0;
}
