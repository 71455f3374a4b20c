// What Swift cannot do: signal handlers, and the calls that its Glibc module hides.
//
// Everything that a handler here calls is async-signal-safe. There is one guard and one signal pipe per process.
#ifndef BASCULE_CTERMINALGUARD_H
#define BASCULE_CTERMINALGUARD_H

#include <stddef.h>

// Saves the modes of the terminal `fd` and the bytes that leave its screen, and hooks SEGV, BUS, ILL, FPE, TRAP, ABRT,
// QUIT and exit(): the terminal is then as it was before whatever else happens, and a crash leaves a trace on standard
// error. Call before curses changes the modes.
// 0, or -1 with errno.
int ctg_arm(int fd, const char *bytes, size_t count);
// Replaces the bytes; the guard stays armed.
void ctg_set_bytes(const char *bytes, size_t count);
// Puts the terminal back now, as a crash would.
void ctg_restore(void);
// Puts the previous handlers back; the terminal is left as it is.
void ctg_disarm(void);

// A pipe from which WINCH, TERM, INT, HUP, CONT and TSTP are read, one byte with the signal's number each. Signals that
// were ignored when the process was started stay ignored, but for WINCH and CONT. Returns the end to read, or -1 with errno.
int ctg_signal_pipe(void);
// Puts the previous handlers back and closes the pipe.
void ctg_signal_pipe_close(void);
// Stops the process as Ctrl-Z does by default and returns when it goes on.
void ctg_stop(void);

// A pipe, both ends non-blocking and close-on-exec. 0, or -1 with errno.
int ctg_pipe(int ends[2]);
// The size of a terminal. 0, or -1 with errno; a terminal that does not know its size is an error.
int ctg_window_size(int fd, int *columns, int *rows);
// How many bytes can be read at once from `fd`, or -1.
int ctg_readable(int fd);

#endif
