// Memory for many states, of one size: taken and given by any thread.
#ifndef MG_ARENAS_H
#define MG_ARENAS_H
#include <stddef.h>

#define MG_ARENA ((size_t)32 << 10)

typedef struct mg_arena {
    struct mg_arena *next;    // its holder's
    struct mg_slab *slab;
} mg_arena;

mg_arena *mg_arena_take(void);          // MG_ARENA bytes that begin with this; NULL when there is no memory
void mg_arena_give(mg_arena *arena);
#endif
