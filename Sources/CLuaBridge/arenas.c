// Arenas that states cut their small blocks from. They come in slabs: by malloc, each would be a change of the heap's
// mapping. A few that were given back keep their memory for the next state; that of the others goes back to the system,
// and so does a slab that nothing is left of. The system is never asked while others wait for the lock.
#define _DEFAULT_SOURCE 1   // anonymous memory, madvise
#include "arenas.h"
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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

static mg_slab *make_slab(void) {
    mg_slab *slab = malloc(sizeof *slab);
    if (slab == NULL) return NULL;
    void *memory = mmap(NULL, ARENAS * MG_ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        free(slab);
        return NULL;
    }
    *slab = (mg_slab){ .memory = memory, .free = UINT32_MAX, .cold = UINT32_MAX };
    return slab;
}

// Of a slab with a free one; one that has memory comes first.
static mg_arena *take_from(mg_slab *slab) {
    uint32_t ready = slab->free & ~slab->cold;
    uint32_t number = (uint32_t)__builtin_ctz(ready != 0 ? ready : slab->free), bit = UINT32_C(1) << number;
    if (ready != 0) warm--;
    slab->free &= ~bit;
    slab->cold &= ~bit;
    if (slab->free == 0) unlist(slab);
    if (slab == idle) idle = NULL;
    return (mg_arena *)(void *)(slab->memory + number * MG_ARENA);
}

// With `more` added to those that are open.
static mg_arena *take(mg_slab *more, mg_slab **owner) {
    pthread_mutex_lock(&turn);
    if (more != NULL) enlist(more);
    *owner = open_slabs;
    mg_arena *arena = *owner == NULL ? NULL : take_from(*owner);
    pthread_mutex_unlock(&turn);
    return arena;
}

mg_arena *mg_arena_take(void) {
    mg_slab *slab;
    mg_arena *arena = take(NULL, &slab);
    if (arena == NULL) arena = take(make_slab(), &slab);    // without memory: perhaps another has given one back meanwhile
    if (arena != NULL) arena->slab = slab;                  // touches its memory, perhaps for the first time
    return arena;
}

// Pages that are longer than an arena would take the next one along.
static bool make_cold(mg_arena *arena) {
    return (size_t)sysconf(_SC_PAGESIZE) <= MG_ARENA && madvise(arena, MG_ARENA, MADV_DONTNEED) == 0;
}

// Under the lock. The slab, if nothing is left of it and one such is kept already: no longer anybody's.
static mg_slab *give(mg_slab *slab, uint32_t bit, bool cold) {
    if (cold) slab->cold |= bit; else warm++;
    if (slab->free == 0) enlist(slab);
    else if (!cold && slab != open_slabs) { unlist(slab); enlist(slab); }   // what has memory is taken first
    slab->free |= bit;
    if (slab->free != UINT32_MAX) return NULL;
    if (idle == NULL) { idle = slab; return NULL; }
    warm -= __builtin_popcount(~slab->cold);
    unlist(slab);
    return slab;
}

void mg_arena_give(mg_arena *arena) {
    mg_slab *slab = arena->slab, *gone = NULL;
    uint32_t bit = UINT32_C(1) << (uint32_t)(((char *)arena - slab->memory) / (ptrdiff_t)MG_ARENA);
    pthread_mutex_lock(&turn);
    bool keep = warm < WARM_ARENAS;
    if (keep) gone = give(slab, bit, false);
    pthread_mutex_unlock(&turn);
    if (!keep) {
        bool cold = make_cold(arena);
        pthread_mutex_lock(&turn);
        gone = give(slab, bit, cold);
        pthread_mutex_unlock(&turn);
    }
    if (gone == NULL) return;
    munmap(gone->memory, ARENAS * MG_ARENA);
    free(gone);
}
