#include "cli/imap_tunnel.h"

#include <unistd.h>

#include <gmock/gmock.h>

#include <csignal>

#include "cli/unix_socket.h"
#include "scripted_server.h"

namespace gatepost::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view ok = "gatepost OK [CAPABILITY IMAP4rev1] Signed in\r\n";
constexpr std::string_view preauth = "* PREAUTH [CAPABILITY IMAP4rev1] Signed in\r\n";

void sign_in(Peer& peer) {
    peer.send("* OK Gatepost ready\r\n");
    EXPECT_EQ(peer.read_until("\r\n"), "gatepost LOGIN \"acc_1\" \"x\"\r\n");
    peer.send(ok);
}

struct Pipe {
    Pipe() {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        reader = Descriptor(ends[0]);
        writer = Descriptor(ends[1]);
    }
    Descriptor reader;
    Descriptor writer;
};

// The client of the tunnel: says `words` and nothing more, and hears everything.
class Client {
  public:
    explicit Client(std::string words)
        : speaks_([this, words = std::move(words)] {
              write_all(words);
              in_.writer = Descriptor();
          }),
          hears_([this] { heard_ = Peer(out_.reader.get()).read_all(); }) {}

    Result<void> run(const std::string& socket, TunnelPatience patience = {}) {
        auto done =
            run_imap_tunnel(socket, "acc_1", {in_.reader.get(), out_.writer.get()}, patience);
        out_.writer = Descriptor();
        hears_.join();
        speaks_.join();
        return done;
    }

    [[nodiscard]] const std::string& heard() const { return heard_; }

  private:
    void write_all(std::string_view words) {
        while (!words.empty()) {
            const ssize_t size = ::write(in_.writer.get(), words.data(), words.size());
            if (size <= 0) return;
            words.remove_prefix(static_cast<std::size_t>(size));
        }
    }

    Pipe in_;
    Pipe out_;
    std::string heard_;
    std::thread speaks_;
    std::thread hears_;
};

// All byte values, more than any buffer on the way holds.
std::string much() {
    std::string bytes;
    for (int i = 0; i < (1 << 20); ++i)
        bytes += static_cast<char>(i * 7);
    return bytes;
}

TEST(ImapTunnel, GreetsWithPreauthAndRelaysUntilTheDaemonCloses) {
    ScriptedServer server("imap.sock", [](Peer& peer) {
        sign_in(peer);
        EXPECT_EQ(peer.read_until("LOGOUT\r\n"), "a NOOP\r\nb LOGOUT\r\n");
        peer.send("a OK\r\n* BYE\r\nb OK\r\n");
    });
    Client client("a NOOP\r\nb LOGOUT\r\n");
    EXPECT_TRUE(client.run(server.path()));
    EXPECT_EQ(client.heard(), std::string(preauth) + "a OK\r\n* BYE\r\nb OK\r\n");
}

TEST(ImapTunnel, TheEndOfInputIsPassedOnAndAnswersStillCome) {
    ScriptedServer server("imap.sock", [](Peer& peer) {
        sign_in(peer);
        EXPECT_EQ(peer.read_all(), "a NOOP\r\n");
        peer.send("a OK\r\n");
    });
    Client client("a NOOP\r\n");
    EXPECT_TRUE(client.run(server.path()));
    EXPECT_THAT(client.heard(), HasSubstr("a OK"));
}

TEST(ImapTunnel, EveryByteArrivesAsItWas) {
    const std::string bytes = much();
    ScriptedServer server("imap.sock", [&](Peer& peer) {
        sign_in(peer);
        EXPECT_TRUE(peer.read_all() == bytes);
        peer.send(bytes);
    });
    Client client(bytes);
    EXPECT_TRUE(client.run(server.path()));
    EXPECT_TRUE(client.heard() == std::string(preauth) + bytes);
}

TEST(ImapTunnel, ADaemonThatSpeaksFirstAndMuchDoesNotStopTheClientsWords) {
    const std::string bytes = much();
    ScriptedServer server("imap.sock", [&](Peer& peer) {
        sign_in(peer);
        peer.send(bytes);
        EXPECT_TRUE(peer.read_all() == bytes);
    });
    Client client(bytes);
    EXPECT_TRUE(client.run(server.path()));
}

TEST(ImapTunnel, ARefusalIsTheReasonAndNothingIsSaidToTheClient) {
    ScriptedServer server("imap.sock", [](Peer& peer) {
        peer.send("* OK Gatepost ready\r\n");
        peer.read_until("\r\n");
        peer.send("gatepost NO There is no account acc_1\r\n");
    });
    Client client("a NOOP\r\n");
    const auto done = client.run(server.path());
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().detail, HasSubstr("There is no account acc_1"));
    EXPECT_EQ(client.heard(), "");
}

TEST(ImapTunnel, WithoutADaemonTheReasonNamesTheSocket) {
    Client client("");
    const auto done = client.run("/nonexistent/imap.sock");
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().detail, HasSubstr("/nonexistent/imap.sock"));
}

TEST(ImapTunnel, ADaemonThatIsSilentAfterTheLastWordIsLeft) {
    ScriptedServer server("imap.sock", [](Peer& peer) {
        sign_in(peer);
        peer.read_all();
        peer.read_all();  // nothing more: until the tunnel closes
    });
    Client client("a NOOP\r\n");
    EXPECT_TRUE(client.run(server.path(), {.silence = std::chrono::milliseconds(0)}));
    EXPECT_THAT(client.heard(), StartsWith("* PREAUTH"));
}

TEST(ImapTunnel, ADaemonThatNeverAnswersIsLeft) {
    ScriptedServer server("imap.sock", [](Peer& peer) { peer.read_all(); });
    Client client("");
    const auto done = client.run(server.path(), {.sign_in = std::chrono::milliseconds(20)});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ProblemKind::timed_out);
}

TEST(ImapTunnel, ADaemonThatClosesEndsItWhileInputIsStillOpen) {
    ScriptedServer server("imap.sock", [](Peer& peer) {
        sign_in(peer);
        peer.send("* BYE\r\n");
    });
    const Pipe in;
    const Pipe out;
    EXPECT_TRUE(run_imap_tunnel(server.path(), "acc_1", {in.reader.get(), out.writer.get()}));
}

TEST(ImapTunnel, AClientThatReadsNoMoreEndsIt) {
    std::signal(SIGPIPE, SIG_IGN);
    ScriptedServer server("imap.sock", [](Peer& peer) {
        sign_in(peer);
        peer.read_all();
    });
    const Pipe in;
    Pipe out;
    out.reader = Descriptor();
    EXPECT_FALSE(run_imap_tunnel(server.path(), "acc_1", {in.reader.get(), out.writer.get()}));
}

}  // namespace
}  // namespace gatepost::cli
