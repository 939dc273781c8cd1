// Where the sockets are, whose they are, and what is there already.
#include "daemon/unix_listener.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

#include <boost/asio/io_context.hpp>

namespace gatepost::daemon {
namespace {

class ListenerTest : public testing::Test {
  protected:
    ListenerTest() {
        directory = "/tmp/gatepost-test-XXXXXX";
        EXPECT_NE(::mkdtemp(directory.data()), nullptr);
        path = directory + "/s.sock";
    }
    ~ListenerTest() override { std::filesystem::remove_all(directory); }

    Result<UnixListener> listen(const SocketAccess& access = {0660, ""}) {
        return UnixListener::listen(context.get_executor(), path, access);
    }

    boost::asio::io_context context;
    std::string directory;
    std::string path;
};

TEST_F(ListenerTest, HasTheModeWhateverTheUmask) {
    const mode_t before = ::umask(0077);
    const auto listener = listen({0666, ""});
    EXPECT_EQ(::umask(before), 0077U) << "the umask is as it was";
    ASSERT_TRUE(listener) << listener.error().detail;
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0666U);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
}

TEST_F(ListenerTest, RemovesItsFileAtTheEnd) {
    {
        const auto listener = listen();
        ASSERT_TRUE(listener);
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST_F(ListenerTest, TakesThePlaceOfADeadOne) {
    { boost::asio::local::stream_protocol::acceptor dead(context, path); }
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_TRUE(listen());
}

TEST_F(ListenerTest, LeavesALiveOneAlone) {
    const auto live = listen();
    ASSERT_TRUE(live);
    const auto second = listen();
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().detail.find(path), std::string::npos);
    boost::asio::local::stream_protocol::socket client(context);
    EXPECT_NO_THROW(client.connect(path));
}

TEST_F(ListenerTest, NeedsItsDirectory) {
    path = directory + "/missing/s.sock";
    const auto listener = listen();
    ASSERT_FALSE(listener);
    EXPECT_NE(listener.error().detail.find("No such file or directory"), std::string::npos);
}

TEST_F(ListenerTest, NeedsItsGroup) {
    const auto listener = listen({0660, "no-such-group"});
    ASSERT_FALSE(listener);
    EXPECT_NE(listener.error().detail.find("no-such-group"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST_F(ListenerTest, NeedsAPathThatASocketCanHave) {
    path = directory + "/" + std::string(100, 'x');
    EXPECT_NE(listen().error().detail.find("too long"), std::string::npos);
}

}  // namespace
}  // namespace gatepost::daemon
