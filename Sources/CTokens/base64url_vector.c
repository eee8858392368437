// base64url sixteen characters at a time, where the processor has SSSE3: a session read decodes one token of a thousand
// characters and may encode another. Both stop before the end and leave it to base64url.c.
#include "internal.h"

#if defined(__x86_64__)
#include <tmmintrin.h>

__attribute__((target("ssse3")))
static size_t encode(const uint8_t *bytes, size_t length, uint8_t *out) {
    // Each group of three bytes abc becomes the four bytes bacb, in which every six bits lie within one pair.
    const __m128i spread = _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    // What is added to a number, by the class that is made of it below: a-z, ten digits, `-`, `_`, A-Z.
    const __m128i offsets = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
        '0' - 52, '0' - 52, '0' - 52, '0' - 52, '-' - 62, '_' - 63, 'A', 0, 0);
    size_t i = 0;
    for (; length - i >= 16; i += 12, out += 16) {   // sixteen are read, twelve taken
        __m128i in = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + i)), spread);
        __m128i odd = _mm_mulhi_epu16(_mm_and_si128(in, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
        __m128i even = _mm_mullo_epi16(_mm_and_si128(in, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
        __m128i numbers = _mm_or_si128(odd, even);
        __m128i class = _mm_subs_epu8(numbers, _mm_set1_epi8(51));
        __m128i capital = _mm_cmpgt_epi8(_mm_set1_epi8(26), numbers);
        class = _mm_or_si128(class, _mm_and_si128(capital, _mm_set1_epi8(13)));
        __m128i text = _mm_add_epi8(numbers, _mm_shuffle_epi8(offsets, class));
        _mm_storeu_si128((__m128i *)out, text);
    }
    return i;
}

// All ones where a byte lies between the two.
__attribute__((target("ssse3"), always_inline))
static inline __m128i between(__m128i bytes, char first, char last) {
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(first - 1))),
                         _mm_cmpgt_epi8(_mm_set1_epi8((char)(last + 1)), bytes));
}

__attribute__((target("ssse3")))
static size_t decode(const uint8_t *text, size_t length, uint8_t *out) {
    const __m128i gather = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    size_t i = 0;
    // Sixteen bytes are written, twelve of them meant: four more characters make room for the rest.
    for (; length - i >= 20; i += 16, out += 12) {
        __m128i in = _mm_loadu_si128((const __m128i *)(text + i));
        __m128i capital = between(in, 'A', 'Z'), small = between(in, 'a', 'z'), digit = between(in, '0', '9');
        __m128i minus = _mm_cmpeq_epi8(in, _mm_set1_epi8('-')), line = _mm_cmpeq_epi8(in, _mm_set1_epi8('_'));
        __m128i letters = _mm_or_si128(capital, small), others = _mm_or_si128(_mm_or_si128(digit, minus), line);
        if (_mm_movemask_epi8(_mm_or_si128(letters, others)) != 0xffff) break;
        __m128i offset = _mm_or_si128(
            _mm_or_si128(_mm_and_si128(capital, _mm_set1_epi8(-'A')), _mm_and_si128(small, _mm_set1_epi8(26 - 'a'))),
            _mm_or_si128(
                _mm_or_si128(_mm_and_si128(digit, _mm_set1_epi8(52 - '0')), _mm_and_si128(minus, _mm_set1_epi8(62 - '-'))),
                _mm_and_si128(line, _mm_set1_epi8(63 - '_'))));
        __m128i pairs = _mm_maddubs_epi16(_mm_add_epi8(in, offset), _mm_set1_epi32(0x01400140));
        __m128i groups = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));
        _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(groups, gather));
    }
    return i;
}

static bool is_there(void) { return __builtin_cpu_supports("ssse3"); }
#else
static size_t encode(const uint8_t *bytes, size_t length, uint8_t *out) { (void)bytes; (void)length; (void)out; return 0; }
static size_t decode(const uint8_t *text, size_t length, uint8_t *out) { (void)text; (void)length; (void)out; return 0; }
static bool is_there(void) { return false; }
#endif

size_t ct_base64url_encode_most(const uint8_t *bytes, size_t length, uint8_t *out) {
    return is_there() ? encode(bytes, length, out) : 0;
}

size_t ct_base64url_decode_most(const uint8_t *text, size_t length, uint8_t *out) {
    return is_there() ? decode(text, length, out) : 0;
}
