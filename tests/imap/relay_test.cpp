// The relay between a client on a Unix socket and a provider that the test plays on the other end
// of a TCP connection.
#include "imap/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;
using Kind = Relay::Outcome::Kind;

// How long something may take that must happen; only a test that fails waits for it.
constexpr auto patience = 30s;

constexpr std::string_view answer = "a OK [CAPABILITY IMAP4rev1] Signed in\r\n";

class ALease : public testing::Test {
  protected:
    ALease() {
        tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
        tcp::socket near(context);
        near.connect(acceptor.local_endpoint());
        provider = OwnedFd(acceptor.accept().release());
        stream.emplace(std::move(near));
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        client = OwnedFd(ends[0]);
        far_end = OwnedFd(ends[1]);
    }

    ~ALease() override {
        // Whatever still waits holds the relay, which uses the stream.
        if (auto alive = relay.lock()) alive->end("the test is over");
        context.poll();
    }

    void start(std::string received = {}, Relay::Patience limits = {60s}) {
        relay = Relay::start(
            *stream, {std::move(far_end), std::string(answer), std::move(received)}, "IMAP4rev1",
            limits, meters, [this] { ++logouts; },
            [this](Relay::Outcome ended) { outcome = std::move(ended); });
    }

    /// A lease whose client has read that it is signed in.
    void start_and_read_answer() {
        start();
        EXPECT_EQ(client_gets(answer.size()), answer);
    }

    void turn() {
        context.restart();
        context.run_for(1ms);
    }

    /// Bytes that arrive at the descriptor, as many as asked for; fewer at the end.
    std::string gets(int descriptor, std::size_t size) {
        std::string bytes;
        const auto end = std::chrono::steady_clock::now() + patience;
        std::vector<char> buffer(64 * 1024);
        while (bytes.size() < size && std::chrono::steady_clock::now() < end) {
            const ssize_t received =
                ::recv(descriptor, buffer.data(), std::min(buffer.size(), size - bytes.size()),
                       MSG_DONTWAIT);
            if (received == 0 || (received < 0 && errno != EAGAIN)) break;
            if (received > 0) {
                bytes.append(buffer.data(), static_cast<std::size_t>(received));
            } else {
                turn();
            }
        }
        return bytes;
    }

    std::string client_gets(std::size_t size) { return gets(client.get(), size); }
    std::string client_gets_all() { return gets(client.get(), std::size_t(1) << 30); }
    std::string provider_gets(std::size_t size) { return gets(provider.get(), size); }

