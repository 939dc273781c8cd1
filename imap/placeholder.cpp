// Placeholder until the folder has its first source.
#include "imap/credential.h"
#include "imap/messages.h"
#include "imap/reactor.h"
#include "imap/session.h"
