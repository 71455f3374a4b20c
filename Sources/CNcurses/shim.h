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
enum { cnc_key_f0 = KEY_F(0), cnc_key_f63 = KEY_F(63) };

// Mutable globals.
static inline WINDOW *cnc_stdscr(void) { return stdscr; }
static inline WINDOW *cnc_curscr(void) { return curscr; }
static inline int cnc_colors(void) { return COLORS; }
static inline int cnc_color_pairs(void) { return COLOR_PAIRS; }
static inline FILE *cnc_stdin(void) { return stdin; }
static inline FILE *cnc_stdout(void) { return stdout; }

// Puts one cell; `text` is at most CCHARW_MAX - 1 scalars and a terminating 0. Unlike mvwadd_wch this neither moves the
// cursor on nor fails in the last cell of the screen.
static inline int cnc_put_cell(WINDOW *w, int y, int x, const wchar_t *text, attr_t attrs, int pair) {
    cchar_t cell;
    if (setcchar(&cell, text, attrs, 0, &pair) == ERR) return ERR;
    return mvwadd_wchnstr(w, y, x, &cell, 1);
}

// The text, attributes and pair of one cell; `text` has room for CCHARW_MAX + 1.
static inline int cnc_read_cell(WINDOW *w, int y, int x, wchar_t *text, attr_t *attrs, int *pair) {
    cchar_t cell;
    short narrow;
    if (mvwin_wch(w, y, x, &cell) == ERR) return ERR;
    return getcchar(&cell, text, attrs, &narrow, pair);
}

// Mouse buttons are masks made by macros.
static inline mmask_t cnc_mouse_presses(void) {
    return BUTTON1_PRESSED | BUTTON2_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
}
// Which button was pressed, 1 to 5; 0 for none.
static inline int cnc_mouse_button(mmask_t state) {
    if (state & BUTTON1_PRESSED) return 1;
    if (state & BUTTON2_PRESSED) return 2;
    if (state & BUTTON3_PRESSED) return 3;
    if (state & BUTTON4_PRESSED) return 4;
    return (state & BUTTON5_PRESSED) ? 5 : 0;
}

// A terminfo string capability, or NULL where the terminal has none.
static inline const char *cnc_terminfo_string(const char *name) {
    const char *value = tigetstr((char *)name);
    return (value == (const char *)-1) ? NULL : value;
}

#endif
