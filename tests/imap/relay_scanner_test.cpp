// Leases as conversations: what the client says, what reaches the provider, what it answers, and
// what the client gets. Every conversation is held three times: with whole messages, byte by byte,
// and in odd pieces, since the cuts must make no difference.
#include "imap/relay_scanner.h"

#include <gtest/gtest.h>

#include <random>

namespace gatepost::imap {
namespace {

using End = RelayScanner::End;

class Conversation {
  public:
    explicit Conversation(std::size_t piece) : piece_(piece) {}

    /// The client sends; answers what goes on to the provider.
    std::string client(std::string_view bytes) {
        from_client_ += bytes;
        settle();
        return std::exchange(to_provider_, {});
    }

    /// The provider sends; answers what the client gets.
    std::string provider(std::string_view bytes) {
        while (!bytes.empty()) {
            std::string_view piece = bytes.substr(0, piece_);
            bytes.remove_prefix(piece.size());
            while (!piece.empty()) {
                const std::size_t passed = scanner.from_provider(piece);
                to_client_ += piece.substr(0, passed);
                piece.remove_prefix(passed);
                const std::string answer = scanner.take_answer();
                to_client_ += answer;
                if (passed == 0 && answer.empty()) break;
            }
        }
        settle();
        return told();
    }

    /// What else the client got since.
    std::string told() { return std::exchange(to_client_, {}); }
    /// What went to the provider since, when the provider's answer set the client free.
    std::string sent_on() { return std::exchange(to_provider_, {}); }

    /// Bytes of the client that wait for the provider.
    [[nodiscard]] std::size_t held() const { return from_client_.size(); }

    RelayScanner scanner{"IMAP4rev1 IDLE"};

  private:
    void settle() {
        for (;;) {
            to_client_ += scanner.take_answer();
            const auto piece = std::string_view(from_client_).substr(0, piece_);
            const std::size_t taken = scanner.from_client(piece, to_provider_);
            from_client_.erase(0, taken);
            const std::string answer = scanner.take_answer();
            to_client_ += answer;
            if (taken == 0 && answer.empty()) return;
        }
    }

