#include "net/dns_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns_messages.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::make_address;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<Answer<address>> addresses(const DnsAnswer& answer) {
    return read_addresses(answer.bytes(), answer.name);
}

DnsAnswer answer_with(std::vector<DnsRecord> records) {
    DnsAnswer answer;
    answer.records = std::move(records);
    return answer;
}

std::vector<std::string> texts(const Answer<address>& answer) {
    std::vector<std::string> result;
    for (const address& one : answer.records)
        result.push_back(one.to_string());
    return result;
}

std::vector<std::string> hosts(const Answer<MxRecord>& answer) {
    std::vector<std::string> result;
    for (const MxRecord& record : answer.records)
        result.push_back(record.host);
    return result;
}

template <class T>
void expect_malformed(const Result<Answer<T>>& answer) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ProblemKind::cannot_connect);
    EXPECT_EQ(answer.error().fact("reason"), "dns");
    EXPECT_THAT(answer.error().detail, HasSubstr("malformed"));
}

TEST(DnsAnswer, AddressesAreReadInTheirOrder) {
    const auto answer = addresses(
        answer_with({a_record("example.com", "192.0.2.2"), a_record("example.com", "192.0.2.1"),
                     aaaa_record("example.com", "2001:db8::1")}));
    ASSERT_TRUE(answer);
    EXPECT_THAT(texts(*answer), ElementsAre("192.0.2.2", "192.0.2.1", "2001:db8::1"));
    EXPECT_FALSE(answer->authenticated);
    EXPECT_EQ(answer->ttl, std::chrono::seconds(300));
}

TEST(DnsAnswer, AuthenticatedIsTheAdBit) {
    DnsAnswer answer = answer_with({a_record("example.com", "192.0.2.1")});
    answer.authenticated = true;
    EXPECT_TRUE(addresses(answer)->authenticated);
}

TEST(DnsAnswer, TtlIsTheSmallestOnTheWay) {
    DnsAnswer answer = answer_with({cname_record("example.com", "www.example.com"),
                                    a_record("www.example.com", "192.0.2.1"),
                                    a_record("www.example.com", "192.0.2.2")});
    answer.records[1].ttl = 200;
    EXPECT_EQ(addresses(answer)->ttl, std::chrono::seconds(200));
    answer.records[0].ttl = 100;
    EXPECT_EQ(addresses(answer)->ttl, std::chrono::seconds(100));
    answer.records[2].ttl = 0xffffffff;
    EXPECT_EQ(addresses(answer)->ttl, std::chrono::seconds(100));
}

TEST(DnsAnswer, TtlWithTheHighestBitIsZero) {
    DnsAnswer answer = answer_with({a_record("example.com", "192.0.2.1")});
    answer.records[0].ttl = 0x80000000;
    EXPECT_EQ(addresses(answer)->ttl, std::chrono::seconds(0));
}

TEST(DnsAnswer, NameThatDoesNotExistIsAnEmptyAnswer) {
    DnsAnswer answer;
    answer.code = 3;
    ASSERT_TRUE(addresses(answer));
    EXPECT_THAT(addresses(answer)->records, IsEmpty());
    EXPECT_EQ(addresses(answer)->ttl, std::chrono::seconds(0));
}

TEST(DnsAnswer, TypeThatDoesNotExistIsAnEmptyAnswer) {
    ASSERT_TRUE(addresses(DnsAnswer{}));
    EXPECT_THAT(addresses(DnsAnswer{})->records, IsEmpty());
}

TEST(DnsAnswer, RefusalOfTheServerIsToldByItsName) {
    const std::pair<int, const char*> codes[] = {
        {1, "FORMERR"}, {2, "SERVFAIL"}, {4, "NOTIMP"}, {5, "REFUSED"}, {9, "code 9"}};
    for (const auto& [code, name] : codes) {
        DnsAnswer answer = answer_with({a_record("example.com", "192.0.2.1")});
        answer.code = code;
        const auto read = addresses(answer);
        ASSERT_FALSE(read) << name;
        EXPECT_EQ(read.error().kind, ProblemKind::cannot_connect);
        EXPECT_EQ(read.error().fact("reason"), "dns");
        EXPECT_EQ(read.error().fact("host"), "example.com");
        EXPECT_THAT(read.error().detail, HasSubstr(name));
        EXPECT_THAT(read.error().detail, HasSubstr("example.com"));
    }
}

TEST(DnsAnswer, AliasesAreFollowedInAnyOrderAndCase) {
    const auto answer = addresses(answer_with({a_record("C.example.NET", "192.0.2.3"),
                                               cname_record("b.example.net", "c.EXAMPLE.net"),
                                               cname_record("Example.Com", "B.example.net")}));
    ASSERT_TRUE(answer);
    EXPECT_THAT(texts(*answer), ElementsAre("192.0.2.3"));
}

TEST(DnsAnswer, RecordsOfOtherNamesDoNotCount) {
    const auto answer = addresses(answer_with({a_record("attacker.example", "192.0.2.66"),
                                               a_record("example.com", "192.0.2.1"),
                                               a_record("www.example.com", "192.0.2.67"),
                                               cname_record("other.example", "attacker.example")}));
    ASSERT_TRUE(answer);
    EXPECT_THAT(texts(*answer), ElementsAre("192.0.2.1"));
}

