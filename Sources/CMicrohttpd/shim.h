// libmicrohttpd for Swift: its start function is variadic.
#ifndef BASCULE_CMICROHTTPD_SHIM_H
#define BASCULE_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
