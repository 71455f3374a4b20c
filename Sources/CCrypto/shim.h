// libcrypto's digests and signatures for Swift.
#ifndef BASCULE_CCRYPTO_SHIM_H
#define BASCULE_CCRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#endif