TEST(DnsAnswer, AliasThatLeadsNowhereIsAnEmptyAnswer) {
    const auto answer = addresses(answer_with({cname_record("example.com", "gone.example.com")}));
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->records, IsEmpty());
}

TEST(DnsAnswer, CircleOfAliasesIsMalformed) {
    expect_malformed(addresses(answer_with({cname_record("example.com", "example.com")})));
    expect_malformed(addresses(answer_with({cname_record("example.com", "b.example.com"),
                                            cname_record("b.example.com", "c.example.com"),
                                            cname_record("c.example.com", "b.example.com"),
                                            a_record("c.example.com", "192.0.2.1")})));
}

TEST(DnsAnswer, LongChainOfAliasesIsMalformed) {
    DnsAnswer answer = answer_with({a_record("h40.example.com", "192.0.2.1")});
    answer.name = "h0.example.com";
    for (int i = 0; i < 40; ++i) {
        answer.records.push_back(cname_record("h" + std::to_string(i) + ".example.com",
                                              "h" + std::to_string(i + 1) + ".example.com"));
    }
    expect_malformed(addresses(answer));
}

TEST(DnsAnswer, RecordsAreBounded) {
    DnsAnswer answer;
    for (int i = 0; i < 2000; ++i)
        answer.records.push_back(a_record("example.com", "192.0.2.1"));
    ASSERT_TRUE(addresses(answer));
    EXPECT_EQ(addresses(answer)->records.size(), 100U);
}

TEST(DnsAnswer, AddressOfTheWrongLengthIsLeftOut) {
    const auto answer = addresses(answer_with({{"example.com", a, {192, 0, 2}},
                                               {"example.com", a, {192, 0, 2, 1, 1}},
                                               {"example.com", aaaa, {192, 0, 2, 1}},
                                               {"example.com", a, {}},
                                               a_record("example.com", "192.0.2.1")}));
    ASSERT_TRUE(answer);
    EXPECT_THAT(texts(*answer), ElementsAre("192.0.2.1"));
}

TEST(DnsAnswer, MxHostsAreLowerCaseAndChecked) {
    DnsAnswer answer = answer_with({
        mx_record("example.com", 10, "MX1.Example.COM"),
        mx_record("example.com", 20, "127.0.0.1"),
        mx_record("example.com", 20, "localhost"),
        mx_record("example.com", 20, "a b.example.com"),
        {"example.com", mx, dns_number(20) + Bytes{3, 'a', '.', 'b', 3, 'c', 'o', 'm', 0}},
        {"example.com", mx, dns_number(20) + Bytes{3, 'a', 0, 'b', 3, 'c', 'o', 'm', 0}},
        {"example.com", mx, dns_number(20)},
        {"example.com", mx, {}},
        {"example.com", mx, dns_number(20) + dns_name("mx.example.com") + Bytes{0}},
        mx_record("example.com", 30, "mx2.example.com"),
    });
    const auto read = read_mx(answer.bytes(), answer.name);
    ASSERT_TRUE(read);
    EXPECT_THAT(hosts(*read), ElementsAre("mx1.example.com", "mx2.example.com"));
    EXPECT_EQ(read->records[0].preference, 10);
    EXPECT_EQ(read->records[1].preference, 30);
}

TEST(DnsAnswer, NullMxHasNoHost) {
    const DnsAnswer answer = answer_with({mx_record("example.com", 0, "")});
    const auto read = read_mx(answer.bytes(), answer.name);
    ASSERT_TRUE(read);
    EXPECT_THAT(hosts(*read), ElementsAre(""));
}

TEST(DnsAnswer, SrvRecordsAreRead) {
    const std::string name = "_imaps._tcp.example.com";
    DnsAnswer answer = answer_with({srv_record(name, 993, "IMAP.example.com"),
                                    srv_record(name, 0, ""),
                                    {name, srv, dns_number(1)}});
    answer.name = name;
    const auto read = read_srv(answer.bytes(), answer.name);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->records.size(), 2U);
    EXPECT_EQ(read->records[0].priority, 1);
    EXPECT_EQ(read->records[0].weight, 2);
    EXPECT_EQ(read->records[0].port, 993);
    EXPECT_EQ(read->records[0].target, "imap.example.com");
    EXPECT_EQ(read->records[1].target, "");
}

TEST(DnsAnswer, StringsOfATxtRecordAreJoined) {
    const DnsAnswer answer = answer_with({{"example.com", txt, {3, 'v', '=', '1', 0, 2, ';', ' '}},
                                          {"example.com", txt, {5, 'c', 'u', 't'}},
                                          {"example.com", txt, {}}});
    const auto read = read_txt(answer.bytes(), answer.name);
    ASSERT_TRUE(read);
    EXPECT_THAT(read->records, ElementsAre("v=1; ", ""));
}

