// The provider tables, by the address's domain.
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

class ProvidersSource final : public Source {
  public:
    explicit ProvidersSource(const KnownProviders& known) : known_(known) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::providers; }
    [[nodiscard]] bool is_local() const override { return true; }
    [[nodiscard]] std::string asks(const Address&) const override { return "compiled in"; }

    boost::asio::awaitable<Evidence> ask(Address address, net::Deadline) override {
        const KnownProviders::Known known = known_.by_domain(address.domain);
        Evidence evidence;
        if (known.entry != nullptr) {
            evidence = evidence_of(*known.entry, address);
            evidence.from = known_.origin_of(known);
            if (evidence.oauth) evidence.oauth->from = evidence.from;
        } else {
            evidence.detail = address.domain + " is not among the " +
                              (known_.imported() ? "imported and " : "") + "compiled-in providers.";
        }
        co_return evidence;
    }

  private:
    const KnownProviders& known_;
};

}  // namespace

std::unique_ptr<Source> make_providers_source(const KnownProviders& known) {
    return std::make_unique<ProvidersSource>(known);
}

}  // namespace gatepost::discovery
