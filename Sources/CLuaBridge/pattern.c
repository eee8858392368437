// The matcher. Character classes are those of ASCII, whatever the locale.
#include "pattern.h"

#define MOST_DEPTH 180
#define PAY_AT 512

void mg_match_pay(mg_matcher *m) {
    uint32_t steps = m->unpaid;
    m->unpaid = 0;
    if (steps > 0) mg_count(m->L, steps);
}

// One step for the item, one for every eight bytes of pattern that were read for it.
static inline void scanned(mg_matcher *m, const char *from, const char *to) {
    if (to - from < 8) return;
    m->unpaid += (uint32_t)((size_t)(to - from) / 8);
    if (m->unpaid >= PAY_AT) mg_match_pay(m);
}

static inline void step(mg_matcher *m) {
    if (++m->unpaid >= PAY_AT) mg_match_pay(m);
}

void mg_match_step(mg_matcher *m) { step(m); }

void mg_match_reset(mg_matcher *m) {
    m->captures = 0;
    m->depth = 0;
}

static bool between(int c, int low, int high) { return c >= low && c <= high; }
static bool is_upper(int c) { return between(c, 'A', 'Z'); }
static bool is_lower(int c) { return between(c, 'a', 'z'); }
static bool is_digit(int c) { return between(c, '0', '9'); }
static bool is_letter(int c) { return is_upper(c) || is_lower(c); }

static bool in_class(int c, int letter) {
    bool found;
    switch (letter | 0x20) {
    case 'a': found = is_letter(c); break;
    case 'c': found = c < 0x20 || c == 0x7f; break;
    case 'd': found = is_digit(c); break;
    case 'g': found = between(c, 0x21, 0x7e); break;
    case 'l': found = is_lower(c); break;
    case 'p': found = between(c, 0x21, 0x7e) && !is_letter(c) && !is_digit(c); break;
    case 's': found = c == ' ' || between(c, '\t', '\r'); break;
    case 'u': found = is_upper(c); break;
    case 'w': found = is_letter(c) || is_digit(c); break;
    case 'x': found = is_digit(c) || between(c | 0x20, 'a', 'f'); break;
    case 'z': found = c == 0; break;   // an old name that Lua 5.4 still knows
    default: return c == letter;
    }
    return is_letter(letter) ? found != is_upper(letter) : c == letter;
}

