// The provider tables that are believed: one that an operator has imported, for the names that it
// has, and the compiled-in one for all others. Belongs to one executor, as the discovery does whose
// sources ask it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "discovery/provider_table.h"

namespace gatepost::discovery {

/// The text of an imported table at most. ISPDB's 162 files make 60 KiB of it.
inline constexpr std::size_t max_imported_bytes = 1024 * 1024;

struct ImportedProviders {
    ProviderTable table;
    std::chrono::system_clock::time_point at;  ///< when the operator imported it
};

/// Reads the text form as whoever imports it wrote it. Fails with bad_request, naming the line,
/// and with too_large beyond max_imported_bytes.
Result<std::shared_ptr<const ImportedProviders>> read_imported(
    std::string_view text, std::chrono::system_clock::time_point at);

class KnownProviders {
  public:
    /// Believes this table from now on; null: only the compiled-in one. Ends the validity of every
    /// entry that was found before.
    void use(std::shared_ptr<const ImportedProviders> imported);
    [[nodiscard]] const std::shared_ptr<const ImportedProviders>& imported() const {
        return imported_;
    }

    struct Known {
        const ProviderEntry* entry = nullptr;
        bool is_imported = false;
    };
    [[nodiscard]] Known by_domain(std::string_view domain) const;
    /// By the longest name of both tables that the host is at or below; where both have the same
    /// one, it is the imported table's.
    [[nodiscard]] Known by_mx(std::string_view host) const;
    [[nodiscard]] const SecurityGateway* gateway_by_mx(std::string_view host) const;

    /// Where that is known from, for people: "compiled in", or "imported 2026-11-25" (in UTC).
    [[nodiscard]] std::string origin_of(const Known& known) const;

  private:
    const ProviderTable& compiled_in_ = ProviderTable::compiled_in();
    std::shared_ptr<const ImportedProviders> imported_;
};

}  // namespace gatepost::discovery
