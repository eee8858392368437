// base64url, strict.
#include "internal.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The value of each character at each of the four places in a group, already shifted there, and a mark: four marks add up
// where all four are characters.
#define MARK 24
#define M(value, shift) ((uint32_t)1 << MARK | (uint32_t)(value) << (shift))
#define PLACE(s) { \
    ['A'] = M(0, s), ['B'] = M(1, s), ['C'] = M(2, s), ['D'] = M(3, s), ['E'] = M(4, s), ['F'] = M(5, s), \
    ['G'] = M(6, s), ['H'] = M(7, s), ['I'] = M(8, s), ['J'] = M(9, s), ['K'] = M(10, s), ['L'] = M(11, s), \
    ['M'] = M(12, s), ['N'] = M(13, s), ['O'] = M(14, s), ['P'] = M(15, s), ['Q'] = M(16, s), ['R'] = M(17, s), \
    ['S'] = M(18, s), ['T'] = M(19, s), ['U'] = M(20, s), ['V'] = M(21, s), ['W'] = M(22, s), ['X'] = M(23, s), \
    ['Y'] = M(24, s), ['Z'] = M(25, s), ['a'] = M(26, s), ['b'] = M(27, s), ['c'] = M(28, s), ['d'] = M(29, s), \
    ['e'] = M(30, s), ['f'] = M(31, s), ['g'] = M(32, s), ['h'] = M(33, s), ['i'] = M(34, s), ['j'] = M(35, s), \
    ['k'] = M(36, s), ['l'] = M(37, s), ['m'] = M(38, s), ['n'] = M(39, s), ['o'] = M(40, s), ['p'] = M(41, s), \
    ['q'] = M(42, s), ['r'] = M(43, s), ['s'] = M(44, s), ['t'] = M(45, s), ['u'] = M(46, s), ['v'] = M(47, s), \
    ['w'] = M(48, s), ['x'] = M(49, s), ['y'] = M(50, s), ['z'] = M(51, s), ['0'] = M(52, s), ['1'] = M(53, s), \
    ['2'] = M(54, s), ['3'] = M(55, s), ['4'] = M(56, s), ['5'] = M(57, s), ['6'] = M(58, s), ['7'] = M(59, s), \
    ['8'] = M(60, s), ['9'] = M(61, s), ['-'] = M(62, s), ['_'] = M(63, s), \
}
static const uint32_t places[4][256] = { PLACE(18), PLACE(12), PLACE(6), PLACE(0) };

// Big-endian, whatever the machine is.
static inline uint64_t load_eight(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline void store_four(uint8_t *out, uint32_t word) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    memcpy(out, &word, 4);
}

size_t ct_base64url_encode(const uint8_t *bytes, size_t length, uint8_t *out) {
    size_t i = ct_base64url_encode_most(bytes, length, out);
    uint8_t *to = out + i / 3 * 4;
    for (; length - i >= 8; i += 6) {          // eight are read, six taken
        uint64_t word = load_eight(bytes + i);
        for (int shift = 58; shift >= 16; shift -= 6) *to++ = (uint8_t)alphabet[word >> shift & 63];
    }
    for (; length - i >= 3; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        *to++ = (uint8_t)alphabet[group >> 18];
        *to++ = (uint8_t)alphabet[group >> 12 & 63];
        *to++ = (uint8_t)alphabet[group >> 6 & 63];
        *to++ = (uint8_t)alphabet[group & 63];
    }
    if (length - i == 1) {
        *to++ = (uint8_t)alphabet[bytes[i] >> 2];
        *to++ = (uint8_t)alphabet[bytes[i] << 4 & 63];
    } else if (length - i == 2) {
        uint32_t group = (uint32_t)bytes[i] << 8 | bytes[i + 1];
        *to++ = (uint8_t)alphabet[group >> 10];
        *to++ = (uint8_t)alphabet[group >> 4 & 63];
        *to++ = (uint8_t)alphabet[group << 2 & 63];
    }
    return (size_t)(to - out);
}

ptrdiff_t ct_base64url_decode(const uint8_t *text, size_t length, uint8_t *out) {
    if (length % 4 == 1) return -1;
    size_t i = ct_base64url_decode_most(text, length, out);
    uint8_t *to = out + i / 4 * 3;
    uint32_t bad = 0;
    for (; length - i >= 8; i += 4, to += 3) {   // four bytes are written, the last of them again by what follows
        uint32_t group = places[0][text[i]] + places[1][text[i + 1]] + places[2][text[i + 2]] + places[3][text[i + 3]];
        bad |= group >> MARK ^ 4;
        store_four(to, group << 8);
    }
    for (; length - i >= 4; i += 4) {
        uint32_t group = places[0][text[i]] + places[1][text[i + 1]] + places[2][text[i + 2]] + places[3][text[i + 3]];
        bad |= group >> MARK ^ 4;
        *to++ = (uint8_t)(group >> 16);
        *to++ = (uint8_t)(group >> 8);
        *to++ = (uint8_t)group;
    }
    if (length - i >= 2) {
        bool three = length - i == 3;
        uint32_t group = places[0][text[i]] + places[1][text[i + 1]] + (three ? places[2][text[i + 2]] : M(0, 0));
        bad |= group >> MARK ^ 3;
        *to++ = (uint8_t)(group >> 16);
        if (three) *to++ = (uint8_t)(group >> 8);
        if (group & (three ? 0xff : 0xffff)) return -1;   // bits that belong to no byte
    }
    return bad == 0 ? to - out : -1;
}
