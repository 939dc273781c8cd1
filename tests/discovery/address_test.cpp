#include "discovery/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "discovery/domain.h"

namespace gatepost::discovery {
namespace {

using testing::HasSubstr;

struct Good {
    std::string typed;
    std::string text;
    std::string local;
    std::string domain;
};

class GoodAddress : public testing::TestWithParam<Good> {};

TEST_P(GoodAddress, IsBroughtIntoTheFormThatIsAskedFor) {
    const auto address = parse_address(GetParam().typed);
    ASSERT_TRUE(address) << address.error().detail;
    EXPECT_EQ(address->text, GetParam().text);
    EXPECT_EQ(address->local, GetParam().local);
    EXPECT_EQ(address->domain, GetParam().domain);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, GoodAddress,
    testing::Values(Good{"alice@example.com", "alice@example.com", "alice", "example.com"},
                    Good{" \talice@example.com\r\n", "alice@example.com", "alice", "example.com"},
                    Good{"Alice.B@Example.COM.", "Alice.B@example.com", "Alice.B", "example.com"},
                    Good{"a+tag%x/y=z@example.com", "a+tag%x/y=z@example.com", "a+tag%x/y=z",
                         "example.com"},
                    Good{"alice@b\xC3\xBC"
                         "cher.example",
                         "alice@xn--bcher-kva.example", "alice", "xn--bcher-kva.example"},
                    // Non-transitional: the sharp s stays itself (faß.de is not fass.de).
                    Good{"alice@fa\xC3\x9F.de", "alice@xn--fa-hia.de", "alice", "xn--fa-hia.de"},
                    Good{"alice@example\xE3\x80\x82"
                         "com",
                         "alice@example.com", "alice", "example.com"},
                    Good{"\xE5\xBC\xB5@example.com", "\xE5\xBC\xB5@example.com", "\xE5\xBC\xB5",
                         "example.com"}));

TEST(Address, HomographIsSeenForWhatItIsByItsALabel) {
    const auto address = parse_address("alice@\xD0\xB0pple.com");  // Cyrillic a
    ASSERT_TRUE(address);
    EXPECT_EQ(address->domain, "xn--pple-43d.com");
}

TEST(Address, LongestIsTakenAndOneMoreIsRefused) {
    const std::string local(64, 'a');
    const std::string label(60, 'b');
    // 64 + 1 + 3 * 61 + 6 = 254
    const std::string longest = local + "@" + label + "." + label + "." + label + ".abcdef";
    EXPECT_TRUE(parse_address(longest));
    EXPECT_FALSE(parse_address(longest + "g"));
    EXPECT_FALSE(parse_address("a" + std::string(64, 'a') + "@example.com"));
}

struct Bad {
    std::string typed;
    std::string why;
};

class BadAddress : public testing::TestWithParam<Bad> {};

TEST_P(BadAddress, IsRefusedWithTheRuleThatIsBroken) {
    const auto address = parse_address(GetParam().typed);
    ASSERT_FALSE(address);
    EXPECT_EQ(address.error().kind, ProblemKind::invalid_address);
    EXPECT_THAT(address.error().detail, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, BadAddress,
    testing::Values(
        Bad{"", "no @"}, Bad{"alice", "no @"}, Bad{"@example.com", "before the @"},
        Bad{"alice@", "no domain"}, Bad{"alice@[127.0.0.1]", "IP address"},
        Bad{"alice@[IPv6:::1]", "IP address"}, Bad{"alice@127.0.0.1", "full name"},
        Bad{"alice@127.1", "full name"}, Bad{"alice@2130706433", "full name"},
        Bad{"alice@0x7f.1", "full name"}, Bad{"alice@localhost", "full name"},
        Bad{"alice@a..b", "domain"}, Bad{"alice@-a.example", "domain"},
        Bad{"alice@a_b.example", "domain"}, Bad{"alice@exa!mple.com", "full name"},
        Bad{"alice@exa/mple.com", "full name"}, Bad{"alice@example.com:993", "full name"},
        Bad{"alice@b!\xC3\xBC.example", "domain"}, Bad{"alice@exa mple.com", "space"},
        Bad{"a b@example.com", "space"}, Bad{"a b\r\n@example.com", "space"},
        Bad{"al\tice@example.com", "space"}, Bad{std::string("al\0ice@example.com", 17), "control"},
        Bad{"al\x7Fice@example.com", "control"},
        Bad{"al\xE2\x80\xAEice@example.com", "invisible"},  // right-to-left override
        Bad{"al\xE2\x80\x8Bice@example.com", "invisible"},  // zero-width space
        Bad{"\"al ice\"@example.com", "space"}, Bad{"\"alice\"@example.com", "quoted"},
        Bad{"alice@home@example.com", "there: @"}, Bad{"al,ice@example.com", "there: ,"},
        Bad{"<alice@example.com>", "there: <"}, Bad{".alice@example.com", "dot"},
        Bad{"alice.@example.com", "dot"}, Bad{"al..ice@example.com", "dot"},
        Bad{"al\xFFice@example.com", "UTF-8"}, Bad{"al\xC0\xAFice@example.com", "UTF-8"},
        Bad{"al\xED\xA0\x80ice@example.com", "UTF-8"},  // a surrogate
        Bad{"alice@ex\xFF.com", "UTF-8"}, Bad{"alice@xn--a.example", "domain"},
        Bad{"alice@\xE2\x98\x83.example", "domain"},  // a symbol, which IDNA2008 does not have
        Bad{"alice@" + std::string(64, 'a') + ".example", "domain"},
        Bad{std::string(250, 'a') + "@autoconfig.example", "64 bytes"},
        Bad{std::string(64 * 1024, 'a'), "254"}));

TEST(OrganisationalDomain, IsWhatSomebodyRegistered) {
    EXPECT_EQ(organisational_domain("mail.example.co.uk"), "example.co.uk");
    EXPECT_EQ(organisational_domain("example.com"), "example.com");
    EXPECT_EQ(organisational_domain("a.b.example"), "b.example");
    EXPECT_EQ(organisational_domain("city.kawasaki.jp"), "city.kawasaki.jp");
}

TEST(OrganisationalDomain, IsNoneForAPublicSuffix) {
    for (const char* name : {"", "com", "co.uk", "example", "github.io"})
        EXPECT_EQ(organisational_domain(name), "") << name;
}

TEST(OrganisationalDomain, IsSharedByTheHostsOfOneOrganisationOnly) {
    EXPECT_TRUE(same_organisation("imap.example.com", "example.com"));
    EXPECT_TRUE(same_organisation("imap.example.com", "mail.example.com"));
    EXPECT_FALSE(same_organisation("imap.example.com", "example.org"));
    EXPECT_FALSE(same_organisation("notexample.com", "example.com"));
    EXPECT_FALSE(same_organisation("alice.github.io", "bob.github.io"));
    EXPECT_FALSE(same_organisation("evil.co.uk", "example.co.uk"));
}

}  // namespace
}  // namespace gatepost::discovery
