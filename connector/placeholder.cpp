// Placeholder until the folder has its first source.
#include "connector/connector.h"