// Behind the item (a character, a class, a set) that begins at `p`.
static const char *behind_item(mg_matcher *m, const char *p) {
    if (*p == '%') {
        if (p + 1 == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 2;
    }
    if (*p != '[') return p + 1;
    const char *at = p + 1;
    if (at < m->pattern_end && *at == '^') at++;
    for (bool first = true;; first = false) {
        if (at >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        if (*at == ']' && !first) {
            scanned(m, p, at);
            return at + 1;
        }
        at += *at == '%' ? 2 : 1;
    }
}

// Whether `c` is in the set from `p` (at its bracket) to `end` (behind it).
static bool in_set(mg_matcher *m, int c, const char *p, const char *end) {
    bool wanted = true;
    const char *at = p + 1, *close = end - 1;
    if (*at == '^') {
        wanted = false;
        at++;
    }
    while (at < close) {
        if (*at == '%') {
            if (in_class(c, (unsigned char)at[1])) goto found;
            at += 2;
        } else if (at[1] == '-' && at + 2 < close) {
            if (between(c, (unsigned char)at[0], (unsigned char)at[2])) goto found;
            at += 3;
        } else {
            if ((unsigned char)*at == c) goto found;
            at++;
        }
    }
    wanted = !wanted;
found:
    scanned(m, p, at);
    return wanted;
}

static bool item_matches(mg_matcher *m, const char *s, const char *p, const char *behind) {
    step(m);
    if (s >= m->text_end) return false;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(m, c, p, behind);
    default: return (unsigned char)*p == c;
    }
}

static const char *deeper(mg_matcher *m, const char *s, const char *p) {
    if (++m->depth > MOST_DEPTH) luaL_error(m->L, "pattern too complex");
    const char *end = mg_match(m, s, p);
    m->depth--;
    return end;
}

// As many as there are, then fewer.
static const char *match_most(mg_matcher *m, const char *s, const char *p, const char *behind) {
    const char *at = s;
    while (item_matches(m, at, p, behind)) at++;
    for (;; at--) {
        const char *end = deeper(m, at, behind + 1);
        if (end != NULL) return end;
        if (at == s) return NULL;
    }
}

// As few as will do.
static const char *match_least(mg_matcher *m, const char *s, const char *p, const char *behind) {
    for (;; s++) {
        const char *end = deeper(m, s, behind + 1);
        if (end != NULL) return end;
        if (!item_matches(m, s, p, behind)) return NULL;
    }
}

static const char *open_capture(mg_matcher *m, const char *s, const char *p, ptrdiff_t length) {
    if (m->captures == MG_MAX_CAPTURES) luaL_error(m->L, "too many captures");
    m->capture[m->captures].start = s;
    m->capture[m->captures].length = length;
    m->captures++;
    const char *end = deeper(m, s, p);
    if (end == NULL) m->captures--;
    return end;
}

static const char *close_capture(mg_matcher *m, const char *s, const char *p) {
    int i = m->captures - 1;
    while (i >= 0 && m->capture[i].length != MG_CAPTURE_OPEN) i--;
    if (i < 0) luaL_error(m->L, "invalid pattern capture");
    m->capture[i].length = s - m->capture[i].start;
    const char *end = deeper(m, s, p);
    if (end == NULL) m->capture[i].length = MG_CAPTURE_OPEN;
    return end;
}

static const char *match_same(mg_matcher *m, const char *s, int digit) {
    int i = digit - '1';
    if (i < 0 || i >= m->captures || m->capture[i].length == MG_CAPTURE_OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    step(m);
    if (m->capture[i].length == MG_CAPTURE_POSITION) return NULL;   // a place is no text
    size_t length = (size_t)m->capture[i].length;
    m->unpaid += (uint32_t)(length / 16);
    if (length > (size_t)(m->text_end - s) || memcmp(m->capture[i].start, s, length) != 0) return NULL;
    return s + length;
}

static const char *match_balance(mg_matcher *m, const char *s, const char *p) {
    if (m->pattern_end - p < 2) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    step(m);
    if (s >= m->text_end || *s != p[0]) return NULL;
    int open = 1;
    for (const char *at = s + 1; at < m->text_end; at++) {
        step(m);
        if (*at == p[1]) {
            if (--open == 0) return at + 1;
        } else if (*at == p[0]) {
            open++;
        }
    }
    return NULL;
}

static bool at_frontier(mg_matcher *m, const char *s, const char *p, const char *behind) {
    step(m);
    int before = s == m->text ? 0 : (unsigned char)s[-1];
    int here = s < m->text_end ? (unsigned char)*s : 0;
    return !in_set(m, before, p, behind) && in_set(m, here, p, behind);
}

const char *mg_match(mg_matcher *m, const char *s, const char *p) {
    while (p < m->pattern_end) {
        if (*p == '(') {
            bool position = p + 1 < m->pattern_end && p[1] == ')';
            return open_capture(m, s, p + (position ? 2 : 1), position ? MG_CAPTURE_POSITION : MG_CAPTURE_OPEN);
        }
        if (*p == ')') return close_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end) {
            step(m);
            return s == m->text_end ? s : NULL;
        }
        if (*p == '%' && p + 1 < m->pattern_end) {
            if (p[1] == 'b') {
                if ((s = match_balance(m, s, p + 2)) == NULL) return NULL;
                p += 4;
                continue;
            }
            if (p[1] == 'f') {
                p += 2;
                if (p >= m->pattern_end || *p != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
                const char *behind = behind_item(m, p);
                if (!at_frontier(m, s, p, behind)) return NULL;
                p = behind;
                continue;
            }
            if (is_digit((unsigned char)p[1])) {
                if ((s = match_same(m, s, (unsigned char)p[1])) == NULL) return NULL;
                p += 2;
                continue;
            }
        }
        const char *behind = behind_item(m, p);
        char suffix = behind < m->pattern_end ? *behind : 0;
        if (suffix == '*') return match_most(m, s, p, behind);
        if (suffix == '-') return match_least(m, s, p, behind);
        bool here = item_matches(m, s, p, behind);
        if (suffix == '+') return here ? match_most(m, s + 1, p, behind) : NULL;
        if (suffix == '?') {
            const char *end = here ? deeper(m, s + 1, behind + 1) : NULL;
            if (end != NULL) return end;
            p = behind + 1;
            continue;
        }
        if (!here) return NULL;
        s++;
        p = behind;
    }
    return s;
}
