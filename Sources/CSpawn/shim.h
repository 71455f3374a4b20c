// Starting programs: what glibc declares with _GNU_SOURCE only, which Swift's Glibc module does not set.
#ifndef BASCULE_CSPAWN_SHIM_H
#define BASCULE_CSPAWN_SHIM_H

#include <spawn.h>

// glibc 2.34 and newer: closes every descriptor from this one on in the new program.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

#endif
