// What somebody may have meant: for messages only.
#include "bridge.h"

#define LONGEST 40   // of names that are compared

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

// How many characters differ, are missing or are too many.
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    unsigned row[LONGEST + 1];
    for (unsigned i = 0; i <= b_length; i++) row[i] = i;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (unsigned k = 1; k <= b_length; k++) {
            unsigned above = row[k];
            row[k] = least(least(above, row[k - 1]) + 1, corner + (a[i - 1] != b[k - 1]));
            corner = above;
        }
    }
    return row[b_length];
}

const char *mg_nearest_key(lua_State *L, int table, const char *name, size_t length) {
    const char *nearest = NULL;
    unsigned best = length < 4 ? 2 : 3;   // what is at least so far away was not meant
    if (length == 0 || length > LONGEST) return NULL;
    table = lua_absindex(L, table);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        size_t other_length;
        const char *other = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &other_length) : NULL;
        if (other == NULL || other_length > LONGEST) continue;
        mg_count(L, 1 + length * other_length / 8);
        unsigned far = distance(name, length, other, other_length);
        if (far >= best) continue;
        best = far;
        nearest = other;
    }
    return nearest;
}
