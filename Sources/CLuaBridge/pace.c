// How often the count hook looks while long text is held. Comparing text, joining it or reading a number from it is one
// instruction whatever its length, so the longer the longest text, the fewer instructions between two looks. The
// allocator says what it hands out for text; that is marked in one byte behind each long block.
#include "bridge.h"

#define REACH ((size_t)1 << 20)   // instructions between two looks, times the length of the longest text

static unsigned class_of(size_t size) {
    unsigned class = 0;
    for (size >>= MG_LONG_BITS + 1; size != 0 && class < MG_TEXT_CLASSES - 1; size >>= 1) class++;
    return class;
}

uint32_t mg_pace(const mg_state *S) {
    if (S->long_texts == 0) return S->limits.interval;
    unsigned class = MG_TEXT_CLASSES - 1;
    while (class > 0 && S->texts[class] == 0) class--;
    uint32_t pace = (uint32_t)(REACH >> (MG_LONG_BITS + 1 + class));
    if (pace < 1) pace = 1;
    return pace < S->limits.interval ? pace : S->limits.interval;
}

void mg_text_taken(mg_state *S, size_t size) {
    S->texts[class_of(size)]++;
    S->long_texts++;
    if (S->phase == MG_SUSPENDED && mg_pace(S) < S->pace) mg_look_soon(S);
}

void mg_text_given(mg_state *S, size_t size) {
    S->texts[class_of(size)]--;
    S->long_texts--;
}