TEST(DnsAnswer, MessageCutAnywhereIsMalformed) {
    const Bytes whole = answer_with({cname_record("example.com", "www.example.com"),
                                     a_record("www.example.com", "192.0.2.1"),
                                     aaaa_record("www.example.com", "2001:db8::1")})
                            .bytes();
    ASSERT_TRUE(read_addresses(whole, "example.com"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        expect_malformed(read_addresses(DnsMessage(whole).first(size), "example.com"));
    }
}

TEST(DnsAnswer, BytesBehindTheMessageAreMalformed) {
    Bytes bytes = answer_with({a_record("example.com", "192.0.2.1")}).bytes();
    bytes.push_back(0);
    expect_malformed(read_addresses(bytes, "example.com"));
}

TEST(DnsAnswer, QueryIsNoAnswer) {
    Bytes bytes = answer_with({a_record("example.com", "192.0.2.1")}).bytes();
    bytes[2] = static_cast<unsigned char>(bytes[2] & 0x7f);
    expect_malformed(read_addresses(bytes, "example.com"));
}

TEST(DnsAnswer, CompressionThatPointsAtItselfIsLeftOut) {
    DnsAnswer answer = answer_with({{"example.com", mx, dns_number(10) + Bytes{0xc0, 0}}});
    const std::size_t at = answer.bytes().size() - 2;
    answer.records[0].data[3] = static_cast<unsigned char>(at);
    answer.records.push_back(mx_record("example.com", 20, "mx.example.com"));
    const auto read = read_mx(answer.bytes(), answer.name);
    ASSERT_TRUE(read);
    EXPECT_THAT(hosts(*read), ElementsAre("mx.example.com"));
}

// Whatever byte is changed, the answer is read or refused; sanitizers watch.
TEST(DnsAnswer, AnyByteMayBeAnything) {
    const Bytes whole = answer_with({cname_record("example.com", "www.example.com"),
                                     mx_record("www.example.com", 10, "mx.example.com"),
                                     srv_record("www.example.com", 993, "imap.example.com"),
                                     a_record("www.example.com", "192.0.2.1"),
                                     {"www.example.com", txt, {3, 'a', 'b', 'c'}}})
                            .bytes();
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const unsigned char value : {0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff}) {
            Bytes bytes = whole;
            bytes[at] = value;
            for (const bool failed :
                 {!read_addresses(bytes, "example.com"), !read_mx(bytes, "example.com"),
                  !read_srv(bytes, "example.com"), !read_txt(bytes, "example.com")}) {
                refused += failed ? 1 : 0;
            }
        }
    }
    EXPECT_GT(refused, 0);
}

// ---- Both families together.

Result<Answer<address>> answer_of(std::vector<std::string> addresses, int ttl = 300) {
    Answer<address> answer;
    for (const auto& text : addresses)
        answer.records.push_back(make_address(text));
    answer.ttl = std::chrono::seconds(ttl);
    answer.authenticated = true;
    return answer;
}

const Result<Answer<address>> failed = dns_problem("example.com", "no DNS server answers.");

TEST(BothFamilies, AreOneAnswerWithAaaaFirst) {
    const auto both = combine(answer_of({"2001:db8::1"}, 200), answer_of({"192.0.2.1"}, 100));
    ASSERT_TRUE(both);
    EXPECT_THAT(texts(*both), ElementsAre("2001:db8::1", "192.0.2.1"));
    EXPECT_EQ(both->ttl, std::chrono::seconds(100));
    EXPECT_TRUE(both->authenticated);
}

TEST(BothFamilies, OneWithoutRecordsLeavesTheOthers) {
    EXPECT_THAT(texts(*combine(answer_of({}, 0), answer_of({"192.0.2.1"}))),
                ElementsAre("192.0.2.1"));
    EXPECT_EQ(combine(answer_of({}, 0), answer_of({"192.0.2.1"}))->ttl, std::chrono::seconds(300));
    EXPECT_EQ(combine(answer_of({"2001:db8::1"}), answer_of({}, 0))->ttl,
              std::chrono::seconds(300));
    EXPECT_THAT(combine(answer_of({}, 0), answer_of({}, 0))->records, IsEmpty());
}

TEST(BothFamilies, OneThatFailedDoesNotFailTheOthersRecords) {
    EXPECT_THAT(texts(*combine(failed, answer_of({"192.0.2.1"}))), ElementsAre("192.0.2.1"));
    EXPECT_THAT(texts(*combine(answer_of({"2001:db8::1"}), failed)), ElementsAre("2001:db8::1"));
}

TEST(BothFamilies, OneThatFailedBesideNoRecordsMayHaveHadSome) {
    EXPECT_FALSE(combine(failed, answer_of({})));
    EXPECT_FALSE(combine(answer_of({}), failed));
    EXPECT_FALSE(combine(failed, failed));
}

TEST(BothFamilies, AreAuthenticatedOnlyTogether) {
    auto unsigned_answer = answer_of({"192.0.2.1"});
    unsigned_answer->authenticated = false;
    EXPECT_FALSE(combine(answer_of({"2001:db8::1"}), unsigned_answer)->authenticated);
}

}  // namespace
}  // namespace gatepost::net
