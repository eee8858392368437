// The memory of one state. Small blocks are cut from arenas and kept in a list per size: Lua says the size when it frees, so
// they carry nothing; one state is used by one thread, so there is no lock. An arena is touched only as far as it is cut.
// Large blocks are in a list, so that a state is closed by giving back what it holds, and not block by block: nothing of a
// state runs at its end, since no script can set a finalizer.
#include "arenas.h"
#include "bridge.h"
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIN_MALLOC 1   // let the sanitizer see every block
#endif
#endif

#ifdef PLAIN_MALLOC

void *mg_block_take(mg_blocks *blocks, size_t size) { (void)blocks; return malloc(size); }
void mg_block_give(mg_blocks *blocks, void *block, size_t size) { (void)blocks; (void)size; free(block); }
bool mg_block_fits(size_t have, size_t size) { return have == size; }
void *mg_large_take(mg_blocks *blocks, size_t size) { (void)blocks; return malloc(size); }
void *mg_large_resize(mg_blocks *blocks, void *block, size_t size) { (void)blocks; return realloc(block, size); }
void mg_large_give(mg_blocks *blocks, void *block) { (void)blocks; free(block); }
void mg_blocks_free(mg_blocks *blocks, lua_State *L) { (void)blocks; if (L != NULL) lua_close(L); }

#else

typedef struct link { struct link *next; } link;

_Static_assert(sizeof(mg_arena) % MG_CLASS_BYTES == 0, "what follows is aligned as Lua needs it");

static bool add_arena(mg_blocks *blocks) {
    mg_arena *arena = mg_arena_take();
    if (arena == NULL) return false;
    arena->next = blocks->arenas;
    blocks->arenas = arena;
    blocks->at = (char *)(arena + 1);
    blocks->left = MG_ARENA - sizeof *arena;
    return true;
}

void *mg_block_take(mg_blocks *blocks, size_t size) {
    size_t index = (size - 1) / MG_CLASS_BYTES, bytes = (index + 1) * MG_CLASS_BYTES;
    link *block = blocks->free[index];
    if (block != NULL) {
        blocks->free[index] = block->next;
        return block;
    }
    if (blocks->left < bytes && !add_arena(blocks)) return NULL;
    char *cut = blocks->at;
    blocks->at += bytes;
    blocks->left -= bytes;
    return cut;
}

void mg_block_give(mg_blocks *blocks, void *block, size_t size) {
    size_t index = (size - 1) / MG_CLASS_BYTES;
    ((link *)block)->next = blocks->free[index];
    blocks->free[index] = block;
}

bool mg_block_fits(size_t have, size_t size) {
    return have != 0 && (have - 1) / MG_CLASS_BYTES == (size - 1) / MG_CLASS_BYTES;
}

// In front of each large block; as long as two words, so that what follows is aligned as Lua needs it.
typedef struct large { struct large *next, *before; } large;

static void *enlist(mg_blocks *blocks, large *block) {
    block->next = blocks->large;
    block->before = NULL;
    if (block->next != NULL) block->next->before = block;
    blocks->large = block;
    return block + 1;
}

static void unlist(mg_blocks *blocks, large *block) {
    if (block->before != NULL) block->before->next = block->next; else blocks->large = block->next;
    if (block->next != NULL) block->next->before = block->before;
}

void *mg_large_take(mg_blocks *blocks, size_t size) {
    large *block = malloc(sizeof *block + size);
    return block == NULL ? NULL : enlist(blocks, block);
}

void *mg_large_resize(mg_blocks *blocks, void *at, size_t size) {
    large *block = (large *)at - 1;
    unlist(blocks, block);
    large *moved = realloc(block, sizeof *block + size);
    if (moved == NULL) {
        enlist(blocks, block);
        return NULL;
    }
    return enlist(blocks, moved);
}

void mg_large_give(mg_blocks *blocks, void *at) {
    large *block = (large *)at - 1;
    unlist(blocks, block);
    free(block);
}

void mg_blocks_free(mg_blocks *blocks, lua_State *L) {
    (void)L;    // it lies in one of the blocks
    for (mg_arena *arena = blocks->arenas; arena != NULL;) {
        mg_arena *next = arena->next;
        mg_arena_give(arena);
        arena = next;
    }
    for (large *block = blocks->large; block != NULL;) {
        large *next = block->next;
        free(block);
        block = next;
    }
    *blocks = (mg_blocks){ 0 };
}

#endif
