// What the guard lets through, and what libetpan makes of it.
#include "imap/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imap/etpan_parser.h"

namespace gatepost::imap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Capabilities parse_capabilities(std::string_view words) {
    EtpanParser parser;
    auto capabilities = parser.capabilities(admit_capabilities(words));
    if (!capabilities) ADD_FAILURE() << "libetpan does not take " << words;
    return capabilities ? *capabilities : Capabilities();
}

std::optional<Mailbox> parse_mailbox(const std::string& response) {
    const auto admitted = admit_mailbox(response);
    if (!admitted) return std::nullopt;
    EtpanParser parser;
    auto mailbox = parser.mailbox(*admitted);
    if (!mailbox) ADD_FAILURE() << "libetpan does not take " << *admitted;
    return mailbox ? std::optional(*mailbox) : std::nullopt;
}

TEST(Guard, CapabilitiesPassAsTheyAre) {
    EXPECT_THAT(parse_capabilities("IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 LITERAL+ "
                                   "STATUS=SIZE X-GM-EXT-1 QUOTA=RES-STORAGE I18NLEVEL=1"),
                ElementsAre("IMAP4REV1", "SASL-IR", "AUTH=PLAIN", "AUTH=XOAUTH2", "LITERAL+",
                            "STATUS=SIZE", "X-GM-EXT-1", "QUOTA=RES-STORAGE", "I18NLEVEL=1"));
}

TEST(Guard, NoCapabilitiesAreAnEmptyList) {
    EXPECT_THAT(parse_capabilities(""), IsEmpty());
    EXPECT_THAT(parse_capabilities("   "), IsEmpty());
}

TEST(Guard, WordsThatNameNoCapabilityAreLeftOut) {
    EXPECT_THAT(parse_capabilities("A (B) \"C\" {3} D\\ E% F* G] \x80 \x01 AUTH= auth= H"),
                ElementsAre("A", "H"));
    EXPECT_THAT(parse_capabilities(std::string(65, 'A') + " B"), ElementsAre("B"));
}

