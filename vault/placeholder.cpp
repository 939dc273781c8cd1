// Placeholder until the folder has its first source.
#include "vault/vault.h"
