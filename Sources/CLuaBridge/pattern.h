// Lua patterns, with every comparison counted: a backtracking pattern costs its author, not the thread.
#ifndef MOONGATE_PATTERN_H
#define MOONGATE_PATTERN_H
#include "bridge.h"

#define MG_MAX_CAPTURES 32

enum { MG_CAPTURE_OPEN = -1, MG_CAPTURE_POSITION = -2 };

typedef struct {
    lua_State *L;
    const char *text, *text_end, *pattern_end;
    int depth, captures;
    uint32_t unpaid;                                  // steps that mg_count has not seen
    struct { const char *start; ptrdiff_t length; } capture[MG_MAX_CAPTURES];
} mg_matcher;

void mg_match_prepare(mg_matcher *m, lua_State *L, const char *text, size_t length, const char *p, size_t p_length);
void mg_push_capture(mg_matcher *m, int i, const char *s, const char *end);
// All captures; the whole match when there are none and `s` is given. Returns how many.
int mg_push_captures(mg_matcher *m, const char *s, const char *end);
int mg_gsub(lua_State *L);
// Matches the pattern at `p` exactly at `s`: the end of the match, or NULL. Raises for malformed patterns.
const char *mg_match(mg_matcher *m, const char *s, const char *p);
void mg_match_reset(mg_matcher *m);
void mg_match_step(mg_matcher *m);   // counts one more step
// Counts what is left to count.
void mg_match_pay(mg_matcher *m);
#endif
