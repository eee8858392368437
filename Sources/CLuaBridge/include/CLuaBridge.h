// The only place where Lua may longjmp. Everything that can raise runs in here, under a protected call; whoever calls
// these functions sees statuses and bytes and never a Lua value.
//
// One state serves one call at a time, waits included, and is used by one thread at a time (it may move between
// slices). JSON is the border: arguments and answers come in as JSON bytes, results and host arguments go out as JSON
// bytes, keys in byte order. Where host values may cross (MG_ALLOW_HANDLES), one is written as an object with the
// single key "@<kind>", for example {"@deny":{"code":"x"}}; a script's own key that begins with "@" is refused there, so the form
// cannot be forged. Functions of a script cross as {"@function":["routes",1,"when"]}: their place in the result.
#ifndef MOONGATE_CLUABRIDGE_H
#define MOONGATE_CLUABRIDGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mg_state mg_state;
typedef struct mg_answer mg_answer;

typedef struct {
    uint64_t steps;           // VM instructions and steps inside library functions, together
    uint64_t cpu_ns;          // CPU time of the threads that ran the call
    uint64_t wall_ns;         // from mg_begin to the result, waits included
    size_t memory;            // bytes of the whole state
    size_t block;             // bytes of one block
    size_t result;            // bytes of a result, and of one host call's arguments
    uint32_t host_calls;      // per call
    uint32_t interval;        // instructions between two looks at the budgets
    uint64_t first_steps;     // slices; 0: not sliced
    uint64_t later_steps;
    uint64_t first_ns;        // further limits of the first slice; 0: none
    size_t first_bytes;
} mg_limits;

typedef enum {
    MG_ANSWER_VALUE = 0,      // bytes: JSON; no bytes: no value
    MG_ANSWER_HANDLE,         // kind, and JSON bytes that go where the handle goes
    MG_ANSWER_FAILURE,        // the script gets nil and the bytes as a message
    MG_ANSWER_RAISE,          // the script gets an error with the bytes as its message
    MG_ANSWER_WAIT,           // of a filling function: the call suspends, see mg_waiting
    MG_ANSWER_FILL,           // of a filling function: its third argument is called; bytes: a ticket, a JSON number
} mg_answer_status;

// Runs on the calling thread, between two instructions of a script. It must set the answer (else the script gets an
// error), must not use the state, and may not throw or jump.
typedef void (*mg_host_call)(void *context, uint32_t function, const uint8_t *arguments, size_t length,
                             mg_answer *answer);
void mg_answer_set(mg_answer *answer, mg_answer_status status, const char *kind, const uint8_t *bytes, size_t length);

enum {
    MG_FUNCTION_WAITING = 1,  // the call suspends, see mg_waiting
    MG_FUNCTION_HANDLES = 2,  // arguments may hold host values
    MG_FUNCTION_CURRIED = 4,  // name(a) gives a function; name(a)(b) calls the host with [a, b]
    MG_FUNCTION_FILLING = 8,  // the third argument is a function that the host may have called; the host sees null there
};

// Added to a filling function's number when the third argument has been called. Arguments are then [ticket, 0, value],
// [ticket, 1, reason or null] for `nil, reason`, [ticket, 2, null] for an error, [ticket, 3, null] for a value that
// cannot be JSON. The answer to 0 is what the script gets; a value answered to 1 or 2 takes the failure's place.
#define MG_FUNCTION_FINISH 0x80000000u

#define MG_MANY_KEYS 20000

typedef enum { MG_DONE = 0, MG_SLICE, MG_WAITING, MG_FAILED } mg_status;
typedef enum { MG_CALL_HOOK = 0, MG_CALL_CHUNK, MG_CALL_MEMBER } mg_mode;
enum {
    MG_ALLOW_HANDLES = 1,     // the result may hold host values
    MG_ALLOW_FUNCTIONS = 2,   // the result may hold functions, by their place
    MG_ALLOW_NO_VALUE = 4,    // a hook may return nothing at all
    MG_KEEP_RESULT = 8,       // the result stays in the state for mg_argument_kept
    MG_ALLOW_MANY_KEYS = 16,  // an object of the result may have as many keys as a constant
};
typedef enum {
    MG_RESULT_NONE = 0, MG_RESULT_NULL, MG_RESULT_BOOLEAN, MG_RESULT_STRING, MG_RESULT_NUMBER,
    MG_RESULT_OBJECT, MG_RESULT_ARRAY, MG_RESULT_HANDLE, MG_RESULT_FUNCTION,
} mg_result_kind;

typedef struct {
    mg_result_kind kind;
    const uint8_t *bytes; size_t length;   // JSON; a handle's payload when the whole result is one. Until the next call
    const char *handle_kind;
    uint32_t changed;                      // bit i: the script tried to change restored member i
} mg_result;

typedef struct {
    const char *code;                      // stable: "script.steps", "value.key", …
    const char *message;                   // UTF-8, no addresses, without script and line
    const char *script; int line;          // NULL and 0 where unknown
    const char *path;                      // of a refused value, else NULL
} mg_failure;

