// What the targets share. Each is one file with LLVMFuzzerTestOneInput; dev/fuzz.sh builds and runs them.
#ifndef MOONGATE_FUZZ_H
#define MOONGATE_FUZZ_H
#include "bridge.h"
#include <stdio.h>
#include <stdlib.h>

#define MUST(condition) do { if (!(condition)) { fprintf(stderr, "broken: %s\n", #condition); abort(); } } while (0)

static inline mg_limits fuzz_limits(void) {
    return (mg_limits){
        .steps = 200000, .cpu_ns = 4000000000u, .wall_ns = 8000000000u, .memory = 8u << 20, .block = 1u << 20,
        .result = 64u << 10, .host_calls = 1000, .interval = 100,
    };
}

static inline void fuzz_no_host(void *context, uint32_t function, const uint8_t *bytes, size_t length, mg_answer *out) {
    (void)context; (void)function; (void)bytes; (void)length;
    mg_answer_set(out, MG_ANSWER_RAISE, NULL, (const uint8_t *)"none", 4);
}

static inline mg_state *fuzz_state(mg_host_call call) {
    mg_limits limits = fuzz_limits();
    mg_state *S = mg_state_new(&limits, call != NULL ? call : fuzz_no_host, NULL);
    MUST(S != NULL);
    return S;
}

// Whether the value's bytes, wherever they come from, are in canonical form; `canonical` gets that form, within an
// object of one member. False when the value is nested too deep to be a member.
static inline bool fuzz_canonical(cj_buffer *canonical, const uint8_t *bytes, size_t length) {
    cj_buffer whole;
    cj_status status;
    cj_buffer_init(&whole, SIZE_MAX);
    cj_buffer_init(canonical, SIZE_MAX);
    cj_put(&whole, "{\"v\":", 5);
    cj_put(&whole, bytes, length);
    cj_put(&whole, "}", 1);
    status = cj_check(whole.bytes, whole.length, NULL);
    MUST(status == CJ_OK || status == CJ_DEPTH);
    if (status == CJ_OK) MUST(cj_canonical(canonical, whole.bytes, whole.length, NULL, 0, &status));
    cj_buffer_free(&whole);
    return canonical->length > 0;
}

static inline bool fuzz_same(const cj_buffer *canonical, const uint8_t *bytes, size_t length) {
    return canonical->length == length + 6 && memcmp(canonical->bytes + 5, bytes, length) == 0;
}
#endif
