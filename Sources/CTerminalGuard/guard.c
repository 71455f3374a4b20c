#define _GNU_SOURCE
#include "CTerminalGuard.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// MARK: - Guard

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGQUIT};
enum { crash_count = sizeof crashes / sizeof crashes[0] };

static struct sigaction crash_previous[crash_count];
static struct termios saved_modes;
static char leave_bytes[1024];
static size_t leave_count;
static int guarded_fd = -1;
static pid_t guarded_process;
static atomic_int armed;

static void write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

void ctg_restore(void) {
    // A forked child has not the screen; only one thread of a crash needs to put the terminal back.
    if (getpid() != guarded_process || !atomic_exchange(&armed, 0)) return;
    // A process in the background would be stopped by its own tcsetattr.
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    write_all(guarded_fd, leave_bytes, leave_count);
    tcsetattr(guarded_fd, TCSANOW, &saved_modes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// The trace goes to standard error, which is the log while the screen is up. Written here, and not left to the
// previous handler alone: an installed program has none of the toolchain's backtracers beside it.
static void write_trace(int number) {
    static const char *const names[] = {
        [SIGSEGV] = "SIGSEGV", [SIGBUS] = "SIGBUS", [SIGILL] = "SIGILL", [SIGFPE] = "SIGFPE",
        [SIGTRAP] = "SIGTRAP", [SIGABRT] = "SIGABRT", [SIGQUIT] = "SIGQUIT",
    };
    static const char before[] = "\nbascule crashed: ", after[] = " (read the names with: swift demangle < this file)\n";
    write_all(STDERR_FILENO, before, sizeof before - 1);
    write_all(STDERR_FILENO, names[number], strlen(names[number]));
    write_all(STDERR_FILENO, after, sizeof after - 1);
    void *frames[64];
    int count = backtrace(frames, sizeof frames / sizeof frames[0]);
    backtrace_symbols_fd(frames, count, STDERR_FILENO);
}

static void crashed(int number, siginfo_t *info, void *context) {
    (void)context;
    int error = errno;
    int was_armed = getpid() == guarded_process && atomic_load(&armed);
    ctg_restore();
    if (was_armed) write_trace(number);
    for (int i = 0; i < crash_count; i++) {
        if (crashes[i] == number) sigaction(number, &crash_previous[i], NULL);
    }
    // A fault recurs upon return and then meets the previous action (Swift's backtrace). A sent signal does not, nor
    // does a breakpoint, which is behind the instruction already.
    if (info == NULL || info->si_code <= 0 || number == SIGTRAP) raise(number);
    errno = error;
}

int ctg_arm(int fd, const char *bytes, size_t count) {
    static int hooked_exit = 0;
    if (atomic_load(&armed)) {
        errno = EBUSY;
        return -1;
    }
    if (tcgetattr(fd, &saved_modes) != 0) return -1;
    // The first call loads the unwinder and allocates, which a handler must not.
    void *frame;
    backtrace(&frame, 1);
    guarded_fd = fd;
    guarded_process = getpid();
    ctg_set_bytes(bytes, count);
    if (!hooked_exit && atexit(ctg_restore) == 0) hooked_exit = 1;

    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = crashed;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_count; i++) {
        if (sigaction(crashes[i], &action, &crash_previous[i]) != 0) return -1;
    }
    atomic_store(&armed, 1);
    return 0;
}

void ctg_set_bytes(const char *bytes, size_t count) {
    if (count > sizeof leave_bytes) count = sizeof leave_bytes;
    leave_count = 0;  // a crash in between leaves the modes right and the screen as it is
    atomic_signal_fence(memory_order_seq_cst);
    memcpy(leave_bytes, bytes, count);
    atomic_signal_fence(memory_order_seq_cst);
    leave_count = count;
}

void ctg_disarm(void) {
    if (!atomic_exchange(&armed, 0)) return;
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &crash_previous[i], NULL);
}

// MARK: - Signals

static const int events[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGCONT, SIGTSTP};
enum { event_count = sizeof events / sizeof events[0] };

static struct sigaction event_previous[event_count];
static int event_hooked[event_count];
static int signal_ends[2] = {-1, -1};

static void arrived(int number) {
    int error = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe has woken the loop long ago; what does not fit is one of many of the same.
    ssize_t ignored = write(signal_ends[1], &byte, 1);
    (void)ignored;
    errno = error;
}

int ctg_signal_pipe(void) {
    if (signal_ends[0] >= 0) {
        errno = EBUSY;
        return -1;
    }
    if (ctg_pipe(signal_ends) != 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = arrived;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < event_count; i++) {
        int number = events[i];
        event_hooked[i] = 0;
        if (sigaction(number, NULL, &event_previous[i]) != 0) continue;
        // nohup, and shells without job control, have signals ignored on purpose.
        int wanted = number == SIGWINCH || number == SIGCONT || event_previous[i].sa_handler != SIG_IGN;
        if (wanted && sigaction(number, &action, NULL) == 0) event_hooked[i] = 1;
    }
    return signal_ends[0];
}

void ctg_signal_pipe_close(void) {
    if (signal_ends[0] < 0) return;
    for (int i = 0; i < event_count; i++) {
        if (event_hooked[i]) sigaction(events[i], &event_previous[i], NULL);
        event_hooked[i] = 0;
    }
    close(signal_ends[0]);
    close(signal_ends[1]);
    signal_ends[0] = signal_ends[1] = -1;
}

void ctg_stop(void) {
    struct sigaction standard, before;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigemptyset(&standard.sa_mask);
    if (sigaction(SIGTSTP, &standard, &before) != 0) return;
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

// MARK: - Descriptors

int ctg_pipe(int ends[2]) { return pipe2(ends, O_NONBLOCK | O_CLOEXEC); }

int ctg_window_size(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return -1;
    if (size.ws_col == 0 || size.ws_row == 0) {
        errno = ENOTTY;
        return -1;
    }
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int ctg_readable(int fd) {
    int count = 0;
    return ioctl(fd, FIONREAD, &count) == 0 ? count : -1;
}
