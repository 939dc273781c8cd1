// From files in Thunderbird's form, of which each is about one provider (as ISPDB has them), to the
// provider table's text form. Pure. Fed with the files of a folder that an operator names; whoever
// uses the text reads it as it would read anybody's.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "discovery/known_providers.h"

namespace gatepost::discovery {

class ProviderImport {
  public:
    /// Adds the file's provider (several, where its servers are named after the domains), and says
    /// for people what of it was left out. A name that an earlier file had stays that file's.
    /// Fails, and adds nothing, with protocol_violation when the text is no autoconfig file, with
    /// not_found when it names no domain, or no IMAP server that the table could have, and with
    /// too_large when the text would be larger than max_imported_bytes.
    Result<std::vector<std::string>> add(std::string_view xml);

    [[nodiscard]] std::size_t providers() const { return providers_; }
    [[nodiscard]] std::size_t domains() const { return domains_; }
    /// What ProviderTable::parse() reads, in the order in which it was added.
    [[nodiscard]] std::string text() const;

  private:
    struct Names {
        std::set<std::string> domains, mx, oauth;
    };

    /// All of them, or none.
    Result<void> take(const std::vector<ProviderEntry>& entries);

    std::string text_;
    Names taken_;
    std::size_t providers_ = 0;
    std::size_t domains_ = 0;
};

}  // namespace gatepost::discovery
