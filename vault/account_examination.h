// A look at every account there is: is its row as it was written, does its data key open, does its
// credential. In pieces, so that the log can be emptied in between. Belongs to its connection's
// thread.
#pragma once

#include <cstdint>
#include <vector>

#include "vault/check_report.h"
#include "vault/tables.h"

namespace gatepost::vault {

class AccountExamination {
  public:
    /// All outlive it. The keys are those that the credentials are to open with.
    AccountExamination(Tables& tables, const KeyRing& keys);

    /// Looks at some more accounts. False: those were all. Fails where the disk does; after a
    /// failure there is no more to be had.
    Result<bool> go_on();

    [[nodiscard]] std::uint64_t accounts() const { return accounts_; }
    [[nodiscard]] const std::vector<DamagedRecord>& damaged() const { return damaged_; }

  private:
    /// One piece; answers how many rows it had.
    Result<std::int64_t> examine_piece();
    void examine_row(const Rows& rows);
    /// Begins anew, one by one, where a page that does not read lies in the way.
    Result<void> examine_around_damage();

    Tables& tables_;
    const KeyRing& keys_;
    Statement select_;
    std::int64_t last_row_;
    std::uint64_t accounts_ = 0;
    std::vector<DamagedRecord> damaged_;
};

}  // namespace gatepost::vault
