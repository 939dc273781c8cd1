// Responses of real servers, damaged in every way, through the framer, the guard, libetpan and the
// sign-in: they may be refused, and must not crash or hang. The damage is the same in each run.
#include <gtest/gtest.h>

#include <random>

#include "imap/etpan_parser.h"
#include "imap/framer.h"
#include "imap/guard.h"
#include "imap/response.h"
#include "imap/sign_in.h"
#include "imap/utf7.h"

namespace gatepost::imap {
namespace {

constexpr int rounds = 20'000;

// As Dovecot, Cyrus, Gmail, Exchange and Courier say it, and what has crashed libetpan.
const std::vector<std::string>& samples() {
    static const std::vector<std::string> all{
        "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN "
        "AUTH=LOGIN] Dovecot (Debian) ready.\r\n",
        "* OK The Microsoft Exchange IMAP4 service is ready. [TABMADIAUgAwADYA]\r\n",
        "* OK [CAPABILITY IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT "
        "THREAD=REFERENCES SORT QUOTA IDLE AUTH=CRAM-MD5 ACL ACL2=UNION STARTTLS] Courier-IMAP\r\n",
        "* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 "
        "XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER\r\n",
        "* LIST (\\HasNoChildren \\UnMarked \\Sent) \".\" Sent\r\n",
        "* LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\r\n",
        "* LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/&ANYA8A-\"\r\n",
        "* LIST (\\Noinferiors) NIL {12}\r\nwith\r\nbreaks\r\n",
        "* LIST (\\Subscribed) \"\\\\\" \"a \\\"quoted\\\" name\" (\"CHILDINFO\" "
        "(\"SUBSCRIBED\"))\r\n",
        "* ID (\"name\" \"Dovecot\")\r\n",
        "* 23 EXISTS\r\n* 1 RECENT\r\n* 5 EXPUNGE\r\n",
        "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n",
        "* OK [PERMANENTFLAGS (\\Answered \\*)] Limited\r\n* OK [PERMANENTFLAGS ()] None.\r\n",
        "* OK [BADCHARSET (US-ASCII)] x\r\n* OK [PERMANENTFLAGS (%)] x\r\n",
        "* 1 FETCH (BODYSTRUCTURE ((((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)))) UID 5)\r\n",
        "* 1 FETCH (BODY[] {5}\r\nabc\r\n)\r\n",
        "* BYE [UNAVAILABLE] Disconnected for inactivity.\r\n",
        "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\r\n",
        "G1 OK [CAPABILITY IMAP4rev1 ID] Logged in\r\n",
        "G1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n",
        "G2 BAD Error in IMAP command\r\n",
    };
    return all;
}

// What parsers stumble over.
const std::vector<std::string>& splinters() {
    static const std::vector<std::string> all{"(",       ")",       "((((((((",
                                              "\"",      "\\",      "{",
                                              "}",       "{0}\r\n", "{4294967296}\r\n",
                                              "[",       "]",       "NIL",
                                              "%",       "*",       " ",
                                              "  ",      "\r\n",    "\n",
                                              "\x80",    "\xff",    "AUTH=",
                                              "&",       "&AAA-",   "LIST ",
                                              "* LIST ", "INBOX",   "\\*",
                                              "-1",      "{-1}",    "{3}\r\n",
                                              "+",       "G1 OK ",  "OK",
                                              "[ALERT]", "()",      "(\\)"};
    return all;
}

class Damage {
  public:
    std::string stream() {
        std::string bytes;
        for (std::size_t i = 0; i <= below(4); ++i)
            bytes += pick(samples());
        for (std::size_t i = 0; i <= below(6); ++i)
            hit(bytes);
        return bytes;
    }

    std::size_t below(std::size_t bound) { return random_() % bound; }

  private:
    const std::string& pick(const std::vector<std::string>& list) {
        return list[below(list.size())];
    }

    void hit(std::string& bytes) {
        if (bytes.empty()) return;
        const std::size_t at = below(bytes.size());
        switch (below(6)) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                break;
            case 1:
                bytes.insert(at, pick(splinters()));
                break;
            case 2:
                bytes.erase(at, below(12) + 1);
                break;
            case 3:
                bytes.insert(at, bytes.substr(below(bytes.size()), below(30)));
                break;
            case 4:
                bytes.replace(at, 1, pick(splinters()));
                break;
            default:
                bytes[at] = static_cast<char>(below(256));
                break;
        }
    }

    std::mt19937 random_{20'261'124};
};

/// What became of it, so that the test knows that it tests something.
struct Outcome {
    int framed = 0;
    int parsed = 0;
    int signed_in = 0;
};

void parse(const std::string& framed, Outcome& outcome) {
    const auto response = take_apart(framed);
    if (!response) return;
    EtpanParser parser;
    for (const std::string_view words : {response->text, response->arguments}) {
        EXPECT_TRUE(parser.capabilities(admit_capabilities(words))) << words;
    }
    const auto admitted = admit_mailbox(framed);
    if (!admitted) return;
    // libetpan takes some flags for the beginning of others, and then refuses the response.
    const auto mailbox = parser.mailbox(*admitted);
    if (!mailbox) return;
    decode_utf7(mailbox->name);
    ++outcome.parsed;
}

void read(const std::string& bytes, Outcome& outcome) {
    Framer framer;
    framer.append(bytes);
    for (auto next = framer.next(); next && *next; next = framer.next()) {
        ++outcome.framed;
        parse(**next, outcome);
    }
}

void sign_in(const std::string& bytes, AuthMethod method, Outcome& outcome) {
    Settings settings;
    settings.username = "alice";
    SignInDialogue sign_in(settings, {method, Secret::copy_of("sesame")});
    sign_in.start();
    sign_in.tls_started();
    Framer framer;
    framer.append(bytes);
    for (auto next = framer.next(); next && *next; next = framer.next()) {
        const SignInDialogue::Action action = sign_in.resume(**next, !framer.empty());
        if (std::holds_alternative<Problem>(action)) return;
        ++outcome.signed_in;
        if (std::holds_alternative<SignInDialogue::Ready>(action)) return;
    }
}

TEST(MutatedResponses, AreRefusedOrUnderstoodWithoutACrash) {
    Damage damage;
    Outcome outcome;
    for (int i = 0; i < rounds; ++i) {
        const std::string bytes = damage.stream();
        SCOPED_TRACE(bytes);
        read(bytes, outcome);
        sign_in(bytes, i % 2 == 0 ? AuthMethod::password : AuthMethod::xoauth2, outcome);
        if (testing::Test::HasFailure()) break;
    }
    EXPECT_GT(outcome.framed, rounds / 2);
    EXPECT_GT(outcome.parsed, rounds / 10);
    EXPECT_GT(outcome.signed_in, rounds / 20);
}

}  // namespace
}  // namespace gatepost::imap
