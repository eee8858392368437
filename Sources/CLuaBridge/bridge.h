// What the files of this target share. Nothing here is for callers.
#ifndef MOONGATE_BRIDGE_H
#define MOONGATE_BRIDGE_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CLuaBridge.h"
#include "cjson.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <string.h>

typedef enum {
    MG_WITHIN = 0, MG_OVER_STEPS, MG_OVER_CPU, MG_OVER_WALL, MG_OVER_MEMORY, MG_OVER_HOST_CALLS,
} mg_breach;

// Why the coroutine yielded. Left just before the yield; a yield without one is an error.
typedef enum { MG_MARK_NONE = 0, MG_MARK_SLICE, MG_MARK_WAIT, MG_MARK_BREACH } mg_mark;

typedef enum { MG_IDLE = 0, MG_BEGUN, MG_SUSPENDED, MG_ASKING, MG_SPENT } mg_phase;

typedef struct { const char *key; size_t length; int64_t index; } mg_step;   // key NULL: an index

// A value that may not cross, and where it stands. Cleared without touching its arrays.
typedef struct {
    const char *code;
    int depth;
    char message[160];
    mg_step path[CJ_MAX_DEPTH + 2];
} mg_refusal;

static inline void mg_refusal_clear(mg_refusal *refusal) {
    refusal->code = NULL;
    refusal->depth = 0;
    refusal->message[0] = 0;
}

typedef struct { uint64_t prefix; const char *text; int slot; uint16_t length; bool plain; } mg_entry;   // a key to write

// A key of documents, by what its text adds up to: its string is held by the registry, so that the next document that
// has it need not look for it. For names of members alone, never for values.
#define MG_KNOWN_KEYS 64
#define MG_KNOWN_LENGTH 24
typedef struct { int reference; uint32_t length; char text[MG_KNOWN_LENGTH]; } mg_known;

// What was made of a listing of fields (strict.c); its metatable is held by the registry.
#define MG_LISTINGS 8
#define MG_LISTING_LENGTH 192
typedef struct { int reference; uint32_t length; char text[MG_LISTING_LENGTH]; } mg_listing;

// What a state holds (blocks.c): free small blocks by size, arenas that more are cut from, large blocks.
#define MG_CLASSES 16
#define MG_CLASS_BYTES 16
typedef struct { void *free[MG_CLASSES]; char *at; size_t left; struct mg_arena *arenas; void *large; } mg_blocks;

typedef struct { int reference; const char *script; int hook; } mg_chunk;   // hook: a slot, see ready.c

struct mg_answer { mg_answer_status status; bool set; char kind[32]; cj_buffer bytes; };

typedef struct { const char *name; size_t offset, length; bool kept, late; } mg_given;   // an argument; late: not decoded
typedef struct { const char *argument; size_t offset, length; } mg_strictness;     // NULL: the table of all arguments

// Text from MG_LONG bytes on is counted by size: the first class goes to twice that, each further one twice as far.
#define MG_LONG_BITS 13
#define MG_LONG ((size_t)1 << MG_LONG_BITS)
#define MG_TEXT_CLASSES 16

#define MG_MAX_ARGUMENTS 12
#define MG_MAX_RESTORED 32
#define MG_MAX_STRICT 4
#define MG_MAX_MESSAGE 512
#define MG_BREACH_TEXT 96

typedef struct {
    int entry;
    mg_mode mode;
    uint32_t flags;
    const char *result_name;
    mg_given arguments[MG_MAX_ARGUMENTS];
    int argument_count;
    bool too_many;
    const char *restored[MG_MAX_RESTORED];
    uint32_t restored_count;
    const char *restored_argument;       // NULL: the document below
    size_t document_offset, document_length;
    size_t member_offset, member_length;
    mg_strictness strict[MG_MAX_STRICT];
    int strict_count;
} mg_call;

struct mg_state {
    lua_State *L, *co;
    mg_limits limits;
    mg_host_call host;
    void *context;

    size_t used, peak, slice_bytes, hurry_at;    // memory; slice_bytes counts what was allocated, freed or not
    uint32_t refusals;
    bool block_refused;                          // the last refusal was for the size of one block
    bool pinched;                                // something has been refused since the state was ready
    size_t made;                                 // bytes in use when the state was ready
    size_t lives;                                // bytes that a full collection left when it was first looked at
    uint64_t look_at;                            // the call after which that is looked at again
    mg_blocks blocks;
    bool hurried;                                // the allocator has brought the next look forward
    uint32_t pace;                               // instructions between two looks, now
    uint32_t texts[MG_TEXT_CLASSES], long_texts; // long text held, by size and in all
    bool tightened;                              // the collector runs as usual again (see budget.c)