    std::size_t piece_;
    std::string from_client_;
    std::string to_provider_;
    std::string to_client_;
};

class Scanner : public testing::TestWithParam<std::size_t> {
  protected:
    Conversation relay{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Cuts, Scanner, testing::Values(1, 7, 1'000'000));

TEST_P(Scanner, CommandsAndAnswersPass) {
    EXPECT_EQ(relay.client("a NOOP\r\n"), "a NOOP\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
    EXPECT_EQ(relay.provider("* 3 EXISTS\r\na OK done\r\n"), "* 3 EXISTS\r\na OK done\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, PipelinedCommandsAreAllFollowed) {
    EXPECT_EQ(relay.client("a SELECT INBOX\r\nb NOOP\r\nc UID FETCH 1:* FLAGS\r\n"),
              "a SELECT INBOX\r\nb NOOP\r\nc UID FETCH 1:* FLAGS\r\n");
    relay.provider("a OK\r\nc OK\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
    relay.provider("b OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, LogoutIsAnsweredWithoutTheProvider) {
    EXPECT_EQ(relay.client("z logout\r\n"), "");
    EXPECT_EQ(relay.told(), "* BYE Logging out\r\nz OK LOGOUT completed\r\n");
    EXPECT_EQ(relay.scanner.end(), End::logged_out);
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, LogoutWaitsForWhatWasAskedBeforeIt) {
    EXPECT_EQ(relay.client("a NOOP\r\nb LOGOUT\r\nc NOOP\r\n"), "a NOOP\r\n");
    EXPECT_EQ(relay.told(), "");
    EXPECT_EQ(relay.provider("* 1 RECENT\r\n"), "* 1 RECENT\r\n");
    EXPECT_EQ(relay.provider("a OK done\r\n"),
              "a OK done\r\n* BYE Logging out\r\nb OK LOGOUT completed\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
    EXPECT_EQ(relay.sent_on(), "");
}

TEST_P(Scanner, CapabilityIsAnsweredInItsTurn) {
    EXPECT_EQ(relay.client("a NOOP\r\nb CAPABILITY\r\nc NOOP\r\n"), "a NOOP\r\n");
    EXPECT_EQ(relay.provider("a OK done\r\n"),
              "a OK done\r\n* CAPABILITY IMAP4rev1 IDLE\r\nb OK CAPABILITY completed\r\n");
    EXPECT_EQ(relay.sent_on(), "c NOOP\r\n");
}

TEST_P(Scanner, OurAnswerStandsBetweenTwoLinesOfTheProvider) {
    relay.client("a NOOP\r\nb CAPABILITY\r\n");
    EXPECT_EQ(relay.provider("a OK done\r\n* 4 EXISTS\r\n"),
              "a OK done\r\n* CAPABILITY IMAP4rev1 IDLE\r\nb OK CAPABILITY completed\r\n"
              "* 4 EXISTS\r\n");
    EXPECT_EQ(relay.provider("* 5 EX"), "* 5 EX");
    relay.client("c CAPABILITY\r\n");
    EXPECT_EQ(relay.told(), "");
    EXPECT_EQ(relay.provider("ISTS\r\n"),
              "ISTS\r\n* CAPABILITY IMAP4rev1 IDLE\r\nc OK CAPABILITY completed\r\n");
}

TEST_P(Scanner, CommandsThatCannotBeTakenBackDoNotReachTheProvider) {
    for (const std::string command :
         {"ENABLE CONDSTORE", "compress DEFLATE", "NOTIFY NONE", "STARTTLS", "LOGIN bob x",
          "AUTHENTICATE PLAIN", "UNAUTHENTICATE"}) {
        EXPECT_EQ(relay.client("a " + command + "\r\n"), "") << command;
        EXPECT_TRUE(relay.told().starts_with("a BAD ")) << command;
    }
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, ASessionWithCondstoreIsNotReturned) {
    for (const std::string command :
         {"SELECT INBOX (CONDSTORE)", "examine INBOX (condstore)", "FETCH 1 (FLAGS MODSEQ)",
          "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12)", "STATUS Sent (MESSAGES HIGHESTMODSEQ)",
          "STORE 1 (UNCHANGEDSINCE 5) +FLAGS (x)", "SEARCH MODSEQ 9",
          "SEARCH SUBJECT {1+}\r\nx MODSEQ 9"}) {
        Conversation lease(GetParam());
        lease.client("a " + command + "\r\n");
        lease.provider("a OK done\r\n");
        EXPECT_FALSE(lease.scanner.is_returnable()) << command;
        std::string to_provider;
        EXPECT_FALSE(lease.scanner.client_ended(to_provider)) << command;
        EXPECT_EQ(lease.scanner.end(), End::none) << command;
    }
}

TEST_P(Scanner, WordsThatOnlyLookLikeCondstoreCostNothing) {
    relay.client(
        "a SELECT condstores\r\nb LIST \"\" thecondstore\r\nc APPEND x {9+}\r\nCONDSTORE\r\n");
    relay.provider("a OK\r\nb OK\r\nc OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, LiteralsOfUnavailableCommandsAreSwallowedOrNotAskedFor) {
    EXPECT_EQ(relay.client("a LOGIN {3+}\r\nb N {4+}\r\nOOP\r done\r\nc NOOP\r\n"), "c NOOP\r\n");
    EXPECT_EQ(relay.told(), "a BAD LOGIN is not available here\r\n");
    EXPECT_EQ(relay.provider("c OK\r\n"), "c OK\r\n");
    EXPECT_EQ(relay.client("d LOGIN {3}\r\n"), "");
    EXPECT_EQ(relay.told(), "d BAD LOGIN is not available here\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, ALiteralIsSentOnOnceTheProviderAsksForIt) {
    EXPECT_EQ(relay.client("a APPEND Drafts {11}\r\nb LOGOUT\r\n.\r\n"),
              "a APPEND Drafts {11}\r\n");
    EXPECT_GT(relay.held(), 0U);
    EXPECT_EQ(relay.provider("+ go on\r\n"), "+ go on\r\n");
    EXPECT_EQ(relay.sent_on(), "b LOGOUT\r\n.\r\n");
    EXPECT_EQ(relay.provider("a OK appended\r\n"), "a OK appended\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, ALiteralThatTheProviderRefusesIsNotWaitedFor) {
    EXPECT_EQ(relay.client("a APPEND Nowhere {11}\r\n"), "a APPEND Nowhere {11}\r\n");
    EXPECT_EQ(relay.provider("a NO [TRYCREATE] no\r\n"), "a NO [TRYCREATE] no\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
    EXPECT_EQ(relay.client("b NOOP\r\n"), "b NOOP\r\n");
}

TEST_P(Scanner, LiteralsWithoutAskingPassAtOnce) {
    for (const std::string mark : {"{4+}", "{4-}", "~{4+}"}) {
        EXPECT_EQ(relay.client("a APPEND x " + mark + "\r\na\r\n\x01\r\n"),
                  "a APPEND x " + mark + "\r\na\r\n\x01\r\n");
        relay.provider("a OK\r\n");
        EXPECT_TRUE(relay.scanner.is_returnable()) << mark;
    }
}

TEST_P(Scanner, ACommandMayHaveSeveralLiterals) {
    EXPECT_EQ(relay.client("a SEARCH SUBJECT {1}\r\n"), "a SEARCH SUBJECT {1}\r\n");
    relay.provider("+ \r\n");
    EXPECT_EQ(relay.client("x FROM {0}\r\n"), "x FROM {0}\r\n");
    relay.provider("+ \r\n");
    EXPECT_EQ(relay.client(" TEXT {2+}\r\nyy\r\n"), " TEXT {2+}\r\nyy\r\n");
    relay.provider("* SEARCH\r\na OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, ASessionIsNotReturnedWhenTheProviderMayHaveReadALiteralAsCommands) {
    relay.client("a NOOP {8+}\r\nb NOOP\r\n\r\n");
    relay.provider("a BAD what\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
}

TEST_P(Scanner, ASessionIsNotReturnedWhenACommandIsAnsweredBeforeItsEnd) {
    relay.client("a APPEND x {5+}\r\nab");
    relay.provider("a NO quota\r\n");
    relay.client("cde\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
}

TEST_P(Scanner, LiteralsOfTheProviderAreNotReadAsLines) {
    relay.client("a FETCH 1 BODY[]\r\n");
    const std::string answer =
        "* 1 FETCH (BODY[] {26}\r\na OK fake\r\n* BYE fake\r\n)\r\n FLAGS ())\r\na OK done\r\n";
    EXPECT_EQ(relay.provider(answer), answer);
    EXPECT_TRUE(relay.scanner.is_returnable());
    EXPECT_FALSE(relay.scanner.provider_said_bye());
}

TEST_P(Scanner, EmptyAndRepeatedLiteralsOfTheProviderAreFollowed) {
    relay.client("a FETCH 1 (BODY[1] BODY[2])\r\n");
    relay.provider("* 1 FETCH (BODY[1] {0}\r\n BODY[2] ~{6}\r\na OK\r\n)\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
    relay.provider("a OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, TextOfStatusResponsesDoesNotAnnounceLiterals) {
    relay.client("a NOOP\r\n");
    relay.provider("* OK strange {400}\r\n* NO {3}\r\na OK done {5}\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, LongLinesOfTheProviderPass) {
    relay.client("a SEARCH ALL\r\n");
    std::string line = "* SEARCH";
    for (int i = 1; i < 100'000; ++i)
        line += " 123456";
    line += "\r\n";
    EXPECT_EQ(relay.provider(line), line);
    relay.provider("a OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, IdleEndsWithDone) {
    EXPECT_EQ(relay.client("a IDLE\r\n"), "a IDLE\r\n");
    relay.provider("+ idling\r\n* 4 EXISTS\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
    EXPECT_EQ(relay.client("done\r\nb NOOP\r\n"), "DONE\r\nb NOOP\r\n");
    relay.provider("a OK\r\nb OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, IdleThatTheProviderRefusesOrEndsIsOver) {
    relay.client("a IDLE\r\n");
    relay.provider("a BAD what\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
    EXPECT_EQ(relay.client("DONE\r\nb NOOP\r\n"), "b NOOP\r\n");
}

TEST_P(Scanner, AnotherCommandInIdleEndsTheLease) {
    relay.client("a IDLE\r\n");
    relay.provider("+ idling\r\n");
    EXPECT_EQ(relay.client("b LOGOUT\r\n"), "");
    EXPECT_TRUE(relay.told().starts_with("* BYE "));
    EXPECT_EQ(relay.scanner.end(), End::client_broke);
    EXPECT_FALSE(relay.scanner.is_returnable());
}

TEST_P(Scanner, BareLineFeedsReachTheProviderAsWholeLineEnds) {
    EXPECT_EQ(relay.client("a APPEND x {2+}\n\r\n\nb NOOP\n"),
              "a APPEND x {2+}\r\n\r\n\r\nb NOOP\r\n");
}

TEST_P(Scanner, EmptyLinesAreDropped) {
    EXPECT_EQ(relay.client("\r\n\na NOOP\r\n"), "a NOOP\r\n");
}

TEST_P(Scanner, WhatIsNoCommandEndsTheLeaseAndDoesNotReachTheProvider) {
    using std::string_literals::operator""s;
    for (const std::string& bytes :
         {"a\r\n"s, "a NOOP\rb LOGOUT\r\n"s, "a NO\0OP\r\n"s, "* NOOP\r\n"s, "+ NOOP\r\n"s,
          "a  NOOP\r\n"s, "a {4+}\r\nNOOP\r\n"s, " a NOOP\r\n"s, "a\tNOOP\r\n"s, "a \"NOOP\"\r\n"s,
          "(a NOOP\r\n"s, "\xc3\xa9 NOOP\r\n"s, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"s,
          std::string(200, 'a') + " NOOP\r\n", "a " + std::string(200, 'N') + "\r\n"}) {
        Conversation other(GetParam());
        const std::string sent = other.client(bytes);
        EXPECT_EQ(sent.find("LOGOUT"), std::string::npos) << bytes;
        if (other.scanner.end() == End::none) other.client("\r\n" + bytes);
        EXPECT_FALSE(other.scanner.is_returnable()) << bytes;
    }
}

TEST_P(Scanner, LinesAreBounded) {
    relay.client("a SEARCH SUBJECT \"" + std::string(70'000, 'x'));
    EXPECT_EQ(relay.told(), "* BYE You sent a line that is too long\r\n");
    EXPECT_FALSE(relay.scanner.is_returnable());
}

TEST_P(Scanner, CommandsInFlightAreBounded) {
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "t" + std::to_string(i) + " NOOP\r\n";
    const std::string sent = relay.client(many);
    EXPECT_EQ(std::ranges::count(sent, '\n'), 64);
    EXPECT_EQ(relay.held() + sent.size(), many.size());
    relay.provider("t0 OK\r\n");
    EXPECT_EQ(relay.sent_on(), "t64 NOOP\r\n");
}

TEST_P(Scanner, ATagThatIsStillInUseEndsTheLease) {
    relay.client("a NOOP\r\na LOGOUT\r\n");
    EXPECT_EQ(relay.told(), "* BYE You sent a tag that is still in use\r\n");
}

TEST_P(Scanner, AnswersToCommandsThatNobodyGaveAreTheProvidersFault) {
    relay.client("a NOOP\r\n");
    relay.provider("b OK\r\n");
    EXPECT_EQ(relay.scanner.end(), End::provider_broke);
    EXPECT_FALSE(relay.scanner.is_returnable());
}

TEST_P(Scanner, TaggedLinesThatAreNoAnswersAreTheProvidersFault) {
    relay.client("a NOOP\r\n");
    relay.provider("a MAYBE\r\n");
    EXPECT_EQ(relay.scanner.end(), End::provider_broke);
}

TEST_P(Scanner, AProviderThatSaysByeKeepsTheSessionFromBeingReturned) {
    EXPECT_EQ(relay.provider("* BYE shutting down\r\n"), "* BYE shutting down\r\n");
    EXPECT_TRUE(relay.scanner.provider_said_bye());
    EXPECT_FALSE(relay.scanner.is_returnable());
}

TEST_P(Scanner, AClientThatVanishesBetweenCommandsLeavesAReturnableSession) {
    relay.client("a NOOP\r\n");
    std::string to_provider;
    EXPECT_TRUE(relay.scanner.client_ended(to_provider));
    EXPECT_EQ(to_provider, "");
    EXPECT_FALSE(relay.scanner.is_returnable());
    relay.provider("a OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, AnIdleThatItsClientLeftIsEnded) {
    relay.client("a IDLE\r\n");
    std::string to_provider;
    EXPECT_TRUE(relay.scanner.client_ended(to_provider));
    EXPECT_EQ(to_provider, "DONE\r\n");
    relay.provider("+ idling\r\na OK\r\n");
    EXPECT_TRUE(relay.scanner.is_returnable());
}

TEST_P(Scanner, AClientThatVanishesWithinACommandCostsTheSession) {
    for (const std::string part :
         {"a", "a NOO", "a NOOP", "a NOOP\r", "a APPEND x {3}\r\n", "a APPEND x {3+}\r\n",
          "a APPEND x {3+}\r\nab", "a APPEND x {3+}\r\nabc"}) {
        Conversation other(GetParam());
        other.client(part);
        std::string to_provider;
        EXPECT_FALSE(other.scanner.client_ended(to_provider)) << part;
        EXPECT_FALSE(other.scanner.is_returnable()) << part;
    }
}

// ---- Anything at all: the cuts make no difference, and nothing forbidden gets through.

std::string random_script(std::mt19937& random, std::initializer_list<std::string_view> parts) {
    std::string script;
    for (std::size_t count = random() % 12; count > 0; --count)
        script += std::data(parts)[random() % parts.size()];
    return script;
}

struct Heard {
    std::string by_provider;
    std::string by_client;
    bool is_returnable;

    bool operator==(const Heard&) const = default;
};

void PrintTo(const Heard& heard, std::ostream* stream) {
    *stream << testing::PrintToString(heard.by_provider) << " / "
            << testing::PrintToString(heard.by_client) << " / " << heard.is_returnable;
}

Heard hold(std::size_t piece, const std::vector<std::string>& turns) {
    Conversation relay(piece);
    Heard heard{{}, {}, false};
    for (std::size_t i = 0; i < turns.size(); ++i) {
        if (i % 2 == 0) {
            heard.by_provider += relay.client(turns[i]);
            heard.by_client += relay.told();
        } else {
            heard.by_client += relay.provider(turns[i]);
            heard.by_provider += relay.sent_on();
        }
    }
    heard.is_returnable = relay.scanner.is_returnable();
    return heard;
}

TEST(RandomConversations, AreTheSameInAnyCuts) {
    std::mt19937 random(20'240'517);  // the same ones each time
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::string> turns;
        for (int turn = 0; turn < 4; ++turn) {
            turns.push_back(random_script(
                random, {"a NOOP\r\n", "b LOGOUT\r\n", "c CAPABILITY\r\n", "d IDLE\r\n", "DONE\r\n",
                         "e APPEND x {3}\r\n", "f APPEND x {3+}\r\n", "abc", "\r\n", "\n", "\r",
                         "g ENABLE X\r\n", " {2-}\r\n", "xy\r\n", "h LOGIN {4+}\r\n", "i", " "}));
            turns.push_back(random_script(
                random, {"a OK\r\n", "b OK\r\n", "d OK\r\n", "e NO\r\n", "f BAD\r\n", "+ go\r\n",
                         "* 1 FETCH (BODY[] {4}\r\n", "a OK", "\r\n", ")\r\n", "* BYE\r\n",
                         "* OK {9}\r\n", "* LIST () {2}\r\n", "zz"}));
        }
        const Heard whole = hold(1'000'000, turns);
        ASSERT_EQ(whole, hold(1, turns)) << testing::PrintToString(turns);
        ASSERT_EQ(whole, hold(3, turns)) << testing::PrintToString(turns);
    }
}

TEST(LiteralMark, IsReadAtTheEndOfALineOnly) {
    const struct {
        std::string_view line;
        bool is_literal;
        std::uint64_t size;
        bool non_synchronizing;
    } cases[] = {
        {"a APPEND x {12}", true, 12, false},
        {"a APPEND x {12+}", true, 12, true},
        {"a APPEND x {12-}", true, 12, true},
        {"a APPEND x ~{0}", true, 0, false},
        {"{4294967295}", true, 4294967295, false},
        {"x {12} y", false, 0, false},
        {"x {12}}", false, 0, false},
        {"x {}", false, 0, false},
        {"x {+}", false, 0, false},
        {"x {-1}", false, 0, false},
        {"x {1 }", false, 0, false},
        {"x {1++}", false, 0, false},
        {"x 12}", false, 0, false},
        {"x {12", false, 0, false},
        {"x {{12}", true, 12, false},
        {"x {1}{2}", true, 2, false},
        {"x {99999999999}", false, 0, false},
    };
    for (const auto& expected : cases) {
        LiteralMark mark;
        for (const char c : expected.line)
            mark.feed(c);
        EXPECT_EQ(mark.is_complete(), expected.is_literal) << expected.line;
        if (!mark.is_complete()) continue;
        EXPECT_EQ(mark.size(), expected.size) << expected.line;
        EXPECT_EQ(mark.is_non_synchronizing(), expected.non_synchronizing) << expected.line;
    }
}

}  // namespace
}  // namespace gatepost::imap
