// The accounts in memory: found by id and by address, listed in the order of their ids, and the
// places that accounts which are just being connected have already taken. Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/account_status.h"
#include "connector/connector.h"

namespace gatepost::connector {

/// One account: what the vault keeps of it, and how it fares.
struct Entry {
    vault::AccountRecord record;
    AccountStatus status;
    /// Tells an account from an earlier one with the same id, across a wait.
    std::uint64_t incarnation = 0;
};

class AccountIndex {
  public:
    AccountIndex() = default;
    AccountIndex(const AccountIndex&) = delete;
    AccountIndex& operator=(const AccountIndex&) = delete;

    /// Keeps an id and an address for an account that is being connected, until it goes.
    class Reservation {
      public:
        Reservation(Reservation&& other) noexcept;
        Reservation& operator=(Reservation&&) = delete;
        Reservation(const Reservation&) = delete;
        Reservation& operator=(const Reservation&) = delete;
        ~Reservation();

      private:
        friend class AccountIndex;
        using Address = std::pair<std::string, std::string>;
        Reservation(AccountIndex& index, std::string id, Address address);

        AccountIndex* index_;
        std::string id_;
        Address address_;
    };

    /// Fails with already_exists, fact account, when the id or the address is taken or reserved.
    /// The index outlives the reservation.
    Result<Reservation> reserve(std::string id, std::string application, std::string email);

    /// Adds an account, whose id and address are free or reserved by the caller.
    Entry& insert(vault::AccountRecord record, AccountStatus::Time now);
    void erase(const std::string& id);

    /// Null when there is none. Valid until the account is erased.
    Entry* find(std::string_view id);
    [[nodiscard]] const Entry* find(std::string_view id) const;
    /// One at most for each application.
    [[nodiscard]] std::vector<const Entry*> find_by_email(std::string_view email) const;

    struct Page {
        std::vector<const Entry*> entries;
        bool more = false;
    };
    /// The accounts that pass the filter, in the order of their ids.
    [[nodiscard]] Page page(const ListFilter& filter) const;

    /// In the order of their ids.
    [[nodiscard]] std::vector<const Entry*> all() const;
    [[nodiscard]] std::size_t size() const { return by_id_.size(); }

  private:
    using Address = Reservation::Address;  ///< email and application

    using ById = std::map<std::string, Entry, std::less<>>;
    using Range = std::pair<ById::const_iterator, ById::const_iterator>;

    const std::string* taken_by(const std::string& id, const Address& address) const;
    [[nodiscard]] Range after(const std::string& id) const;
    [[nodiscard]] Range only(const Address& address) const;

    ById by_id_;
    std::map<Address, std::string> by_address_;  ///< whose it is: of accounts and reservations
    std::set<std::string> reserved_ids_;
    std::uint64_t incarnations_ = 0;
};

}  // namespace gatepost::connector
