// libyaml for Swift.
#ifndef BASCULE_CYAML_SHIM_H
#define BASCULE_CYAML_SHIM_H

#include <yaml.h>

#endif