typedef struct {
    uint64_t steps, cpu_ns, slices;        // of the current or last call
    uint64_t calls;                        // begun on this state
    size_t memory, peak;                   // bytes now, and the most of the current or last call
    uint64_t host_calls;                   // of the current or last call
    size_t made;                           // bytes that code and constants take: what is left when nobody is served
} mg_counters;

// --- Making a state. NULL when there is no memory for it. `version` of the Lua that is linked: mg_lua_release.
mg_state *mg_state_new(const mg_limits *limits, mg_host_call call, void *context);
const char *mg_lua_release(void);
// Offers a host function by its dotted name. Before the first call.
bool mg_state_function(mg_state *S, const char *name, uint32_t function, uint32_t flags);
// Adds a library for `require name`, or an entry (its number is returned, -1 on failure: see mg_failed).
bool mg_state_library(mg_state *S, const char *name, const char *script, const uint8_t *text, size_t length);
int mg_state_entry(mg_state *S, const char *script, const uint8_t *text, size_t length);
// A value that no script can change, from JSON: a global of that name, in which {"@<kind>": payload} is a host value;
// or, for `library`, what `require name` gives, in which it is not. At most MG_MANY_KEYS keys an object.
bool mg_state_constant(mg_state *S, const char *name, const uint8_t *bytes, size_t length, bool library);
// Where `require` says that it looked, in messages; `scripts/lib` unless set. At most 127 bytes count.
void mg_state_folder(mg_state *S, const char *folder);
// Everything is there: from now on calls are measured against what it takes.
void mg_state_ready(mg_state *S);
// Makes `math.random` foretellable, for tests. Without it numbers come from the system.
void mg_state_seed(mg_state *S, uint64_t seed);
// Writes everything a script can reach, one path a line, sorted; for the golden list. False when there is no memory.
bool mg_state_reachable(mg_state *S, const uint8_t **text, size_t *length);
// An entry as `lua_dump` writes it, unstripped, within the limit of a result. False when it is larger, or there is no memory.
bool mg_state_dump(mg_state *S, int entry, const uint8_t **bytes, size_t *length);
// Closes now, or later on a thread of its own. No code of a script runs in either.
void mg_state_free(mg_state *S);
void mg_state_discard(mg_state *S);

// --- One call: begin, arguments, run until it is neither MG_SLICE nor MG_WAITING. Bytes are copied. Names must stay
// valid until mg_run first returns; they should be literals, as Lua caches strings by address.
void mg_begin(mg_state *S, int entry, mg_mode mode, uint32_t flags, const char *result_name);
void mg_argument(mg_state *S, const char *name, const uint8_t *bytes, size_t length);
// One that is decoded when the script first reads it, if ever. That its bytes are one JSON document is the caller's word.
void mg_argument_late(mg_state *S, const char *name, const uint8_t *bytes, size_t length);
void mg_argument_kept(mg_state *S, const char *name);
// Where MG_CALL_MEMBER finds its function in what the chunk returns: a JSON array of keys and positions.
void mg_member(mg_state *S, const uint8_t *path, size_t length);
// Top-level members of the result that keep the value they have in an argument (or in a document of its own, where
// `argument` is NULL), absent ones included. At most 32 names.
void mg_restore(mg_state *S, const char *const *names, size_t count, const char *argument,
                const uint8_t *document, size_t length);
// In an argument (NULL: in the one table that holds them) reading a field that is not listed raises. The listing is a JSON
// array: how messages call the table, what they say, then the fields: ["c.user", "not named in claims", "id", …].
void mg_strict(mg_state *S, const char *argument, const uint8_t *listing, size_t length);
mg_status mg_run(mg_state *S);

// After MG_WAITING: what the script waits for, and the number that answers it once.
uint32_t mg_waiting(const mg_state *S, const uint8_t **arguments, size_t *length, uint64_t *number);
bool mg_resolve(mg_state *S, uint64_t number, mg_answer_status status, const char *kind,
                const uint8_t *bytes, size_t length);
// Ends a call that is suspended. The state can then only be closed.
void mg_abandon(mg_state *S);

const mg_result *mg_returned(const mg_state *S);
const mg_failure *mg_failed(const mg_state *S);
mg_counters mg_counted(const mg_state *S);
uint64_t mg_deadline_ns(const mg_state *S);   // on CLOCK_MONOTONIC
uint64_t mg_now_ns(void);
// True when the first slice took more than a millisecond: a single function of a library cannot be cut.
bool mg_overran(const mg_state *S);
// True when the state may serve another call: nothing failed, nothing is suspended.
bool mg_clean(const mg_state *S);
// After calls, now and then: true when what is left after a full collection is a quarter more than it was at first.
bool mg_grown(mg_state *S);
// Forgets what belongs to the caller: the kept result, arguments and results. After the last call of a lease.
void mg_forget(mg_state *S);

// The bytes of stack that are left on this thread, or 0 where that cannot be found out. Scripts need 512 KiB.
size_t mg_stack_size(void);
// The cores this process may be run on, at least 1.
uint32_t mg_cores(void);
#endif
