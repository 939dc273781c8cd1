// Placeholder until the folder has its first source.
#include "discovery/address.h"
#include "discovery/discovery.h"
#include "discovery/report.h"
#include "discovery/source.h"
