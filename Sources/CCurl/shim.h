// libcurl for Swift: its option setters are variadic, so each argument type has a door of its own.
#ifndef BASCULE_CCURL_SHIM_H
#define BASCULE_CCURL_SHIM_H

#include <curl/curl.h>

#endif