    mg_phase phase;
    mg_mark mark;
    mg_breach breach;
    uint64_t steps, slice_steps, owed;           // owed: steps of library functions since the last look at the clock
    uint64_t slices, calls;
    uint64_t deadline, slice_began, cpu_used, cpu_began;
    bool cpu_known, overran;                     // overran: the first slice was far longer than it may be
    uint32_t host_calls;

    mg_call call;
    cj_buffer input, output, asked;              // arguments, the result, what is asked of the host
    mg_answer answer;
    uint32_t asked_function;
    uint64_t resume_number;
    bool met_frozen;                             // what was encoded last has a frozen table in it
    uint32_t originals;                          // bit i: restored member i was there before
    mg_result result;
    mg_failure failure;
    char message[MG_MAX_MESSAGE], path[MG_MAX_MESSAGE], handle_kind[32];

    cj_scanner scanner;
    bool scanning;
    mg_entry *entries;
    size_t entries_used, entries_size;

    mg_chunk *chunks;                            // the entries
    int chunk_count;
    char **scripts;                              // every script name, for reports
    size_t script_count;

    // Registry references and addresses of what the bridge made.
    char folder[128];                            // of libraries, for messages
    int environment, base, libraries, memo, kept, names, stricts, members;
    const char *named[MG_MAX_RESTORED];          // what the table of interned names holds
    uint32_t named_count, member_count;
    mg_known known[MG_KNOWN_KEYS];
    mg_listing listings[MG_LISTINGS];
    const void *array_mark, *handle_mark, *late_mark;
    int array_ref, handle_ref, late_ref;

    uint8_t random[256];
    size_t random_left;
    bool drew;                                   // this call has drawn a number
    bool seeded;                                 // `math.random` goes on from here: for tests alone
    uint64_t seed;
    mg_state *next;                              // in the queue of the closing thread
};

static inline mg_state *mg_of(lua_State *L) { return *(mg_state **)lua_getextraspace(L); }

// state.c
void *mg_allocate(void *state, void *block, size_t old_size, size_t new_size);
void *mg_block_take(mg_blocks *blocks, size_t size);          // sizes up to MG_CLASSES * MG_CLASS_BYTES
void mg_block_give(mg_blocks *blocks, void *block, size_t size);
bool mg_block_fits(size_t have, size_t size);                 // a block of the one size serves as the other
void *mg_large_take(mg_blocks *blocks, size_t size);          // beyond that
void *mg_large_resize(mg_blocks *blocks, void *block, size_t size);
void mg_large_give(mg_blocks *blocks, void *block);
void mg_blocks_free(mg_blocks *blocks, lua_State *L);         // all, and with it the state
const char *mg_script_name(mg_state *S, const char *name);    // a copy that lives as long as the state
void mg_refresh(mg_state *S);

// budget.c
uint64_t mg_thread_ns(void);                                  // CPU time of this thread
void mg_hook_set(mg_state *S);
void mg_hurry(mg_state *S);
void mg_look_soon(mg_state *S);                               // the hook runs at the next instruction
void mg_slice_begin(mg_state *S);
void mg_slice_end(mg_state *S);
void mg_count(lua_State *L, uint64_t steps);                  // raises or yields when it is too much
void mg_count_and_look(lua_State *L, uint64_t steps);         // asks the clock, however few they are
int mg_stop(lua_State *L, mg_state *S, mg_breach breach);     // returns only inside a hook
const char *mg_breach_code(mg_breach breach);
const char *mg_breach_text(const mg_state *S, mg_breach breach, char *out, size_t size);   // names the limit

// pace.c
uint32_t mg_pace(const mg_state *S);
void mg_text_taken(mg_state *S, size_t size);                 // sizes of MG_LONG and more
void mg_text_given(mg_state *S, size_t size);

// failure.c
void mg_fail(mg_state *S, const char *code, const char *message);
void mg_fail_refused(mg_state *S, const mg_refusal *refusal, const char *root);
void mg_find_place(mg_state *S, lua_State *L);                 // into the failure
void mg_fail_error(mg_state *S, lua_State *L, int status);
size_t mg_render_path(const mg_refusal *refusal, const char *root, char *out, size_t size);

