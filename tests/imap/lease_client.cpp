#include "lease_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>

namespace gatepost::imap {

LeaseClient::LeaseClient() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    near_end_ = OwnedFd(ends[0]);
    far_end_ = OwnedFd(ends[1]);
    const timeval patience{30, 0};
    ::setsockopt(near_end_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

void LeaseClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(near_end_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool LeaseClient::receive() {
    std::array<char, 65536> buffer;  // recv fills it
    const ssize_t received = ::recv(near_end_.get(), buffer.data(), buffer.size(), 0);
    EXPECT_FALSE(received < 0 && errno == EAGAIN) << "nothing arrives";
    if (received <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(received));
    return true;
}

std::string LeaseClient::line() {
    std::size_t end = 0;
    while ((end = received_.find("\r\n")) == std::string::npos) {
        if (!receive()) return {};
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 2);
    return line;
}

std::string LeaseClient::bytes(std::size_t count) {
    while (received_.size() < count && receive()) {
    }
    std::string bytes = received_.substr(0, count);
    received_.erase(0, bytes.size());
    return bytes;
}

void LeaseClient::skip(std::size_t count) {
    while (received_.size() < count) {
        count -= received_.size();
        received_.clear();
        if (!receive()) return;
    }
    received_.erase(0, count);
}

std::vector<std::string> LeaseClient::answer(const std::string& tag) {
    std::vector<std::string> lines;
    do {
        lines.push_back(line());
    } while (!lines.back().empty() && !lines.back().starts_with(tag + " "));
    return lines;
}

std::string LeaseClient::command(const std::string& tag, const std::string& text) {
    send(tag + " " + text + "\r\n");
    const std::string last = answer(tag).back();
    return last.empty() ? last : last.substr(tag.size() + 1);
}

bool LeaseClient::is_closed() {
    return received_.empty() && !receive();
}

}  // namespace gatepost::imap
