#include "net/dns_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using boost::asio::ip::make_address;

TEST(DnsServers, AreReadWithAndWithoutPort) {
    const std::pair<const char*, DnsServer> cases[] = {
        {"9.9.9.9", {make_address("9.9.9.9"), 53}},
        {"127.0.0.1:5301", {make_address("127.0.0.1"), 5301}},
        {"::1", {make_address("::1"), 53}},
        {"[::1]", {make_address("::1"), 53}},
        {"[2620:fe::fe]:5353", {make_address("2620:fe::fe"), 5353}},
    };
    for (const auto& [text, server] : cases) {
        const auto read = read_dns_server(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(*read, server) << text;
    }
}

TEST(DnsServers, ThatCannotBeReadAreQuoted) {
    for (const char* text :
         {"", ":", ":53", "dns.example.com", "dns.example.com:53", "127.0.0.1:", "127.0.0.1:0",
          "127.0.0.1:65536", "127.0.0.1:5x", "127.0.0.1:-1", "127.1", "[::1", "[::1]53",
          "[::1]:", "[127.0.0.1]:53", "::1]:53", "fe80::1%1", "127.0.0.1,9.9.9.9", " 9.9.9.9"}) {
        const auto read = read_dns_servers({"9.9.9.9", text});
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, ProblemKind::configuration);
        EXPECT_THAT(read.error().detail, testing::HasSubstr("\"" + std::string(text) + "\""));
    }
}

}  // namespace
}  // namespace gatepost::net
