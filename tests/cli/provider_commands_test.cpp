// `gatepost providers` against a scripted daemon.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>

#include "cli/print_providers.h"
#include "cli/program.h"
#include "discovery/provider_table.h"
#include "scripted_server.h"

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* good = R"(<clientConfig version="1.1"><emailProvider id="corp.example">
    <domain>corp.example</domain><displayName>Corp &#252;</displayName>
    <incomingServer type="imap"><hostname>imap.corp.example</hostname><port>993</port>
    <socketType>SSL</socketType><username>%EMAILADDRESS%</username>
    <authentication>password-cleartext</authentication></incomingServer>
    </emailProvider></clientConfig>)";

class Providers : public testing::Test {
  protected:
    Providers() {
        std::string name = testing::TempDir() + "providersXXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~Providers() override { fs::remove_all(folder); }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
    }

    int run(const std::string& socket, Command command, bool as_json = false) {
        return cli::run(Invocation{socket, as_json, std::move(command)}, out, err);
    }

    fs::path folder;
    std::ostringstream out;
    std::ostringstream err;
};

TEST_F(Providers, AFolderBecomesATableThatTheDaemonCanRead) {
    write("corp.example.xml", good);
    write("odd.xml", "<clientConfig>");
    std::string request;
    ScriptedServer server("api.sock", [&](Peer& peer) {
        request = peer.read_until("}");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"tables\":[]}");
    });
    ASSERT_EQ(run(server.path(), ImportProviders{folder.string()}), 0) << err.str();
    EXPECT_THAT(request, StartsWith("PUT /v1/providers HTTP/1.1\r\n"));
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    const auto table =
        discovery::ProviderTable::parse(std::string(json::parse(body).at("text").as_string()));
    ASSERT_TRUE(table) << table.error().detail;
    EXPECT_EQ(table->by_domain("corp.example")->provider.name, "Corp \xC3\xBC");
    EXPECT_THAT(out.str(), AllOf(StartsWith("Imported 1 providers with 1 domains.\n"),
                                 ContainsRegex("odd.xml  skipped +It is no autoconfig file")));
}

TEST_F(Providers, WhatWasNotTakenIsToldToProgramsToo) {
    write("corp.example.xml", good);
    write("twice.xml", good);
    ScriptedServer server("api.sock", [&](Peer& peer) {
        peer.read_until("}");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
    ASSERT_EQ(run(server.path(), ImportProviders{folder.string()}, true), 0) << err.str();
    const json::value report = json::parse(out.str());
    EXPECT_EQ(report.at("providers"), 1);
    EXPECT_EQ(report.at("skipped").at(0).at("file"), "twice.xml");
}

TEST_F(Providers, NothingIsSentWhenThereIsNothingToImport) {
    write("odd.xml", "nothing");
    EXPECT_EQ(run("/nowhere/api.sock", ImportProviders{folder.string()}), 1);
    EXPECT_THAT(err.str(), AllOf(HasSubstr("no file in"), HasSubstr("odd.xml")));
    EXPECT_EQ(run("/nowhere/api.sock", ImportProviders{(folder / "none").string()}), 1);
    EXPECT_THAT(err.str(), HasSubstr("Cannot read"));
}

TEST_F(Providers, TheDaemonsRefusalIsTold) {
    write("corp.example.xml", good);
    ScriptedServer server("api.sock", [&](Peer& peer) {
        peer.read_until("}");
        const std::string body = R"({"type":"urn:gatepost:problem:operator-only","detail":"No."})";
        peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: " + std::to_string(body.size()) +
                  "\r\n\r\n" + body);
    });
    EXPECT_EQ(run(server.path(), ImportProviders{folder.string()}), 1);
    EXPECT_THAT(err.str(), HasSubstr("No."));
    EXPECT_EQ(out.str(), "");
}

TEST(ProviderTables, AreShownWithTheirAge) {
    std::ostringstream out;
    print_providers(out, json::parse(R"({"tables": [
        {"origin": "imported", "providers": 3, "domains": 12,
         "imported_at": "2026-11-20T01:02:03.000Z", "age_seconds": 432001},
        {"origin": "compiled in", "providers": 200, "domains": 1200}]})")
                             .as_object());
    EXPECT_THAT(out.str(),
                AllOf(ContainsRegex("imported +3 +12 +2026-11-20T01:02:03.000Z +5 days\n"),
                      ContainsRegex("compiled in +200 +1200")));
}

}  // namespace
}  // namespace gatepost::cli
