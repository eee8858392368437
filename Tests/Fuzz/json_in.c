// JSON in: the checker, the bridge's decoder and the canonical writer agree about every document, and what a script
// hands back untouched is the canonical form of what it was given.
#include "fuzz.h"

static mg_state *state;
static unsigned turn;

static mg_status echo(const uint8_t *bytes, size_t length) {
    if (state == NULL) {
        static const char text[] = "return function(p) return p.v end";
        state = fuzz_state(NULL);
        mg_state_ready(state);
        MUST(mg_state_entry(state, "echo.lua", (const uint8_t *)text, sizeof text - 1) == 0);
    }
    mg_begin(state, 0, MG_CALL_HOOK, 0, "result");
    mg_argument(state, "v", bytes, length);
    return mg_run(state);
}

static void forget(void) {
    mg_state_free(state);
    state = NULL;
}

static void compare(const uint8_t *bytes, size_t length) {
    const mg_result *result = mg_returned(state);
    cj_buffer canonical;
    if (fuzz_canonical(&canonical, bytes, length)) MUST(fuzz_same(&canonical, result->bytes, result->length));
    cj_buffer_free(&canonical);
}

// Checking and finding in one pass is checking, then finding.
static void find(const uint8_t *bytes, size_t length, bool is_object) {
    static const char *const keys[] = { "a", "v", "sub", "exp", "\xc3\xa4" };
    enum { COUNT = sizeof keys / sizeof *keys };
    cj_span once[COUNT], twice[COUNT];
    MUST((cj_check_finding(bytes, length, keys, once, COUNT) == CJ_OK) == is_object);
    if (!is_object) return;
    MUST(cj_find_all(bytes, length, keys, twice, COUNT) == CJ_OK);
    for (int i = 0; i < COUNT; i++) MUST(once[i].bytes == twice[i].bytes && once[i].length == twice[i].length);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    if (length > 32768) return 0;
    cj_token_type type;
    bool good = cj_check(bytes, length, &type) == CJ_OK;
    find(bytes, length, good && type == CJ_OBJECT_BEGIN);
    if (!good && turn++ % 64 != 0) return 0;   // a refusal costs a state
    mg_status status = echo(bytes, length);
    if (!good) {
        MUST(status == MG_FAILED && strcmp(mg_failed(state)->code, "value.json") == 0);
        forget();
    } else if (status == MG_DONE) {
        if (type != CJ_NULL) compare(bytes, length);
    } else {
        MUST(status == MG_FAILED);
        const char *code = mg_failed(state)->code;
        MUST(strcmp(code, "script.result") == 0 || strcmp(code, "script.memory") == 0
             || strcmp(code, "script.steps") == 0);
        forget();
    }
    if (state != NULL && turn++ % 4096 == 0) forget();
    return 0;
}
