// Random scripts with random slices: what a script returns does not depend on where it was cut, and nothing it does
// ends in anything but a result or a failure. Bytes choose from a grammar, so that nearly every script compiles.
#include "fuzz.h"

#define FEW 1500   // steps

typedef struct { const uint8_t *at, *end; cj_buffer out; int depth; } writer;

static unsigned pick(writer *w, unsigned count) { return w->at < w->end ? *w->at++ % count : 0; }

static void put(writer *w, const char *text) { cj_put(&w->out, text, strlen(text)); }

static void expression(writer *w);

static void variable(writer *w) {
    static const char *const names[] = { "a", "b", "c", "t", "s" };
    put(w, names[pick(w, 5)]);
}

static void function(writer *w);

static void expression(writer *w) {
    static const char *const leaves[] = {
        "1", "2", "-3", "0", "7.5", "'x'", "'abc'", "''", "nil", "true", "false", "{}",
    };
    static const char *const operators[] = {
        "+", "-", "*", "//", "%", "..", "==", "<", "<=", "~=", "and", "or", "&", "|",
    };
    static const char *const calls[] = {
        "tostring", "#", "type", "tonumber", "string.upper", "select(2, pcall", "table.concat", "next", "ipairs",
        "math.abs", "string.rep", "string.format", "utf8.len", "json.array", "table.unpack", "table.pack", "wait", "setmetatable",
    };
    if (++w->depth > 6) { variable(w); w->depth--; return; }
    switch (pick(w, 10)) {
    case 0: case 1: put(w, leaves[pick(w, 12)]); break;
    case 2: case 3: variable(w); break;
    case 4: case 5:
        put(w, "(");
        expression(w);
        put(w, operators[pick(w, 14)]);
        put(w, " ");
        expression(w);
        put(w, ")");
        break;
    case 6: {
        unsigned which = pick(w, 18);
        put(w, calls[which]);
        put(w, "(");
        expression(w);
        if (which == 5) { put(w, ","); expression(w); put(w, ")"); }
        if (which == 17) { put(w, ", { __index = "); expression(w); put(w, ", __lt = "); function(w); put(w, " }"); }
        put(w, ")");
        break;
    }
    case 7: put(w, "{ "); expression(w); put(w, ", k = "); expression(w); put(w, " }"); break;
    case 8: put(w, "(s):gsub('%a', "); if (pick(w, 2) == 0) function(w); else expression(w); put(w, ")"); break;
    default: function(w); break;
    }
    w->depth--;
}

static void block(writer *w);

static void function(writer *w) {
    put(w, "function(a, b, ...) ");
    block(w);
    put(w, " return ");
    expression(w);
    put(w, " end");
}

static void statement(writer *w) {
    switch (pick(w, 12)) {
    case 0: put(w, "local "); variable(w); put(w, " = "); expression(w); break;
    case 1: case 2: variable(w); put(w, " = "); expression(w); break;
    case 3: put(w, "for i = 1, "); put(w, pick(w, 2) ? "9" : "3"); put(w, " do "); block(w); put(w, " end"); break;
    case 4: put(w, "if "); expression(w); put(w, " then "); block(w); put(w, " else "); block(w); put(w, " end"); break;
    case 5: put(w, "for k, v in pairs(t) do "); block(w); put(w, " end"); break;
    case 6: put(w, "t[#t + 1] = "); expression(w); break;
    case 7: put(w, "n = n + 1 if n > 40 then return n end"); break;
    case 8: put(w, "pcall(function() "); block(w); put(w, " end)"); break;
    case 9: put(w, "table.sort(t, function(a, b) "); block(w); put(w, " return "); expression(w); put(w, " end)"); break;
    case 10: put(w, "while n < 30 do n = n + 1 "); block(w); put(w, " end"); break;
    default: put(w, "xpcall("); function(w); put(w, ", "); function(w); put(w, ")"); break;
    }
    put(w, "\n");
}

static void block(writer *w) {
    if (++w->depth <= 5) for (unsigned n = 1 + pick(w, 3); n > 0; n--) statement(w);
    w->depth--;
}

