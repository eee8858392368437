// Arenas that states cut their small blocks from. They come in slabs, which the system fills in one go: by malloc each
// would be a change of the heap's mapping, and each of its pages a fault. A few that were given back keep their memory for
// the next state; that of the others goes back to the system, and so does a slab that nothing is left of.
#define _DEFAULT_SOURCE 1   // anonymous memory, madvise
#include "arenas.h"
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define ARENAS 32        // of a slab: bits of a word
#define WARM_ARENAS 64   // free ones that may keep their memory

typedef struct mg_slab {
    struct mg_slab *next, *before;   // among those with a free arena
    char *memory;
    uint32_t free, cold;             // a bit for each arena: nobody's; without memory
} mg_slab;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static mg_slab *open_slabs;
static mg_slab *idle;                // one of which nothing is used, kept
static int warm;                     // free arenas that have memory

static void enlist(mg_slab *slab) {
    slab->before = NULL;
    slab->next = open_slabs;
    if (slab->next != NULL) slab->next->before = slab;
    open_slabs = slab;
}

static void unlist(mg_slab *slab) {
    if (slab->before != NULL) slab->before->next = slab->next; else open_slabs = slab->next;
    if (slab->next != NULL) slab->next->before = slab->before;
}

static mg_slab *add_slab(void) {
    mg_slab *slab = malloc(sizeof *slab);
    if (slab == NULL) return NULL;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#ifdef MAP_POPULATE
    flags |= MAP_POPULATE;
#endif
    void *memory = mmap(NULL, ARENAS * MG_ARENA, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED) {
        free(slab);
        return NULL;
    }
    *slab = (mg_slab){ .memory = memory, .free = UINT32_MAX };
    warm += ARENAS;
    enlist(slab);
    return slab;
}

static void drop_slab(mg_slab *slab) {
    warm -= __builtin_popcount(~slab->cold);
    unlist(slab);
    munmap(slab->memory, ARENAS * MG_ARENA);
    free(slab);
}

mg_arena *mg_arena_take(void) {
    pthread_mutex_lock(&turn);
    mg_slab *slab = open_slabs != NULL ? open_slabs : add_slab();
    mg_arena *arena = NULL;
    if (slab != NULL) {
        uint32_t ready = slab->free & ~slab->cold;
        uint32_t bit = (uint32_t)__builtin_ctz(ready != 0 ? ready : slab->free);
        if (ready != 0) warm--;
        slab->free &= ~(UINT32_C(1) << bit);
        slab->cold &= ~(UINT32_C(1) << bit);
        if (slab->free == 0) unlist(slab);
        if (slab == idle) idle = NULL;
        arena = (mg_arena *)(void *)(slab->memory + bit * MG_ARENA);
        arena->slab = slab;
    }
    pthread_mutex_unlock(&turn);
    return arena;
}

void mg_arena_give(mg_arena *arena) {
    pthread_mutex_lock(&turn);
    mg_slab *slab = arena->slab;
    uint32_t bit = UINT32_C(1) << (uint32_t)(((char *)arena - slab->memory) / (ptrdiff_t)MG_ARENA);
    if (warm < WARM_ARENAS) warm++;
    else if (madvise(arena, MG_ARENA, MADV_DONTNEED) == 0) slab->cold |= bit;
    else warm++;
    if (slab->free == 0) enlist(slab);
    slab->free |= bit;
    if (slab->free == UINT32_MAX) {
        if (idle != NULL) drop_slab(slab); else idle = slab;
    }
    pthread_mutex_unlock(&turn);
}
