// librdkafka for Swift.
#ifndef BASCULE_CRDKAFKA_SHIM_H
#define BASCULE_CRDKAFKA_SHIM_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#endif
