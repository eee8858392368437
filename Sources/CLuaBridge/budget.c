// Budgets and slices. One count hook, set when a call begins and counting in our own variables; library functions add
// their steps to the same counter. A breach is a yield that is never resumed, so that no pcall can see it; where the
// coroutine cannot yield it is an error, and from then on the hook stops every instruction.
#include "bridge.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <pthread.h>
#endif

// Up to here a slice is charged by the wall clock: asking for CPU time costs twenty times as much.
#define CHEAP_NS 50000
#define OWED_LOOK 1000
#define FAR_TOO_LONG 1000000   // nanoseconds of a first slice
#define TIGHTEN_AT ((size_t)1 << 20)

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t mg_thread_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

uint64_t mg_now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static uint64_t cpu_in_slice(mg_state *S, uint64_t elapsed) {
    if (elapsed <= CHEAP_NS && !S->cpu_known) return elapsed;
    uint64_t now = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    if (!S->cpu_known) {
        S->cpu_known = true;
        uint64_t before = elapsed < 2 * CHEAP_NS ? elapsed : 2 * CHEAP_NS;
        S->cpu_began = now - before;
    }
    return now - S->cpu_began;
}

static mg_breach over(mg_state *S, uint64_t *elapsed) {
    if (S->breach != MG_WITHIN) return S->breach;
    if (S->steps > S->limits.steps) return MG_OVER_STEPS;
    uint64_t now = mg_now_ns();
    *elapsed = now - S->slice_began;
    if (now > S->deadline) return MG_OVER_WALL;
    if (*elapsed > CHEAP_NS && !S->cpu_known) (void)cpu_in_slice(S, *elapsed);
    if (*elapsed > FAR_TOO_LONG && S->slices == 1 && cpu_in_slice(S, *elapsed) > FAR_TOO_LONG) S->overran = true;
    if (S->cpu_used + *elapsed > S->limits.cpu_ns && S->cpu_used + cpu_in_slice(S, *elapsed) > S->limits.cpu_ns)
        return MG_OVER_CPU;
    return MG_WITHIN;
}

static bool slice_over(const mg_state *S, uint64_t elapsed) {
    const mg_limits *l = &S->limits;
    uint64_t steps = S->slices <= 1 ? l->first_steps : l->later_steps;
    if (steps == 0) return false;
    if (S->steps - S->slice_steps >= steps) return true;
    if (S->slices > 1) return false;
    return (l->first_ns != 0 && elapsed >= l->first_ns) || (l->first_bytes != 0 && S->slice_bytes >= l->first_bytes);
}

static void count_hook(lua_State *L, lua_Debug *unused) {
    (void)unused;
    mg_state *S = mg_of(L);
    if (S->breach != MG_WITHIN) { mg_stop(L, S, S->breach); return; }
    S->steps += S->pace;
    if (S->hurried || S->pace != mg_pace(S)) mg_hook_set(S);
    if (!S->tightened && S->used > S->made + TIGHTEN_AT) {
        S->tightened = true;
        lua_gc(L, LUA_GCINC, 200, 0, 0);
        lua_gc(L, LUA_GCSTEP, 0);              // begins now; the new pace counts from the end of a cycle
    }
    uint64_t elapsed = 0;
    mg_breach breach = over(S, &elapsed);
    if (breach != MG_WITHIN) { mg_stop(L, S, breach); return; }
    if (slice_over(S, elapsed) && lua_isyieldable(L)) {
        S->mark = MG_MARK_SLICE;
        lua_yield(L, 0);
    }
}

void mg_hook_set(mg_state *S) {
    S->hurried = false;
    S->pace = mg_pace(S);
    lua_sethook(S->co, count_hook, LUA_MASKCOUNT, (int)S->pace);
}

// Called by the allocator while Lua runs; setting a hook is the one thing that is safe there.
void mg_look_soon(mg_state *S) {
    S->hurried = true;
    lua_sethook(S->co, count_hook, LUA_MASKCOUNT, 1);
}

