// libcrypto's digests for Swift.
#ifndef BASCULE_CCRYPTO_SHIM_H
#define BASCULE_CCRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
