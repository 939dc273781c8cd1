// Placeholder until the folder has its first source.
#include "net/cares_resolver.h"
#include "net/deadline.h"
#include "net/dialer.h"
#include "net/egress.h"
#include "net/https.h"
#include "net/resolver.h"
#include "net/stream.h"
#include "net/tls.h"