static void write_script(writer *w) {
    put(w, "local a, b, c, t, s, n = 1, 'two', nil, { 3, 1, 2 }, 'hello', 0\n"
           "local ok, value = pcall(function()\n");
    while (w->at < w->end && w->out.length < 1200) statement(w);
    put(w, "return t end)\n"
           "local function plain(v, d)\n"
           "  if type(v) ~= 'table' or d > 3 then return tostring(v) end\n"
           "  local r = {} for i = 1, #v do if i > 20 then break end r[i] = plain(v[i], d + 1) end\n"
           "  return '{' .. table.concat(r, ',') .. '}'\n"
           "end\n"
           "local good, text = pcall(plain, value, 0)\n"
           "return { ok, text, tostring(n) }\n");
}

typedef struct { mg_status status; char code[40]; cj_buffer bytes; } outcome;

static void take(mg_state *S, mg_status status, outcome *o) {
    o->status = status;
    cj_buffer_init(&o->bytes, SIZE_MAX);
    o->code[0] = 0;
    if (status == MG_DONE) cj_put(&o->bytes, mg_returned(S)->bytes, mg_returned(S)->length);
    else snprintf(o->code, sizeof o->code, "%s", mg_failed(S)->code);
}

static mg_status run(mg_state *S) {
    mg_begin(S, 0, MG_CALL_CHUNK, MG_ALLOW_NO_VALUE, "result");
    for (unsigned turns = 0;; turns++) {
        mg_status status = mg_run(S);
        if (status == MG_DONE || status == MG_FAILED) return status;
        MUST(turns < 1000000);
        if (status != MG_WAITING) continue;
        const uint8_t *arguments;
        size_t length;
        uint64_t number;
        (void)mg_waiting(S, &arguments, &length, &number);
        MUST(cj_check(arguments, length, NULL) == CJ_OK);
        MUST(!mg_resolve(S, number + 1, MG_ANSWER_VALUE, NULL, NULL, 0));
        MUST(mg_resolve(S, number, MG_ANSWER_VALUE, NULL, (const uint8_t *)"7", 1));
        MUST(!mg_resolve(S, number, MG_ANSWER_VALUE, NULL, NULL, 0));
    }
}

static bool once(const writer *w, uint64_t limit, uint64_t steps, uint32_t interval, size_t bytes, outcome *o) {
    mg_state *S = fuzz_state(NULL);
    S->limits.first_steps = S->limits.later_steps = steps;
    S->limits.interval = interval;
    S->limits.steps = limit;
    S->limits.first_bytes = bytes;
    MUST(mg_state_function(S, "wait", 0, MG_FUNCTION_WAITING));
    bool compiled = mg_state_entry(S, "fuzz.lua", w->out.bytes, w->out.length) == 0;
    mg_state_ready(S);
    if (compiled) take(S, run(S), o);
    mg_state_free(S);
    return compiled;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    if (length < 4) return 0;
    writer w = { .at = bytes + 3, .end = bytes + length };
    outcome whole, cut;
    cj_buffer_init(&w.out, SIZE_MAX);
    write_script(&w);
    if (once(&w, FEW, 0, 100, 0, &whole)) {
        bool ended = whole.status == MG_DONE || strcmp(whole.code, "script.error") == 0;
        // a look that comes early counts a whole interval, so the other run may need more
        MUST(once(&w, ended ? 200 * FEW : FEW, 1 + bytes[0] % 64, 1 + bytes[1] % 100, 16 + (size_t)bytes[2] * 8, &cut));
        // Recursion through functions of C ends at 200 levels when nothing interrupts it. A resumed coroutine counts anew,
        // and without an end the memory is the limit.
        if (ended && strcmp(cut.code, "script.memory") != 0) {
            if (cut.status != whole.status) fprintf(stderr, "%.*s\n%s, was %s\n", (int)w.out.length, w.out.bytes,
                                                     cut.code, whole.code);
            MUST(cut.status == whole.status);
            MUST(cut.bytes.length == whole.bytes.length);
            MUST(whole.bytes.length == 0 || memcmp(cut.bytes.bytes, whole.bytes.bytes, whole.bytes.length) == 0);
        }
        cj_buffer_free(&cut.bytes);
        cj_buffer_free(&whole.bytes);
    }
    cj_buffer_free(&w.out);
    return 0;
}
