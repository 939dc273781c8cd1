// The domain's own autoconfig file.
#include "discovery/autoconfig_query.h"
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

class AutoconfigSource final : public Source {
  public:
    AutoconfigSource(net::HttpsClient& https, bool plain_http)
        : https_(https), plain_http_(plain_http) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::autoconfig; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return autoconfig_places(address.domain, address, false).front().url;
    }

    boost::asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        std::vector<AutoconfigPlace> places =
            autoconfig_places(address.domain, address, plain_http_);
        Evidence evidence =
            co_await ask_autoconfig(https_, std::move(places), std::move(address), deadline);
        co_return evidence;
    }

  private:
    net::HttpsClient& https_;
    bool plain_http_;
};

}  // namespace

std::unique_ptr<Source> make_autoconfig_source(net::HttpsClient& https, bool plain_http) {
    return std::make_unique<AutoconfigSource>(https, plain_http);
}

}  // namespace gatepost::discovery
