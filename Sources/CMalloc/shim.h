// mallopt(3), which Swift's Glibc module does not have.
#include <malloc.h>