TEST(Guard, AHundredThousandCapabilitiesAreCutH4) {
    std::string words;
    for (int i = 0; i < 100'000; ++i)
        words += "X" + std::to_string(i) + " ";
    EXPECT_THAT(parse_capabilities(words), SizeIs(256));
}

struct ListCase {
    const char* response;
    const char* name;
    char delimiter;
    std::vector<std::string> flags;
};

class ListResponses : public testing::TestWithParam<ListCase> {};

TEST_P(ListResponses, AreUnderstood) {
    const auto mailbox = parse_mailbox(GetParam().response);
    ASSERT_TRUE(mailbox) << GetParam().response;
    EXPECT_EQ(mailbox->name, GetParam().name);
    EXPECT_EQ(mailbox->delimiter, GetParam().delimiter);
    EXPECT_THAT(mailbox->flags, testing::UnorderedElementsAreArray(GetParam().flags));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ListResponses,
    testing::Values(ListCase{"* LIST () \"/\" INBOX\r\n", "INBOX", '/', {}},
                    ListCase{"* list () nil inbox.a\r\n", "inbox.a", 0, {}},
                    ListCase{"* LIST () \"\" flat\r\n", "flat", 0, {}},
                    ListCase{"* LIST (\\HasNoChildren \\Sent) \".\" \"Sent Mail\"\r\n",
                             "Sent Mail",
                             '.',
                             {"\\HasNoChildren", "\\Sent"}},
                    ListCase{"* LIST (\\Noselect \\Noinferiors) \"/\" a\r\n",
                             "a",
                             '/',
                             {"\\Noselect", "\\Noinferiors"}},
                    ListCase{"* LIST (\\Marked) \"\\\\\" \"a\\\\b \\\"c\\\"\"\r\n",
                             "a\\b \"c\"",
                             '\\',
                             {"\\Marked"}},
                    ListCase{"* LIST () \"/\" {8}\r\na {3} \"b\r\n", "a {3} \"b", '/', {}},
                    ListCase{"* LIST () \"/\" Reisepl&AOQ-ne]\r\n", "Reisepl&AOQ-ne]", '/', {}},
                    ListCase{"* LIST () \"/\" \"gr\xc3\xbc\xc3\x9f\"\r\n", "grüß", '/', {}},
                    ListCase{"* LIST () \"/\" \"\"\r\n", "", '/', {}},
                    ListCase{
                        "* LIST () \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n", "a", '/', {}},
                    ListCase{"* LIST () \"/\" a (\"OLDNAME\" ({3}\r\nx y))\r\n", "a", '/', {}}));

TEST(Guard, MalformedListsAreRefused) {
    for (const char* response : {"* LIST\r\n",
                                 "* LIST \r\n",
                                 "* LIST ()\r\n",
                                 "* LIST () \"/\"\r\n",
                                 "* LIST () \"/\" \r\n",
                                 "* LIST ( \"/\" a\r\n",
                                 "* LIST (\\) \"/\" a\r\n",
                                 "* LIST (\\A \\) \"/\" a\r\n",
                                 "* LIST (\\A ) \"/\" a\r\n",
                                 "* LIST ( \\A) \"/\" a\r\n",
                                 "* LIST (\\A  \\B) \"/\" a\r\n",
                                 "* LIST (%) \"/\" a\r\n",
                                 "* LIST (\\*) \"/\" a\r\n",
                                 "* LIST (A) \"/\" a\r\n",
                                 "* LIST ((\\A)) \"/\" a\r\n",
                                 "* LIST () / a\r\n",
                                 "* LIST () \"//\" a\r\n",
                                 "* LIST () \"\"\" a\r\n",
                                 "* LIST () \"\\x\" a\r\n",
                                 "* LIST () \"/\" \"a\r\n",
                                 "* LIST () \"/\" \"a\\\"\r\n",
                                 "* LIST () \"/\" \"a\\n\"\r\n",
                                 "* LIST () \"/\" a b\r\n",
                                 "* LIST () \"/\" a%\r\n",
                                 "* LIST () \"/\" \"a\"b\r\n",
                                 "* LIST () \"/\" {4}\r\na\r\n",
                                 "* LIST () \"/\" {}\r\na\r\n",
                                 "* LIST () \"/\" {18446744073709551616}\r\na\r\n",
                                 "* LSUB () \"/\" a\r\n"}) {
        EXPECT_FALSE(admit_mailbox(response)) << response;
    }
}

TEST(Guard, NestingOfAnyDepthNeverReachesLibetpanH12) {
    const std::string nested = std::string(20'000, '(') + std::string(20'000, ')');
    EXPECT_FALSE(admit_mailbox("* LIST " + nested + " \"/\" a\r\n"));
    EXPECT_EQ(*admit_mailbox("* LIST () \"/\" a " + nested + "\r\n"), "* LIST () \"/\" a\r\n");
}

TEST(Guard, OneParserReadsManyResponses) {
    EtpanParser parser;
    for (int i = 0; i < 1'000; ++i) {
        const std::string name = "mailbox" + std::to_string(i);
        const auto admitted = admit_mailbox("* LIST (\\Sent) \"/\" " + name + "\r\n");
        const auto mailbox = parser.mailbox(*admitted);
        ASSERT_TRUE(mailbox);
        EXPECT_EQ(mailbox->name, name);
    }
    EXPECT_THAT(*parser.capabilities(admit_capabilities("A B")), ElementsAre("A", "B"));
}

TEST(EtpanParser, ResponsesThatItCannotReadAreRefused) {
    for (const char* response : {"", "\r\n", "* LIST\r\n", "rubbish\r\n", "1 OK done\r\n"}) {
        EtpanParser parser;
        EXPECT_FALSE(parser.mailbox(response)) << response;
    }
}

}  // namespace
}  // namespace gatepost::imap
