// The fixture of discovery's conversations: discovery with a played network, which answers when the
// test says so. No time passes.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <set>

#include "discovery/discovery.h"
#include "played_network.h"

namespace gatepost::discovery {

class Conversation : public testing::Test {
  protected:
    static constexpr const char* own_url =
        "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=alice%40example.com";
    static constexpr const char* well_known_url =
        "https://example.com/.well-known/autoconfig/mail/config-v1.1.xml";

    ~Conversation() override {
        cancel.emit(asio::cancellation_type::all);
        settle();
    }

    static constexpr const char* ispdb_url = "https://autoconfig.thunderbird.net/v1.1/example.com";

    static constexpr const char* pacc_url =
        "https://ua-auto-config.example.com/.well-known/user-agent-configuration.json";
    static constexpr const char* pacc_digest = "_ua-auto-config.example.com";

    static constexpr const char* autodiscover_json =
        "https://autodiscover.example.com/autodiscover/autodiscover.json/v1.0/alice%40example.com"
        "?Protocol=AutodiscoverV1";
    static constexpr const char* autodiscover_own =
        "POST https://example.com/autodiscover/autodiscover.xml";
    static constexpr const char* autodiscover_host =
        "POST https://autodiscover.example.com/autodiscover/autodiscover.xml";
    static constexpr const char* autodiscover_srv = "_autodiscover._tcp.example.com";

    /// The sources that outrank or follow the one in question say nothing, but for the questions
    /// that the test has answered already or leaves open.
    void ask(const std::string& address, DiscoveryOptions options = {}) {
        answer_the_rest();
        options.probe = probing;
        discovery = std::make_unique<Discovery>(dns, https, prober, options);
        asio::co_spawn(context, discovery->discover(*parse_address(address)),
                       asio::bind_cancellation_slot(
                           cancel.slot(), [this](std::exception_ptr thrown, Report result) {
                               ended = true;
                               if (!thrown) report = std::move(result);
                           }));
        settle();
    }

    void leave_open(const std::string& question) { open.insert(question); }

    void settle() {
        context.restart();
        context.poll();
    }

    void answer_page(const std::string& url, net::HttpResponse response) {
        if (response.url.empty()) response.url = url;
        https.pages.answer(url, std::move(response));
        settle();
    }

    void answer_file(const std::string& url, const std::string& host) {
        answer_page(url, {200, "text/xml", file(host), url, url.starts_with("https://"), {}});
    }

    void answer_not_found(const std::string& url) {
        answer_page(url, {404, "text/html", "", url, true, {}});
    }

    void answer_no_autoconfig() {
        answer_not_found(own_url);
        answer_not_found(well_known_url);
    }

    void answer_srv(const std::string& service, std::vector<net::SrvRecord> records,
                    bool authenticated = false, std::chrono::seconds ttl = {}) {
        dns.srvs.answer(service + "._tcp.example.com",
                        net::Answer<net::SrvRecord>{std::move(records), authenticated, ttl});
        settle();
    }

    void answer_no_srv() {
        answer_srv("_imaps", {});
        answer_srv("_imap", {});
    }

    void answer_mx(std::vector<net::MxRecord> records, bool authenticated = false,
                   std::chrono::seconds ttl = {}) {
        dns.mxs.answer("example.com",
                       net::Answer<net::MxRecord>{std::move(records), authenticated, ttl});
        settle();
    }

    static std::string file(const std::string& host) {
        return "<clientConfig><emailProvider id=\"example.com\"><domain>example.com</domain>"
               "<incomingServer type=\"imap\"><hostname>" +
               host +
               "</hostname><port>993</port><socketType>SSL</socketType>"
               "<username>%EMAILADDRESS%</username>"
               "<authentication>password-cleartext</authentication></incomingServer>"
               "</emailProvider></clientConfig>";
    }

    [[nodiscard]] const Evidence& evidence(SourceKind source) const {
        for (const Evidence& each : report->evidence) {
            if (each.source == source) return each;
        }
        throw std::logic_error("no evidence of the source");
    }

  private:
    void answer_the_rest() {
        for (const char* url :
             {ispdb_url, pacc_url, autodiscover_json, autodiscover_own, autodiscover_host}) {
            if (!open.contains(url)) answer_not_found(url);
        }
        if (!open.contains(autodiscover_srv)) {
            dns.srvs.answer(autodiscover_srv, net::Answer<net::SrvRecord>{});
        }
        if (!open.contains(pacc_digest)) dns.txts.answer(pacc_digest, net::Answer<std::string>{});
    }

    std::set<std::string> open;

  protected:
    asio::io_context context;
    PlayedResolver dns;
    PlayedHttps https;
    PlayedProber prober;
    bool probing = false;
    std::unique_ptr<Discovery> discovery;
    asio::cancellation_signal cancel;
    std::optional<Report> report;
    bool ended = false;
};

}  // namespace gatepost::discovery