// decode.c: may raise memory errors only
bool mg_decode(mg_state *S, lua_State *L, const uint8_t *bytes, size_t length, cj_status *status);
bool mg_decode_many(mg_state *S, lua_State *L, const uint8_t *bytes, size_t length, cj_status *status);   // keys
int mg_null_metatable(lua_State *L, int index);               // pushes it and returns 1 when the table keeps nulls

// encode.c
bool mg_encode(mg_state *S, lua_State *L, int index, cj_buffer *out, uint32_t flags, mg_refusal *refusal);
bool mg_good_key(const char *text, size_t length);
bool mg_refuse(mg_refusal *refusal, const char *code, const char *format, ...);

// nearest.c
const char *mg_nearest_key(lua_State *L, int table, const char *name, size_t length);   // NULL: none is near

// handle.c
void mg_handle_push(mg_state *S, lua_State *L, const char *kind, const uint8_t *bytes, size_t length);
const char *mg_handle_at(mg_state *S, lua_State *L, int index, const uint8_t **bytes, size_t *length);
void mg_handle_setup(mg_state *S, lua_State *L);

// frozen.c
int mg_frozen(lua_State *L, int index);                       // pushes the table behind and returns 1, or 0
int mg_next(lua_State *L);                                    // `next`, which sees what is behind
bool mg_thaw(mg_state *S, lua_State *L, int index, mg_refusal *refusal);   // a copy takes its place

// strict.c
bool mg_strict_apply(mg_state *S, lua_State *L, const uint8_t *listing, size_t length);   // to the table at the top
int mg_is_strict(lua_State *L, int index);

// late.c
void mg_late_setup(mg_state *S, lua_State *L);
bool mg_late(mg_state *S, mg_given *given);                   // whether this argument is decoded when it is first read
void mg_late_apply(mg_state *S, lua_State *L, int table);     // to the table of the arguments
void mg_late_settle(mg_state *S, lua_State *L, int table);    // a table of arguments becomes a plain one; others stay

// ready.c
bool mg_ready_push(mg_state *S, lua_State *L);                // the function to call, where its script need not run for it
void mg_ready_keep(mg_state *S, lua_State *L, int function);

// restore.c
void mg_originals(mg_state *S, lua_State *L, int arguments);  // pushes what mg_put_back needs
int mg_results_at(const mg_state *S);                         // where the stack goes on behind that
void mg_put_back(mg_state *S, lua_State *L, int result);

// host.c
enum { MG_UPVALUE_ID = 1, MG_UPVALUE_NAME = 3 };               // of every closure that is a host function
void mg_host_define(mg_state *S, lua_State *L, const char *name, uint32_t function, uint32_t flags);
void mg_host_enter(lua_State *L, uint32_t flags);
void mg_host_arguments(lua_State *L, uint32_t flags, int first, int last);
int mg_host_answer(lua_State *L);                             // pushes what the host answered, or raises it

// fill.c
int mg_fill(lua_State *L);

// stock.c. A wrapper has the stock function as its upvalue; without one, scripts get the function itself.
typedef struct { const char *name; lua_CFunction wrapper, function; } mg_stock;   // the function is read once a process
extern mg_stock mg_stock_base[], mg_stock_string[], mg_stock_math[], mg_stock_utf8[];   // each ends without a name
bool mg_stock_ready(void);                                    // has them read; false when there is no memory
void mg_stock_set(lua_State *L, const mg_stock *functions);   // into the table at the top

// sandbox.c, library_*.c
void mg_sandbox(mg_state *S, lua_State *L);
void mg_proxy(mg_state *S, lua_State *L, const char *name);   // the table at the top becomes its proxy
int mg_real(lua_State *L, int index);                         // pushes the table behind a proxy; 0 when it is none
void mg_library_base(mg_state *S, lua_State *L);              // each: fills the table at the top
void mg_library_string(mg_state *S, lua_State *L);
int mg_counted_stock(lua_State *L);                           // a wrapper that charges for all text it is given
void mg_library_pattern(mg_state *S, lua_State *L);
void mg_library_table(mg_state *S, lua_State *L);
int mg_sort(lua_State *L);
void mg_library_math(mg_state *S, lua_State *L);
void mg_library_utf8(mg_state *S, lua_State *L);
void mg_library_json(mg_state *S, lua_State *L);
void mg_tostring(lua_State *L, int index);                    // pushes text without addresses
#endif
