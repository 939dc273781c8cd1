// A database of providers that the operator believes: one autoconfig file for each domain.
#include "discovery/autoconfig_query.h"
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

class IspdbSource final : public Source {
  public:
    IspdbSource(net::HttpsClient& https, std::string url) : https_(https), url_(std::move(url)) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::ispdb; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return ispdb_place(url_, address.domain).url;
    }

    boost::asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        std::vector<AutoconfigPlace> places{ispdb_place(url_, address.domain)};
        Evidence evidence =
            co_await ask_autoconfig(https_, std::move(places), std::move(address), deadline);
        co_return evidence;
    }

  private:
    net::HttpsClient& https_;
    std::string url_;
};

}  // namespace

std::unique_ptr<Source> make_ispdb_source(net::HttpsClient& https, std::string ispdb_url) {
    return std::make_unique<IspdbSource>(https, std::move(ispdb_url));
}

}  // namespace gatepost::discovery
