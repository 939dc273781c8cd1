#include "net/egress.h"

#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using boost::asio::ip::make_address;

EgressPolicy policy(const std::vector<std::string>& allow = {}) {
    return *EgressPolicy::make(allow, {143, 993});
}

TEST(EgressPolicy, AllowsPublicUnicastAddresses) {
    for (const char* address : {
             "1.1.1.1",         "9.9.9.9",      "9.255.255.255",        "11.0.0.0",
             "100.63.255.255",  "100.128.0.0",  "126.255.255.255",      "128.0.0.0",
             "169.253.255.255", "169.255.0.0",  "172.15.255.255",       "172.32.0.0",
             "192.0.1.0",       "192.0.3.0",    "192.88.98.255",        "192.88.100.0",
             "192.167.255.255", "192.169.0.0",  "198.17.255.255",       "198.20.0.0",
             "198.51.99.255",   "198.51.101.0", "203.0.112.255",        "203.0.114.0",
             "223.255.255.255", "2001:200::1",  "2001:4860:4860::8888", "2001:db7:ffff::",
             "2001:db9::",      "2003::1",      "2606:4700:4700::1111", "3ffe:ffff::1",
             "3fff:1000::",     "2a00:1450::1",
         }) {
        EXPECT_TRUE(policy().allows(make_address(address))) << address;
    }
}

TEST(EgressPolicy, ForbidsSpecialPurposeAddresses) {
    for (const char* address : {
             "0.0.0.0",
             "0.255.255.255",
             "10.0.0.0",
             "10.255.255.255",
             "100.64.0.0",
             "100.127.255.255",
             "127.0.0.1",
             "127.255.255.255",
             "169.254.0.0",
             "169.254.169.254",
             "172.16.0.0",
             "172.31.255.255",
             "192.0.0.0",
             "192.0.0.255",
             "192.0.2.0",
             "192.0.2.255",
             "192.88.99.1",
             "192.168.0.0",
             "192.168.255.255",
             "198.18.0.0",
             "198.19.255.255",
             "198.51.100.0",
             "198.51.100.255",
             "203.0.113.0",
             "203.0.113.255",
             "224.0.0.1",
             "239.255.255.255",
             "240.0.0.0",
             "255.255.255.255",
             "::",
             "::1",
             "::2",
             "100::1",
             "64:ff9b:1::1",
             "1000::1",
             "2001::1",
             "2001:1::1",
             "2001:2::1",
             "2001:10::1",
             "2001:20::1",
             "2001:1ff:ffff::",
             "2001:db8::",
             "2001:db8:ffff::1",
             "3fff::1",
             "3fff:fff::1",
             "4000::1",
             "5f00::1",
             "fc00::1",
             "fdff::1",
             "fe80::1",
             "fe80::1%1",
             "febf::1",
             "fec0::1",
             "ff02::1",
             "ffff::1",
         }) {
        EXPECT_FALSE(policy().allows(make_address(address))) << address;
    }
}

TEST(EgressPolicy, JudgesAnIpv4AddressInsideAnIpv6OneItself) {
    for (const char* address : {"::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:0101:0101::1"}) {
        EXPECT_TRUE(policy().allows(make_address(address))) << address;
    }
    for (const char* address :
         {"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
          "64:ff9b::192.168.1.1", "2002:7f00:0001::1", "2002:0a00:0001::1", "2002:a9fe:a9fe::"}) {
        EXPECT_FALSE(policy().allows(make_address(address))) << address;
    }
}

TEST(EgressPolicy, AllowsWhatIsConfiguredBeyondThePublicInternet) {
    const EgressPolicy intranet = policy({"10.1.0.0/16", "127.0.0.9/32", "fd00:1::/32"});
    for (const char* address :
         {"10.1.0.0", "10.1.255.255", "127.0.0.9", "fd00:1::1", "::ffff:10.1.2.3", "1.1.1.1"}) {
        EXPECT_TRUE(intranet.allows(make_address(address))) << address;
    }
    for (const char* address :
         {"10.0.255.255", "10.2.0.0", "127.0.0.8", "127.0.0.10", "fd00:2::1", "::1"}) {
        EXPECT_FALSE(intranet.allows(make_address(address))) << address;
    }
}

TEST(EgressPolicy, AllIpv6AllowedOpensNoWayToIpv4) {
    const EgressPolicy all_v6 = policy({"::/0"});
    EXPECT_TRUE(all_v6.allows(make_address("::1")));
    EXPECT_FALSE(all_v6.allows(make_address("::ffff:127.0.0.1")));
    EXPECT_FALSE(all_v6.allows(make_address("64:ff9b::127.0.0.1")));
}

TEST(EgressPolicy, EverythingCanBeAllowed) {
    const EgressPolicy all = policy({"0.0.0.0/0", "::/0"});
    for (const char* address : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1"}) {
        EXPECT_TRUE(all.allows(make_address(address))) << address;
    }
}

TEST(EgressPolicy, NetworkThatCannotBeReadIsQuoted) {
    for (const char* network :
         {"", "/", "intranet", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
          "10.0.0/8", "10.0.0.0/8/8", " 10.0.0.0/8", "10.0.0.0/99999999999", "fd00::", "fd00::/129",
          "fd00::g/64", "fe80::%1/64", "[fd00::]/64", "example.com/24"}) {
        const auto made = EgressPolicy::make({"127.0.0.0/8", network}, {993});
        ASSERT_FALSE(made) << network;
        EXPECT_EQ(made.error().kind, ProblemKind::configuration);
        EXPECT_NE(made.error().detail.find("\"" + std::string(network) + "\""), std::string::npos)
            << made.error().detail;
    }
}

TEST(EgressPolicy, NetworkWithBitsBehindItsPrefixIsToldHowItShouldBeWritten) {
    const auto v4 = EgressPolicy::make({"10.1.2.3/8"}, {993});
    ASSERT_FALSE(v4);
    EXPECT_NE(v4.error().detail.find("10.0.0.0/8"), std::string::npos) << v4.error().detail;
    const auto v6 = EgressPolicy::make({"fd00::1/64"}, {993});
    ASSERT_FALSE(v6);
    EXPECT_NE(v6.error().detail.find("fd00::/64"), std::string::npos) << v6.error().detail;
}

TEST(EgressPolicy, OnlyConfiguredPortsAreForImap) {
    EXPECT_TRUE(policy().check_imap_port(143));
    EXPECT_TRUE(policy().check_imap_port(993));
    for (const std::uint16_t port : {0, 22, 25, 80, 443, 994, 65535}) {
        const auto checked = policy().check_imap_port(port);
        ASSERT_FALSE(checked) << port;
        EXPECT_EQ(checked.error().kind, ProblemKind::host_not_allowed);
        EXPECT_EQ(checked.error().fact("port"), std::to_string(port));
    }
}

TEST(EgressPolicy, PortThatIsRefusedIsNamedBesideThoseThatAreNot) {
    const auto checked = policy().check_imap_port(22);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().detail.find("Port 22 "), std::string::npos);
    EXPECT_NE(checked.error().detail.find("143 and 993"), std::string::npos);
    EXPECT_FALSE(EgressPolicy::make({}, {})->check_imap_port(993));
}

}  // namespace
}  // namespace gatepost::net
