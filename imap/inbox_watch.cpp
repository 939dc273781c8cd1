#include "imap/inbox_watch.h"

#include <algorithm>
#include <charconv>

namespace gatepost::imap {
namespace {

// A flood of mail is one piece of news a second.
constexpr std::chrono::seconds quiet_time{1};

// RFC 3501 9, number and nz-number: 32 bits; nothing for what is none.
std::optional<std::uint32_t> number(std::string_view digits) {
    std::uint32_t value = 0;
    const char* begin = digits.data();
    const char* end = begin + digits.size();
    const auto read = std::from_chars(begin, end, value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

bool says(const Response& response, std::string_view keyword) {
    return response.kind == Response::Kind::data && equal_ignoring_case(response.keyword, keyword);
}

}  // namespace

void InboxWatch::examine() {
    found_ = State{};
}

void InboxWatch::examined() {
    if (!found_) return;
    const State found = *found_;
    found_.reset();
    if (seen_) {
        const bool both_know = found.uid_next != 0 && seen_->uid_next != 0;
        const bool is_another = found.uid_validity != seen_->uid_validity;
        const bool has_new =
            both_know ? found.uid_next > seen_->uid_next : found.exists > seen_->exists;
        if (is_another || has_new) {
            note(What::new_messages);
        } else if (found.exists < seen_->exists) {
            note(What::gone);
        }
    }
    seen_ = found;
}

void InboxWatch::hear(const Response& response) {
    if (found_) {
        describe(response);
    } else if (seen_) {
        follow(response);
    }
}

void InboxWatch::describe(const Response& response) {
    if (says(response, "EXISTS")) {
        found_->exists = number(response.number).value_or(0);
    } else if (equal_ignoring_case(response.code, "UIDNEXT")) {
        found_->uid_next = number(response.arguments).value_or(0);
    } else if (equal_ignoring_case(response.code, "UIDVALIDITY")) {
        found_->uid_validity = number(response.arguments).value_or(0);
    }
}

void InboxWatch::follow(const Response& response) {
    const auto told = number(response.number);
    if (!told) return;
    if (says(response, "EXISTS")) {
        if (*told > seen_->exists) {
            note(What::new_messages);
            // The least that it can be by now. Nobody tells while the mailbox is open.
            if (seen_->uid_next != 0) seen_->uid_next += *told - seen_->exists;
        } else if (*told < seen_->exists) {
            note(What::gone);
        }
        seen_->exists = *told;
    } else if (says(response, "EXPUNGE")) {
        if (seen_->exists > 0) --seen_->exists;
        note(What::gone);
    } else if (says(response, "FETCH")) {
        note(What::flags);
    }
}

// What matters most comes first in the list.
void InboxWatch::note(What what) {
    pending_ = pending_ ? std::min(*pending_, what) : what;
}

std::optional<InboxWatch::Change> InboxWatch::take(Time now) {
    if (!pending_ || now < quiet_until_) return std::nullopt;
    quiet_until_ = now + quiet_time;
    const Change change{*pending_, seen_->exists};
    pending_.reset();
    return change;
}

InboxWatch::Time InboxWatch::wake() const {
    return pending_ ? quiet_until_ : Time::max();
}

}  // namespace gatepost::imap
