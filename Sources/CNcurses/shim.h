// ncursesw for Swift: what the macros of curses.h hide from the importer, and nothing else.
#ifndef BASCULE_CNCURSES_SHIM_H
#define BASCULE_CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1  // before curses.h, or cchar_t does not exist
#define NCURSES_NOMACROS 1
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

extern int wcwidth(wchar_t);  // glibc hides it from Swift's Glibc module

// Attribute masks are cast macros.
static inline attr_t cnc_attr_bold(void) { return A_BOLD; }
static inline attr_t cnc_attr_dim(void) { return A_DIM; }
static inline attr_t cnc_attr_reverse(void) { return A_REVERSE; }
static inline attr_t cnc_attr_underline(void) { return A_UNDERLINE; }

// Function-like macros.
enum { cnc_key_f0 = KEY_F(0) };

// Mutable globals.
static inline WINDOW *cnc_stdscr(void) { return stdscr; }
static inline int cnc_colors(void) { return COLORS; }
static inline int cnc_color_pairs(void) { return COLOR_PAIRS; }
static inline FILE *cnc_stdin(void) { return stdin; }
static inline FILE *cnc_stdout(void) { return stdout; }

// Puts one cell; `text` is at most CCHARW_MAX - 1 scalars and a terminating 0.
static inline int cnc_put_cell(WINDOW *w, int y, int x, const wchar_t *text, attr_t attrs, int pair) {
    cchar_t cell;
    if (setcchar(&cell, text, attrs, 0, &pair) == ERR) return ERR;
    return mvwadd_wch(w, y, x, &cell);
}

// A terminfo string capability, or NULL where the terminal has none.
static inline const char *cnc_terminfo_string(const char *name) {
    const char *value = tigetstr((char *)name);
    return (value == (const char *)-1) ? NULL : value;
}

#endif
