#include "connector/account_index.h"

#include <algorithm>

namespace gatepost::connector {
namespace {

bool passes(const Entry& entry, const ListFilter& filter) {
    if (entry.record.application != filter.application) return false;
    if (!filter.after.empty() && entry.record.id <= filter.after) return false;
    if (filter.state && entry.status.state() != *filter.state) return false;
    return std::ranges::all_of(filter.labels, [&](const auto& label) {
        const auto found = entry.record.labels.find(label.first);
        return found != entry.record.labels.end() && found->second == label.second;
    });
}

}  // namespace

AccountIndex::Reservation::Reservation(AccountIndex& index, std::string id, Address address)
    : index_(&index), id_(std::move(id)), address_(std::move(address)) {}

AccountIndex::Reservation::Reservation(Reservation&& other) noexcept
    : index_(std::exchange(other.index_, nullptr)),
      id_(std::move(other.id_)),
      address_(std::move(other.address_)) {}

AccountIndex::Reservation::~Reservation() {
    if (index_ == nullptr) return;
    index_->reserved_ids_.erase(id_);
    if (index_->by_id_.contains(id_)) return;  // the account is there, and the address is its own
    const auto held = index_->by_address_.find(address_);
    if (held != index_->by_address_.end() && held->second == id_) index_->by_address_.erase(held);
}

Result<AccountIndex::Reservation> AccountIndex::reserve(std::string id, std::string application,
                                                        std::string email) {
    Address address(std::move(email), std::move(application));
    if (const std::string* holder = taken_by(id, address)) {
        return problem(ProblemKind::already_exists,
                       *holder == id ? "An account with the id " + id + " exists already."
                                     : address.first +
                                           " is connected already. Change or remove that account.")
            .with("account", *holder);
    }
    reserved_ids_.insert(id);
    by_address_.emplace(address, id);
    return Reservation(*this, std::move(id), std::move(address));
}

const std::string* AccountIndex::taken_by(const std::string& id, const Address& address) const {
    if (by_id_.contains(id) || reserved_ids_.contains(id)) return &id;
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &found->second;
}

Entry& AccountIndex::insert(vault::AccountRecord record, AccountStatus::Time now) {
    by_address_[Address(record.email, record.application)] = record.id;
    const std::string id = record.id;
    const AccountStatus status(record, now);
    return by_id_.insert_or_assign(id, Entry{std::move(record), status, ++incarnations_})
        .first->second;
}

void AccountIndex::erase(const std::string& id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    by_address_.erase(Address(found->second.record.email, found->second.record.application));
    by_id_.erase(found);
}

Entry* AccountIndex::find(std::string_view id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

const Entry* AccountIndex::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

std::vector<const Entry*> AccountIndex::find_by_email(std::string_view email) const {
    std::vector<const Entry*> entries;
    auto found = by_address_.lower_bound(Address(email, ""));
    for (; found != by_address_.end() && found->first.first == email; ++found) {
        // An address may be reserved for an account that is not there yet.
        if (const Entry* entry = find(found->second)) entries.push_back(entry);
    }
    return entries;
}

AccountIndex::Range AccountIndex::after(const std::string& id) const {
    return {id.empty() ? by_id_.begin() : by_id_.upper_bound(id), by_id_.end()};
}

AccountIndex::Range AccountIndex::only(const Address& address) const {
    const auto holder = by_address_.find(address);
    const auto entry = holder == by_address_.end() ? by_id_.end() : by_id_.find(holder->second);
    return {entry, entry == by_id_.end() ? entry : std::next(entry)};
}

std::vector<const Entry*> AccountIndex::all() const {
    std::vector<const Entry*> entries;
    entries.reserve(by_id_.size());
    for (const auto& [id, entry] : by_id_)
        entries.push_back(&entry);
    return entries;
}

AccountIndex::Page AccountIndex::page(const ListFilter& filter) const {
    // An address has one account at most, so there is no need to look at all of them.
    auto [entry, end] = filter.email.empty() ? after(filter.after)
                                             : only(Address(filter.email, filter.application));
    Page page;
    for (; entry != end; ++entry) {
        if (!passes(entry->second, filter)) continue;
        if (page.entries.size() == filter.limit) {
            page.more = true;
            break;
        }
        page.entries.push_back(&entry->second);
    }
    return page;
}

}  // namespace gatepost::connector