    static std::size_t send_now(int descriptor, std::string_view bytes) {
        const ssize_t sent =
            ::send(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    void client_sends(std::string_view bytes) {
        EXPECT_EQ(send_now(client.get(), bytes), bytes.size());
    }
    void provider_sends(std::string_view bytes) {
        EXPECT_EQ(send_now(provider.get(), bytes), bytes.size());
    }

    /// Sends as much as the other side takes, until it takes nothing for a while.
    std::size_t stuff(int descriptor, const std::string& bytes) {
        std::size_t sent = 0;
        for (int idle_turns = 0; sent < bytes.size() && idle_turns < 20;) {
            const std::size_t now = send_now(descriptor, std::string_view(bytes).substr(sent));
            sent += now;
            idle_turns = now > 0 ? 0 : idle_turns + 1;
            turn();
        }
        return sent;
    }

    /// Sends the rest of a message into one descriptor as it is taken, and gets all of it from the
    /// other.
    std::string carried(int from, const std::string& message, int to, std::size_t sent = 0) {
        std::string received;
        while (received.size() < message.size()) {
            sent += send_now(from, std::string_view(message).substr(sent));
            const std::string part = gets(to, sent - received.size());
            EXPECT_FALSE(part.empty());
            if (part.empty()) break;
            received += part;
        }
        return received;
    }

    Kind ends() {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!outcome && std::chrono::steady_clock::now() < end)
            turn();
        EXPECT_TRUE(outcome) << "the lease does not end";
        return outcome ? outcome->kind : Kind::lost;
    }

    asio::io_context context;
    Relay::Meters meters;
    std::optional<net::Stream> stream;
    OwnedFd client;
    OwnedFd provider;
    OwnedFd far_end;
    std::weak_ptr<Relay> relay;
    int logouts = 0;
    std::optional<Relay::Outcome> outcome;
};

TEST_F(ALease, BeginsWithOneWriteBeforeAnythingIsWaitedFor) {
    start();
    std::array<char, 512> buffer{};
    const ssize_t received = ::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    ASSERT_GT(received, 0);
    EXPECT_EQ(std::string_view(buffer.data(), static_cast<std::size_t>(received)), answer);
}

TEST_F(ALease, CarriesBothDirections) {
    start_and_read_answer();
    client_sends("b NOOP\r\n");
    EXPECT_EQ(provider_gets(8), "b NOOP\r\n");
    provider_sends("* 1 EXISTS\r\nb OK\r\n");
    EXPECT_EQ(client_gets(18), "* 1 EXISTS\r\nb OK\r\n");
    EXPECT_EQ(meters.to_provider, 8U);
    EXPECT_EQ(meters.to_client, answer.size() + 18);
}

TEST_F(ALease, CarriesWhatTheClientSentBehindItsLogin) {
    start("b NOOP\r\n");
    EXPECT_EQ(provider_gets(8), "b NOOP\r\n");
}

TEST_F(ALease, LogoutReturnsTheSessionAndTheProviderHearsNothing) {
    start_and_read_answer();
    client_sends("z LOGOUT\r\n");
    EXPECT_EQ(client_gets_all(), "* BYE Logging out\r\nz OK LOGOUT completed\r\n");
    EXPECT_EQ(ends(), Kind::returnable);
    EXPECT_FALSE(outcome->may_have_selected);
    EXPECT_EQ(logouts, 1);
    char byte = 0;
    EXPECT_EQ(::recv(provider.get(), &byte, 1, MSG_DONTWAIT), -1);
}

TEST_F(ALease, PipelinedToItsLogoutIsAnsweredInOrder) {
    start("b SELECT INBOX\r\nc NOOP\r\nd LOGOUT\r\n");
    EXPECT_EQ(provider_gets(24), "b SELECT INBOX\r\nc NOOP\r\n");
    provider_sends("* 3 EXISTS\r\nb OK\r\nc OK\r\n");
    EXPECT_EQ(client_gets_all(),
              std::string(answer) +
                  "* 3 EXISTS\r\nb OK\r\nc OK\r\n* BYE Logging out\r\nd OK LOGOUT completed\r\n");
    EXPECT_EQ(ends(), Kind::returnable);
    EXPECT_TRUE(outcome->may_have_selected);
}

TEST_F(ALease, IsReturnedWhenTheClientDidNotEvenReadTheAnswer) {
    client = OwnedFd();
    start();
    EXPECT_EQ(ends(), Kind::returnable);
}

TEST_F(ALease, IsReturnedWhenTheClientGoesBetweenCommands) {
    start_and_read_answer();
    client = OwnedFd();
    EXPECT_EQ(ends(), Kind::returnable);
}

TEST_F(ALease, AnswersAClientThatOnlyClosedItsSendingSide) {
    start_and_read_answer();
    client_sends("b NOOP\r\n");
    ::shutdown(client.get(), SHUT_WR);
    EXPECT_EQ(provider_gets(8), "b NOOP\r\n");
    provider_sends("b OK\r\n");
    EXPECT_EQ(client_gets_all(), "b OK\r\n");
    EXPECT_EQ(ends(), Kind::returnable);
}

TEST_F(ALease, EndsAnIdleThatTheClientLeft) {
    start_and_read_answer();
    client_sends("b IDLE\r\n");
    EXPECT_EQ(provider_gets(8), "b IDLE\r\n");
    provider_sends("+ idling\r\n");
    EXPECT_EQ(client_gets(10), "+ idling\r\n");
    ::shutdown(client.get(), SHUT_WR);
    EXPECT_EQ(provider_gets(6), "DONE\r\n");
    provider_sends("b OK\r\n");
    EXPECT_EQ(ends(), Kind::returnable);
}

TEST_F(ALease, CostsItsSessionWhenTheClientVanishesWithinALiteral) {
    start_and_read_answer();
    client_sends("b APPEND INBOX {100}\r\n");
    EXPECT_EQ(provider_gets(22), "b APPEND INBOX {100}\r\n");
    provider_sends("+ go on\r\n");
    EXPECT_EQ(client_gets(9), "+ go on\r\n");
    client_sends("only a part");
    client = OwnedFd();
    EXPECT_EQ(ends(), Kind::unusable);
}

TEST_F(ALease, CostsItsSessionWhenTheClientVanishesWithinALongAnswer) {
    start_and_read_answer();
    client_sends("b FETCH 1 BODY[]\r\n");
    EXPECT_EQ(provider_gets(18), "b FETCH 1 BODY[]\r\n");
    provider_sends("* 1 FETCH (BODY[] {16777216}\r\n");
    EXPECT_EQ(client_gets(30), "* 1 FETCH (BODY[] {16777216}\r\n");
    client = OwnedFd();
    stuff(provider.get(), std::string(1'000'000, 'x'));
    EXPECT_EQ(ends(), Kind::unusable);
}

TEST_F(ALease, EndsWithTheProvidersConnection) {
    start_and_read_answer();
    provider_sends("* BYE shutting down\r\n");
    provider = OwnedFd();
    EXPECT_EQ(client_gets_all(), "* BYE shutting down\r\n");
    EXPECT_EQ(ends(), Kind::lost);
    EXPECT_EQ(outcome->problem.kind, ProblemKind::cannot_connect);
}

TEST_F(ALease, EndsWhenTheProviderAnswersWhatNobodyAsked) {
    start_and_read_answer();
    provider_sends("x OK\r\n");
    EXPECT_EQ(ends(), Kind::lost);
    EXPECT_EQ(outcome->problem.kind, ProblemKind::protocol_violation);
}

TEST_F(ALease, EndsForAClientThatBreaksTheProtocol) {
    start_and_read_answer();
    client_sends("GET / HTTP/1.1\r\n\r\n");
    EXPECT_THAT(client_gets_all(), testing::StartsWith("* BYE You sent "));
    EXPECT_EQ(ends(), Kind::unusable);
}

TEST_F(ALease, EndsWhenNothingHappensForTooLong) {
    start({}, {0s});
    EXPECT_EQ(client_gets_all(),
              std::string(answer) + "* BYE The session was idle for too long.\r\n");
    EXPECT_EQ(ends(), Kind::returnable);
}

TEST_F(ALease, EndsWhenTheClientTakesNothingForTooLong) {
    start({}, {60s, 50ms});
    client_sends("b FETCH 1 BODY[]\r\n");
    EXPECT_EQ(provider_gets(18), "b FETCH 1 BODY[]\r\n");
    provider_sends("* 1 FETCH (BODY[] {33554432}\r\n");
    stuff(provider.get(), std::string(32 << 20, 'x'));
    EXPECT_EQ(ends(), Kind::unusable);
}

TEST_F(ALease, OfAClientThatHasTakenEverythingIsNotStalled) {
    start({}, {60s, 10ms});
    EXPECT_EQ(client_gets(answer.size()), answer);
    const auto end = std::chrono::steady_clock::now() + 100ms;
    while (std::chrono::steady_clock::now() < end)
        turn();
    EXPECT_FALSE(outcome);
    client_sends("b NOOP\r\n");
    EXPECT_EQ(provider_gets(8), "b NOOP\r\n");
}

TEST_F(ALease, EndsWhenItIsToldToAndSaysWhy) {
    start_and_read_answer();
    client_sends("b IDLE\r\n");
    EXPECT_EQ(provider_gets(8), "b IDLE\r\n");
    relay.lock()->end("The account\r\nis paused.");
    EXPECT_EQ(client_gets_all(), "* BYE The account  is paused.\r\n");
    EXPECT_EQ(ends(), Kind::unusable);
}

TEST_F(ALease, ToldToEndWithinALiteralSaysNothing) {
    start_and_read_answer();
    client_sends("b FETCH 1 BODY[]\r\n");
    EXPECT_EQ(provider_gets(18), "b FETCH 1 BODY[]\r\n");
    provider_sends("* 1 FETCH (BODY[] {10}\r\n12345");
    EXPECT_EQ(client_gets(29), "* 1 FETCH (BODY[] {10}\r\n12345");
    relay.lock()->end("paused");
    EXPECT_EQ(client_gets_all(), "");
    EXPECT_EQ(ends(), Kind::unusable);
}

// ---- A slow side.

TEST_F(ALease, SlowReaderSlowsTheProviderAndLosesNothing) {
    start_and_read_answer();
    client_sends("b FETCH 1 BODY[]\r\n");
    EXPECT_EQ(provider_gets(18), "b FETCH 1 BODY[]\r\n");
    constexpr std::size_t size = 32 << 20;
    std::string message = "* 1 FETCH (BODY[] {" + std::to_string(size) + "}\r\n";
    for (std::size_t i = 0; i < size; ++i)
        message += static_cast<char>('a' + i % 23);
    message += ")\r\nb OK\r\n";

    const std::size_t sent = stuff(provider.get(), message);
    EXPECT_LT(sent, message.size()) << "bytes are buffered without bound";
    EXPECT_TRUE(carried(provider.get(), message, client.get(), sent) == message);
}

TEST_F(ALease, SlowProviderSlowsTheClientAndLosesNothing) {
    start_and_read_answer();
    constexpr std::size_t size = 32 << 20;
    const std::string head = "b APPEND INBOX {" + std::to_string(size) + "+}\r\n";
    const std::string message = head + std::string(size, 'm') + "\r\n";
    const std::size_t sent = stuff(client.get(), message);
    EXPECT_LT(sent, message.size()) << "bytes are buffered without bound";
    EXPECT_TRUE(carried(client.get(), message, provider.get(), sent) == message);
}

// ---- A big literal, which is gathered.

class ABigMessage : public ALease {
  protected:
    static constexpr std::size_t size = 1 << 20;

