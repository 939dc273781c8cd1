// imap.sock as its clients meet it, up to where the descriptor changes hands.
#include <gtest/gtest.h>

#include <unistd.h>

#include "daemon/imap_connection.h"
#include "served_socket.h"

namespace gatepost::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view greeting =
    "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Gatepost ready\r\n";

class ImapServer : public testing::Test {
  protected:
    void serve(std::chrono::milliseconds patience = 60s, ServerLimits limits = {100, 100}) {
        socket.serve(limits, imap_turned_away(), [=, this](Client client, PeerLimit::Place place) {
            return make_imap_connection(std::move(client), std::move(place), lease, socket.log,
                                        patience);
        });
    }

    /// As a reactor would: the descriptor is answered on, whoever's it is.
    LeaseMaker lease = [](const Peer&, std::string_view account, imap::OwnedFd& client,
                          const std::string& tag, const std::string& received) -> Result<void> {
        if (account != "known") return problem(ProblemKind::unknown_account, "There is none.");
        const imap::OwnedFd mine(std::move(client));
        const std::string answer = tag + " OK signed in, with [" + received + "] behind it\r\n";
        EXPECT_EQ(::write(mine.get(), answer.data(), answer.size()),
                  static_cast<ssize_t>(answer.size()));
        return {};
    };
    ServedSocket socket;
};

TEST_F(ImapServer, GreetsAndHandsTheClientOver) {
    serve();
    RawClient client(socket.path);
    EXPECT_EQ(client.read_until("\r\n"), greeting);
    client.send("a LOGIN known secret\r\nb NOOP\r\n");
    EXPECT_EQ(client.read_all(), "a OK signed in, with [b NOOP\r\n] behind it\r\n");
    EXPECT_TRUE(socket.becomes_empty());
}

TEST_F(ImapServer, TurnsAwayAndHandsOverOnASecondTry) {
    serve();
    RawClient client(socket.path);
    client.read_until("\r\n");
    client.send("a LOGIN unknown x\r\n");
    EXPECT_TRUE(client.read_until("\r\n").starts_with("a NO [AUTHENTICATIONFAILED] "));
    client.send("b NOOP\r\n");
    EXPECT_TRUE(client.read_until("\r\n").starts_with("b OK "));
    client.send("c LOGIN known x\r\n");
    EXPECT_TRUE(client.read_until("\r\n").starts_with("c OK "));
}

TEST_F(ImapServer, EndsWithAByeWhenTheClientTakesTooLong) {
    serve(50ms);
    RawClient client(socket.path);
    EXPECT_EQ(client.read_until("\r\n"), greeting);
    EXPECT_TRUE(client.read_all().starts_with("* BYE "));
}

TEST_F(ImapServer, ClosesAfterLogout) {
    serve();
    RawClient client(socket.path);
    client.send("a LOGOUT\r\n");
    const std::string answer = client.read_all();
    EXPECT_NE(answer.find("* BYE "), std::string::npos);
    EXPECT_NE(answer.find("a OK "), std::string::npos);
}

TEST_F(ImapServer, TurnsAwayAUserWithTooManyConnections) {
    serve(60s, {1, 100});
    RawClient first(socket.path);
    first.read_until("\r\n");
    RawClient second(socket.path);
    EXPECT_TRUE(second.read_all().starts_with("* BYE There are too many"));
}

TEST_F(ImapServer, CountsNoClientThatHasASession) {
    serve(60s, {1, 100});
    for (int i = 0; i < 3; ++i) {
        RawClient client(socket.path);
        client.read_until("\r\n");
        client.send("a LOGIN known x\r\n");
        EXPECT_TRUE(client.read_all().starts_with("a OK "));
        EXPECT_TRUE(socket.becomes_empty());
    }
}

TEST_F(ImapServer, EndsWhenItFinishes) {
    serve();
    RawClient client(socket.path);
    client.read_until("\r\n");
    socket.finish();
    EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace gatepost::daemon
