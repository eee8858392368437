// Small blocks: a list per size, cut from slabs. Lua says the size when it frees, so blocks carry nothing; one state is
// used by one thread, so there is no lock. Slabs go back when the state is closed.
#include "bridge.h"
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIN_MALLOC 1   // let the sanitizer see every block
#endif
#endif

#define SLAB ((size_t)8 << 10)

#ifdef PLAIN_MALLOC

void *mg_block_take(mg_blocks *blocks, size_t size) { (void)blocks; return malloc(size); }
void mg_block_give(mg_blocks *blocks, void *block, size_t size) { (void)blocks; (void)size; free(block); }
bool mg_block_fits(size_t have, size_t size) { return have == size; }
void mg_blocks_free(mg_blocks *blocks) { (void)blocks; }

#else

typedef struct link { struct link *next; } link;

static bool add_slab(mg_blocks *blocks, size_t index) {
    char *slab = malloc(SLAB);
    if (slab == NULL) return false;
    ((link *)(void *)slab)->next = blocks->slabs;
    blocks->slabs = slab;
    blocks->held += SLAB;
    size_t size = (index + 1) * MG_CLASS_BYTES;
    // the first sixteen bytes hold the list of slabs
    for (size_t at = MG_CLASS_BYTES; at + size <= SLAB; at += size) {
        link *free_block = (link *)(void *)(slab + at);
        free_block->next = blocks->free[index];
        blocks->free[index] = free_block;
    }
    return true;
}

void *mg_block_take(mg_blocks *blocks, size_t size) {
    size_t index = (size - 1) / MG_CLASS_BYTES;
    if (blocks->free[index] == NULL && !add_slab(blocks, index)) return NULL;
    link *block = blocks->free[index];
    blocks->free[index] = block->next;
    return block;
}

void mg_block_give(mg_blocks *blocks, void *block, size_t size) {
    size_t index = (size - 1) / MG_CLASS_BYTES;
    ((link *)block)->next = blocks->free[index];
    blocks->free[index] = block;
}

bool mg_block_fits(size_t have, size_t size) {
    return have != 0 && (have - 1) / MG_CLASS_BYTES == (size - 1) / MG_CLASS_BYTES;
}

void mg_blocks_free(mg_blocks *blocks) {
    for (link *slab = blocks->slabs; slab != NULL;) {
        link *next = slab->next;
        free(slab);
        slab = next;
    }
    *blocks = (mg_blocks){ 0 };
}

#endif