    void begin() {
        start_and_read_answer();
        client_sends("b FETCH 1 BODY[]\r\n");
        EXPECT_EQ(provider_gets(18), "b FETCH 1 BODY[]\r\n");
        const std::string head = "* 1 FETCH (BODY[] {" + std::to_string(size) + "}\r\n";
        provider_sends(head);
        EXPECT_EQ(client_gets(head.size()), head);
        const auto end = std::chrono::steady_clock::now() + patience;
        while (low_watermark() == 1 && std::chrono::steady_clock::now() < end)
            turn();
        EXPECT_GT(low_watermark(), 1);
    }

    /// How many bytes must be there before the kernel tells of them.
    int low_watermark() {
        boost::asio::socket_base::receive_low_watermark option;
        stream->socket().get_option(option);
        return option.value();
    }
};

TEST_F(ABigMessage, OfASlowProviderArrivesInSmallPartsAllTheSame) {
    begin();
    provider_sends("a few bytes");
    EXPECT_EQ(client_gets(11), "a few bytes");
    provider_sends("and more");
    EXPECT_EQ(client_gets(8), "and more");
}

TEST_F(ABigMessage, LeavesTheSocketAsItWas) {
    begin();
    const std::string rest = std::string(size, 'x') + ")\r\nb OK\r\n";
    EXPECT_TRUE(carried(provider.get(), rest, client.get()) == rest);
    EXPECT_EQ(low_watermark(), 1);
    client_sends("c NOOP\r\n");
    EXPECT_EQ(provider_gets(8), "c NOOP\r\n");
    provider_sends("c OK\r\n");
    EXPECT_EQ(client_gets(6), "c OK\r\n");
}

TEST_F(ABigMessage, ThatIsCutOffLeavesTheSocketAsItWas) {
    begin();
    relay.lock()->end("paused");
    EXPECT_EQ(ends(), Kind::unusable);
    EXPECT_EQ(low_watermark(), 1);
}

TEST_F(ABigMessage, EndsAtOnceWithTheProvidersConnection) {
    begin();
    provider_sends("the last words");
    provider = OwnedFd();
    EXPECT_EQ(client_gets_all(), "the last words");
    EXPECT_EQ(ends(), Kind::lost);
}

// ---- A client that vanishes at any byte.

constexpr std::string_view dialogue =
    "b SELECT INBOX\r\nc APPEND x {3+}\r\nabc\r\nd UID FETCH 1:* (FLAGS)\r\n";

// Where no command is open on the client's side.
bool is_between_commands(std::size_t bytes) {
    return bytes == 0 || bytes == 16 || bytes == 38 || bytes == dialogue.size();
}

class AClientThatVanishes : public ALease, public testing::WithParamInterface<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(AtAnyByte, AClientThatVanishes,
                         testing::Range(std::size_t(0), dialogue.size() + 1));

TEST_P(AClientThatVanishes, LeavesASessionThatIsReturnedOnlyBetweenCommands) {
    start_and_read_answer();
    client_sends(dialogue.substr(0, GetParam()));
    ::shutdown(client.get(), SHUT_WR);
    // The provider answers each whole line's command.
    std::string seen;
    while (!outcome) {
        turn();
        std::array<char, 256> buffer{};
        const ssize_t bytes = ::recv(provider.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (bytes <= 0) continue;
        const std::size_t before = seen.size();
        seen.append(buffer.data(), static_cast<std::size_t>(bytes));
        for (const auto& [end, tagged] :
             {std::pair(16U, "b OK\r\n"), {38U, "c OK\r\n"}, {63U, "d OK\r\n"}}) {
            if (before < end && seen.size() >= end) send_now(provider.get(), tagged);
        }
    }
    EXPECT_EQ(outcome->kind, is_between_commands(GetParam()) ? Kind::returnable : Kind::unusable);
}

}  // namespace
}  // namespace gatepost::imap
