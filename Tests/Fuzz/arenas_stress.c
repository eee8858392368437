// Threads that take and give arenas, some of them on each other's behalf, and look at what they wrote: no arena is two
// holders'. dev/sanitize.sh builds it with ThreadSanitizer, which is blind to the C side of the Swift tests.
#include "arenas.h"
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 6, HELD = 200, ROUNDS = 20000, SHELVES = 64 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static mg_arena *shelf[SHELVES];   // left by one thread, given back by another

static uint64_t *words(mg_arena *arena) { return (uint64_t *)(void *)(arena + 1); }

static void mark(mg_arena *arena) {
    for (size_t i = 0; i < 4000; i += 500) words(arena)[i] = (uint64_t)(uintptr_t)arena + i;
}

static void give(mg_arena *arena) {
    for (size_t i = 0; i < 4000; i += 500)
        if (words(arena)[i] != (uint64_t)(uintptr_t)arena + i) { fprintf(stderr, "an arena has two holders\n"); abort(); }
    for (size_t i = 0; i < 4000; i += 500) words(arena)[i] = 0;
    mg_arena_give(arena);
}

static void *work(void *seed) {
    uint32_t random = (uint32_t)(uintptr_t)seed * 2654435761u + 1;
    mg_arena *held[HELD] = { 0 };
    for (int round = 0; round < ROUNDS; round++) {
        random = random * 1664525u + 1013904223u;
        size_t at = (random >> 8) % HELD;
        if (held[at] == NULL) {
            held[at] = mg_arena_take();
            if (held[at] == NULL) { fprintf(stderr, "no memory\n"); abort(); }
            mark(held[at]);
            continue;
        }
        mg_arena *other = held[at];
        if (random % 3 == 0) {
            pthread_mutex_lock(&turn);
            other = shelf[at % SHELVES];
            shelf[at % SHELVES] = held[at];
            pthread_mutex_unlock(&turn);
        }
        held[at] = NULL;
        if (other != NULL) give(other);
    }
    for (size_t i = 0; i < HELD; i++) if (held[i] != NULL) give(held[i]);
    return NULL;
}

static long resident_kib(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    fclose(file);
    return pages * 4;
}

int main(void) {
    long before = resident_kib();
    for (int turns = 0; turns < 3; turns++) {
        pthread_t threads[THREADS];
        for (uintptr_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < SHELVES; i++) if (shelf[i] != NULL) give(shelf[i]);
    long more = resident_kib() - before;
    printf("arenas: %d threads, %d rounds: each had one holder; %ld KiB more than before\n", THREADS, 3 * ROUNDS, more);
    return 0;
}
