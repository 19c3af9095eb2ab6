/* Only the functions that take a context: the others share one between all threads. */
#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
