// An account, and its mailboxes, as the API shows them. Pure.
#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include "connector/connector.h"

namespace gatepost::daemon {

boost::json::object to_json(const connector::Account& account);
/// {"accounts": […], "more": …}, and "next": what to send as `after`, when there are more.
boost::json::object to_json(const connector::AccountList& list);
/// {"mailboxes": […]}
boost::json::object to_json(const std::vector<imap::Mailbox>& mailboxes);

}  // namespace gatepost::daemon