void mg_hurry(mg_state *S) {
    S->hurry_at = S->slice_bytes + (S->limits.first_bytes != 0 ? S->limits.first_bytes : TIGHTEN_AT);
    mg_look_soon(S);
}

int mg_stop(lua_State *L, mg_state *S, mg_breach breach) {
    S->breach = breach;
    if (S->failure.script == NULL) mg_find_place(S, L);
    if (lua_isyieldable(L)) {
        S->mark = MG_MARK_BREACH;
        return lua_yield(L, 0);
    }
    lua_sethook(L, count_hook, LUA_MASKCOUNT, 1);
    S->hurried = false;
    char text[MG_BREACH_TEXT];
    return luaL_error(L, "%s", mg_breach_text(S, breach, text, sizeof text));
}

void mg_count(lua_State *L, uint64_t steps) {
    mg_state *S = mg_of(L);
    S->steps += steps;
    S->owed += steps;
    if (S->owed < OWED_LOOK && S->steps <= S->limits.steps && S->breach == MG_WITHIN) return;
    if (S->phase != MG_SUSPENDED) return;
    S->owed = 0;
    uint64_t elapsed = 0;
    mg_breach breach = over(S, &elapsed);
    if (breach != MG_WITHIN) mg_stop(L, S, breach);
}

// What was done in vain: whoever raises now will not come to count it, and a script may try again at once.
void mg_count_and_look(lua_State *L, uint64_t steps) {
    mg_of(L)->owed = OWED_LOOK;
    mg_count(L, steps);
}

void mg_slice_begin(mg_state *S) {
    S->slices++;
    S->slice_steps = S->steps;
    S->slice_bytes = 0;
    S->hurry_at = S->limits.first_bytes != 0 ? S->limits.first_bytes : TIGHTEN_AT;
    S->cpu_known = false;
    S->mark = MG_MARK_NONE;
    if (S->slices == 1) return;     // began with the call
    S->slice_began = mg_now_ns();
    S->cpu_began = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    S->cpu_known = true;
}

void mg_slice_end(mg_state *S) {
    if (S->cpu_known) S->cpu_used += clock_ns(CLOCK_THREAD_CPUTIME_ID) - S->cpu_began;
    else S->cpu_used += mg_now_ns() - S->slice_began;
}

const char *mg_breach_code(mg_breach breach) {
    static const char *const codes[] = {
        "script.error", "script.steps", "script.cpu", "script.wall", "script.memory", "script.hostCalls",
    };
    return codes[breach];
}

const char *mg_breach_text(const mg_state *S, mg_breach breach, char *out, size_t size) {
    const mg_limits *l = &S->limits;
    switch (breach) {
    case MG_OVER_STEPS: snprintf(out, size, "took more than %llu steps", (unsigned long long)l->steps); break;
    case MG_OVER_CPU: snprintf(out, size, "used more than %g ms of CPU time", (double)l->cpu_ns / 1e6); break;
    case MG_OVER_WALL: snprintf(out, size, "took more than %g ms", (double)l->wall_ns / 1e6); break;
    case MG_OVER_HOST_CALLS: snprintf(out, size, "called the host more than %u times", l->host_calls); break;
    case MG_OVER_MEMORY:
        if (S->block_refused) snprintf(out, size, "needs a text or a table of more than %zu bytes", l->block);
        else snprintf(out, size, "needs more than %zu bytes of memory", l->memory);
        break;
    default: snprintf(out, size, "failed"); break;
    }
    return out;
}

bool mg_overran(const mg_state *S) { return S->overran; }

uint32_t mg_cores(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (uint32_t)count;
}

size_t mg_stack_size(void) {
#ifdef __linux__
    pthread_attr_t attributes;
    void *low;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
    bool known = pthread_attr_getstack(&attributes, &low, &size) == 0;
    size = known ? (size_t)((char *)__builtin_frame_address(0) - (char *)low) : 0;
    pthread_attr_destroy(&attributes);
    return size;
#else
    return 0;
#endif
}
