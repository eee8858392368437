// Which keys the open objects have had. As long as an object's keys come in byte order, as in every document that we
// wrote ourselves, the one before is all there is to compare with. Otherwise: a stack of keys, searched from its top for
// small objects; the keys of an object with more than two dozen go into a hash table as well. Entries leave in the
// reverse of the order in which they came, so linear probing needs no tombstones.
#include "internal.h"
#include <stdlib.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

#define SCANNED 24          // up to so many keys are compared one by one: cheaper than a table for them
#define FREE_SLOT UINT32_MAX

static uint64_t seed(void) {
    static uint64_t value;   // the same for all threads; every writer writes the same
    uint64_t known = __atomic_load_n(&value, __ATOMIC_RELAXED);
    if (known != 0) return known;
#ifdef __linux__
    const void *random = (const void *)getauxval(AT_RANDOM);
    if (random != NULL) memcpy(&known, random, sizeof known);
#elif defined(__APPLE__)
    arc4random_buf(&known, sizeof known);
#endif
    known |= 1;
    uint64_t expected = 0;
    if (!__atomic_compare_exchange_n(&value, &expected, known, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        known = expected;
    return known;
}

static inline uint64_t fold(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t cj_hash(const char *text, size_t length) {
    uint64_t key = seed(), hash = key ^ length, word;
    while (length >= 8) {
        memcpy(&word, text, 8);
        hash = fold(hash ^ word, key ^ 0x9e3779b97f4a7c15u);
        text += 8;
        length -= 8;
    }
    word = 0;
    if (length > 0) memcpy(&word, text, length);
    return fold(hash ^ word, key ^ 0xd6e8feb86659fd93u);
}

static bool same(const cj_seen *a, uint64_t hash, const char *text, size_t length) {
    if (a->hash != hash) return false;
    if (!a->escaped) return a->length == length && memcmp(a->raw, text, length) == 0;
    char unescaped[CJ_MAX_KEY];
    size_t count = 0;
    const uint8_t *at = a->raw;
    if (cj_unescape(&at, a->raw + a->length, unescaped, sizeof unescaped, &count) != CJ_OK) return true;
    return count == length && memcmp(unescaped, text, length) == 0;
}

static void insert(cj_scanner *s, uint32_t index) {
    cj_seen *list = cj_seen_keys(s);
    size_t mask = s->slot_count - 1, slot = list[index].hash & mask;
    while (s->slots[slot] != FREE_SLOT) slot = (slot + 1) & mask;
    s->slots[slot] = index;
    list[index].slot = (uint32_t)slot;
    s->slots_used++;
}

static bool rebuild(cj_scanner *s, size_t count) {
    uint32_t *slots = malloc(count * sizeof *slots);
    if (slots == NULL) return false;
    memset(slots, 0xff, count * sizeof *slots);
    free(s->slots);
    s->slots = slots;
    s->slot_count = count;
    s->slots_used = 0;
    cj_seen *list = cj_seen_keys(s);
    for (size_t i = 0; i < s->seen_count; i++) if (list[i].slot != FREE_SLOT) insert(s, (uint32_t)i);
    return true;
}

// Puts entries into the table: one, or all of an object that has just outgrown the search.
static bool index_from(cj_scanner *s, size_t first) {
    size_t needed = (s->slots_used + s->seen_count - first) * 2;
    if (needed > s->slot_count) {
        size_t count = s->slot_count == 0 ? 64 : s->slot_count;
        while (count < needed) count *= 2;
        if (!rebuild(s, count)) return false;
    }
    for (size_t i = first; i < s->seen_count; i++) insert(s, (uint32_t)i);
    return true;
}

static bool make_room(cj_scanner *s) {
    size_t size = s->seen != NULL ? s->seen_size : CJ_SMALL_KEYS;
    if (s->seen_count < size) return true;
    cj_seen *list = realloc(s->seen, size * 2 * sizeof *list);
    if (list == NULL) return false;
    if (s->seen == NULL) memcpy(list, s->small, sizeof s->small);
    s->seen = list;
    s->seen_size = size * 2;
    return true;
}

static bool has(cj_scanner *s, size_t first, uint64_t hash, const char *text, size_t length) {
    const cj_seen *list = cj_seen_keys(s);
    if (s->seen_count - first <= SCANNED) {
        for (size_t i = first; i < s->seen_count; i++) if (same(&list[i], hash, text, length)) return true;
        return false;
    }
    size_t mask = s->slot_count - 1;
    for (size_t slot = hash & mask; s->slots[slot] != FREE_SLOT; slot = (slot + 1) & mask) {
        uint32_t index = s->slots[slot];
        if (index >= first && same(&list[index], hash, text, length)) return true;
    }
    return false;
}

// The keys of the innermost object no longer ascend: what they are searched by is made up for.
static bool stop_ascending(cj_scanner *s, size_t first) {
    s->ascending &= ~((uint32_t)1 << (s->depth - 1));
    cj_seen *list = cj_seen_keys(s);
    for (size_t i = first; i < s->seen_count; i++) list[i].hash = cj_hash((const char *)list[i].raw, list[i].length);
    return s->seen_count - first <= SCANNED || index_from(s, first);
}

cj_status cj_keys_add(cj_scanner *s, const uint8_t *raw, size_t raw_length, bool escaped,
                      const char *text, size_t length) {
    size_t count = s->keys[s->depth - 1], first = s->seen_count - count;
    if (count >= s->most_keys) return CJ_TOO_MANY;
    if (!make_room(s)) return CJ_MEMORY;
    if (s->ascending & (uint32_t)1 << (s->depth - 1)) {
        if (!escaped && cj_keys_ascend(s, raw, length, cj_key_prefix(raw, length, raw + length))) return CJ_OK;
        if (!stop_ascending(s, first)) return CJ_MEMORY;
    }
    uint64_t hash = cj_hash(text, length);
    if (has(s, first, hash, text, length)) return CJ_DUPLICATE;
    cj_seen_keys(s)[s->seen_count++] = (cj_seen){ raw, hash, FREE_SLOT, (uint16_t)raw_length, escaped };
    s->keys[s->depth - 1]++;
    count++;
    if (count == SCANNED + 1 && !index_from(s, first)) return CJ_MEMORY;
    if (count > SCANNED + 1 && !index_from(s, s->seen_count - 1)) return CJ_MEMORY;
    return CJ_OK;
}

void cj_keys_close(cj_scanner *s) {
    size_t count = s->keys[s->depth - 1];
    const cj_seen *list = cj_seen_keys(s);
    if (count > SCANNED && !(s->ascending & ((uint32_t)1 << (s->depth - 1)))) {
        for (size_t i = 0; i < count; i++) s->slots[list[s->seen_count - 1 - i].slot] = FREE_SLOT;
        s->slots_used -= count;
    }
    s->seen_count -= count;
}
