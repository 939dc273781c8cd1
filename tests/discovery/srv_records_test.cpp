#include "discovery/srv_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Address alice() {
    return *parse_address("alice@example.co.uk");
}

std::vector<std::string> targets(const std::vector<net::SrvRecord>& records) {
    std::vector<std::string> found;
    for (const net::SrvRecord& record : records)
        found.push_back(record.target);
    return found;
}

std::vector<Candidate> candidates(std::vector<net::SrvRecord> records, bool authenticated = false,
                                  bool trust_ad = false) {
    net::Answer<net::SrvRecord> answer;
    answer.records = std::move(records);
    answer.authenticated = authenticated;
    return srv_candidates(answer, Security::tls, alice(), trust_ad);
}

bool is_proven(const std::string& target, bool authenticated = false, bool trust_ad = false) {
    return candidates({{0, 1, 993, target}}, authenticated, trust_ad).front().proven;
}

TEST(SrvOrder, IsByPriorityThenByWeight) {
    EXPECT_THAT(
        targets(in_order(
            {{20, 90, 993, "d"}, {10, 0, 993, "a"}, {10, 60, 993, "b"}, {10, 40, 993, "c"}})),
        ElementsAre("b", "c", "a", "d"));
}

TEST(SrvOrder, IsTheSameForTheSameRecords) {
    const std::vector<net::SrvRecord> one{{0, 1, 993, "b"}, {0, 1, 993, "a"}};
    const std::vector<net::SrvRecord> other{{0, 1, 993, "a"}, {0, 1, 993, "b"}};
    EXPECT_EQ(targets(in_order(one)), targets(in_order(other)));
}

TEST(SrvRecords, RootAsTheOnlyTargetSaysNotOffered) {
    EXPECT_TRUE(says_not_offered({{0, 0, 0, ""}}));
    EXPECT_TRUE(says_not_offered({{0, 0, 0, "."}}));
    EXPECT_FALSE(says_not_offered({}));
    EXPECT_FALSE(says_not_offered({{0, 0, 993, "imap.example.com"}}));
}

TEST(SrvRecords, NameTheServerAndTheAddressIsTheUsername) {
    const auto found = candidates({{0, 1, 1993, "IMAP.Example.CO.UK."}});
    const Settings expected{
        "imap.example.co.uk", 1993, Security::tls, "alice@example.co.uk", {AuthMethod::password}};
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].settings, expected);
}

TEST(SrvRecords, ThatNameNoHostOrNoPortAreLeftOut) {
    EXPECT_THAT(candidates({{0, 0, 0, ""},
                            {0, 0, 0, "imap.example.co.uk"},
                            {0, 0, 993, "127.0.0.1"},
                            {0, 0, 993, "localhost"}}),
                IsEmpty());
}

TEST(SrvRecords, AreProvenWithinTheOrganisationalDomainOnly) {
    EXPECT_TRUE(is_proven("imap.example.co.uk"));
    EXPECT_TRUE(is_proven("example.co.uk"));
    EXPECT_FALSE(is_proven("imap.attacker.co.uk"));
    EXPECT_FALSE(is_proven("imap.example.com"));
    EXPECT_FALSE(is_proven("imap.notexample.co.uk"));
    EXPECT_FALSE(is_proven("imap.gmail.com"));
}

TEST(SrvRecords, AreProvenByDnssecOnlyWhenTheResolverIsTrusted) {
    EXPECT_TRUE(is_proven("imap.hoster.net", true, true));
    EXPECT_FALSE(is_proven("imap.hoster.net", true, false));
    EXPECT_FALSE(is_proven("imap.hoster.net", false, true));
}

TEST(SrvRecords, AreBounded) {
    const std::vector<net::SrvRecord> many(1000, {0, 1, 993, "imap.example.co.uk"});
    EXPECT_EQ(candidates(many).size(), 16U);
}

}  // namespace
}  // namespace gatepost::discovery
