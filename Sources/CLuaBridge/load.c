// Compiling sources. Text only, behind a local environment on the source's own first line, so that a chunk's globals
// are a parameter of each run and lines count as the author sees them.
#include "bridge.h"
#include <stdlib.h>

#define LEAST_NS 200000000u   // of CPU time to compile a source in, however little a call may take

#define PIECE ((size_t)4096)  // of a source, between two looks at the clock

typedef struct { const uint8_t *text; size_t length; bool prefixed, late; uint64_t until; } source;   // late: given up

static const char prefix[] = "local _ENV=...;";

static const char *read_source(lua_State *L, void *data, size_t *size) {
    source *s = data;
    if (mg_thread_ns() > s->until) {
        s->late = true;
        luaL_error(L, "takes too long to compile");
    }
    if (!s->prefixed) {
        s->prefixed = true;
        *size = sizeof prefix - 1;
        return prefix;
    }
    const char *text = (const char *)s->text;
    *size = s->length < PIECE ? s->length : PIECE;
    if (*size == 0) return NULL;
    s->text += *size;
    s->length -= *size;
    return text;
}

// As Lua reads files: a byte order mark is skipped, and a first line that begins with `#`, but not the end of that line.
static void skip_start(source *s) {
    static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
    if (s->length >= sizeof mark && memcmp(s->text, mark, sizeof mark) == 0) {
        s->text += sizeof mark;
        s->length -= sizeof mark;
    }
    if (s->length == 0 || *s->text != '#') return;
    const uint8_t *end = memchr(s->text, '\n', s->length);
    size_t skipped = end == NULL ? s->length : (size_t)(end - s->text);
    s->text += skipped;
    s->length -= skipped;
}

typedef struct { source text; const char *script, *library; int reference, hook; } job;

static int load_protected(lua_State *L) {
    job *j = lua_touserdata(L, 1);
    mg_state *S = mg_of(L);
    lua_pushfstring(L, "=%s", j->script);
    int status = lua_load(L, read_source, &j->text, lua_tostring(L, -1), "t");
    if (status != LUA_OK) return lua_error(L);
    if (j->library == NULL) {
        j->reference = luaL_ref(L, LUA_REGISTRYINDEX);
        lua_pushboolean(L, 0);
        j->hook = luaL_ref(L, LUA_REGISTRYINDEX);
        return 0;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, S->libraries);
    lua_pushstring(L, j->library);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    return 0;
}

static bool load(mg_state *S, job *j) {
    mg_refresh(S);
    const char *script = mg_script_name(S, j->script);
    if (script == NULL) { mg_fail(S, "script.memory", "no memory to compile the script"); return false; }
    j->script = script;
    skip_start(&j->text);
    lua_settop(S->L, 0);
    lua_pushcfunction(S->L, load_protected);
    lua_pushlightuserdata(S->L, j);
    j->text.until = mg_thread_ns() + (S->limits.cpu_ns > LEAST_NS / 10 ? 10 * S->limits.cpu_ns : LEAST_NS);
    int status = lua_pcall(S->L, 1, 0, 0);
    if (status == LUA_OK && mg_thread_ns() <= j->text.until) return true;
    if (status == LUA_OK || j->text.late) {   // every state would take as long again
        lua_settop(S->L, 0);
        mg_fail(S, "script.cpu", "takes too long to compile");
        S->failure.script = script;
        return false;
    }
    mg_fail_error(S, S->L, status == LUA_ERRRUN ? LUA_ERRSYNTAX : status);
    lua_settop(S->L, 0);
    return false;
}

bool mg_state_library(mg_state *S, const char *name, const char *script, const uint8_t *text, size_t length) {
    job j = { { .text = text, .length = length }, script, name, LUA_NOREF, LUA_NOREF };
    return load(S, &j);
}

int mg_state_entry(mg_state *S, const char *script, const uint8_t *text, size_t length) {
    mg_chunk *grown = realloc(S->chunks, (size_t)(S->chunk_count + 1) * sizeof *grown);
    if (grown == NULL) { mg_fail(S, "script.memory", "no memory to compile the script"); return -1; }
    S->chunks = grown;
    job j = { { .text = text, .length = length }, script, NULL, LUA_NOREF, LUA_NOREF };
    if (!load(S, &j)) return -1;
    S->chunks[S->chunk_count] = (mg_chunk){ j.reference, j.script, j.hook };
    return S->chunk_count++;
}
