#include "connector/account_id.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace gatepost::connector {
namespace {

constexpr std::string_view prefix = "acc_";
constexpr std::size_t random_characters = 20;  // 100 bits: no two accounts ever meet by chance
constexpr std::size_t max_characters = 64;     // the contract's bound for ids of callers
constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";

// getrandom(2) gives requests of up to 256 bytes whole, once the kernel's pool is ready.
template <std::size_t N>
std::array<unsigned char, N> random_bytes() {
    std::array<unsigned char, N> bytes{};
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return bytes;
}

bool is_id_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

}  // namespace

std::string random_word() {
    std::string word;
    for (const unsigned char byte : random_bytes<random_characters>())
        word += base32[byte % 32];
    return word;
}

std::string new_account_id() {
    return std::string(prefix) + random_word();
}

bool is_account_id(std::string_view id) {
    return !id.empty() && id.size() <= max_characters && std::ranges::all_of(id, is_id_character);
}

}  // namespace gatepost::connector
