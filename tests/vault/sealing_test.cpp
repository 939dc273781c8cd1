#include "vault/sealing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <fstream>
#include <map>
#include <set>

namespace gatepost::vault {
namespace {

using Vector = std::map<std::string, std::string>;

/// The blocks of "name: value" lines in the file, which blank lines separate.
std::vector<Vector> vectors() {
    std::ifstream file(GATEPOST_SEALING_VECTORS);
    std::vector<Vector> vectors(1);
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (line.starts_with('#')) continue;
        if (line.empty()) {
            vectors.emplace_back();
        } else {
            vectors.back()[line.substr(0, colon)] = line.substr(std::min(colon + 2, line.size()));
        }
    }
    std::erase_if(vectors, [](const Vector& vector) { return vector.empty(); });
    return vectors;
}

Bytes unhex(const std::string& hex) {
    if (hex.empty()) return {};
    Bytes bytes(hex.size() / 2);
    std::size_t size = 0;
    EXPECT_EQ(::sodium_hex2bin(bytes.data(), bytes.size(), hex.data(), hex.size(), nullptr, &size,
                               nullptr),
              0);
    EXPECT_EQ(size, bytes.size());
    return bytes;
}

std::string text_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

class Sealing : public testing::Test {
  protected:
    Key key_from(const std::string& hex) const {
        Key read(*arena);
        const Bytes bytes = unhex(hex);
        std::copy_n(bytes.begin(), Key::size, read.bytes());
        return read;
    }

    static Place place_in(const Vector& vector) {
        return {.purpose = static_cast<Purpose>(std::stoi(vector.at("purpose"))),
                .record = record_id_of(bytes_of(vector.at("id"))),
                .field = static_cast<std::uint16_t>(std::stoul(vector.at("field"))),
                .version = std::stoull(vector.at("version"))};
    }

    std::unique_ptr<KeyArena> arena = std::move(*KeyArena::make());
    Key key = Key::random(*arena);
    Place place{.purpose = Purpose::account,
                .record = record_id_of(bytes_of("acc_1")),
                .field = 1,
                .version = 7};
};

TEST_F(Sealing, OpensAndRefusesAsTheVectorsSay) {
    std::size_t opened = 0;
    std::size_t refused = 0;
    for (const Vector& vector : vectors()) {
        SCOPED_TRACE(vector.at("name"));
        const auto secret =
            open(key_from(vector.at("key")), place_in(vector), unhex(vector.at("sealed")));
        if (vector.at("expect") == "opens") {
            ASSERT_TRUE(secret);
            EXPECT_EQ(secret->reveal(), text_of(unhex(vector.at("plain"))));
            ++opened;
        } else {
            EXPECT_FALSE(secret);
            ++refused;
        }
    }
    EXPECT_GE(opened, 6);
    EXPECT_GE(refused, 16);
}

TEST_F(Sealing, WritesWhatTheVectorsSay) {
    for (const Vector& vector : vectors()) {
        if (vector.at("expect") != "opens") continue;
        SCOPED_TRACE(vector.at("name"));
        Nonce nonce;
        std::ranges::copy(unhex(vector.at("nonce")), nonce.begin());
        EXPECT_EQ(
            seal(key_from(vector.at("key")), place_in(vector), unhex(vector.at("plain")), nonce),
            unhex(vector.at("sealed")));
    }
}

TEST_F(Sealing, DetectsEveryFlippedBit) {
    const Bytes sealed = seal(key, place, bytes_of("correct horse"));
    for (std::size_t byte = 0; byte < sealed.size(); ++byte) {
        for (int bit = 0; bit < 8; ++bit) {
            Bytes flipped = sealed;
            flipped[byte] = static_cast<unsigned char>(flipped[byte] ^ (1 << bit));
            EXPECT_FALSE(open(key, place, flipped)) << byte << "." << bit;
        }
    }
    EXPECT_TRUE(open(key, place, sealed));
}

TEST_F(Sealing, NeverUsesANonceTwice) {
    std::set<Bytes> nonces;
    for (int i = 0; i < 1000; ++i) {
        const Bytes sealed = seal(key, place, {});
        nonces.emplace(sealed.begin() + 1, sealed.begin() + 1 + nonce_bytes);
    }
    EXPECT_THAT(nonces, testing::SizeIs(1000));
}

TEST_F(Sealing, WrapsKeysForTheirPlaceOnly) {
    const Key data_key = Key::random(*arena);
    const Bytes wrapped = wrap(key, place, data_key);
    const auto unwrapped = unwrap(key, place, wrapped);
    ASSERT_TRUE(unwrapped);
    EXPECT_EQ(::sodium_memcmp(unwrapped->bytes(), data_key.bytes(), Key::size), 0);
    Place other = place;
    other.version = 8;
    EXPECT_FALSE(unwrap(key, other, wrapped));
    EXPECT_FALSE(unwrap(data_key, place, wrapped));
}

TEST_F(Sealing, TakesNothingButAKeyForAKey) {
    EXPECT_FALSE(unwrap(key, place, seal(key, place, bytes_of("too short"))));
    EXPECT_FALSE(unwrap(key, place, seal(key, place, Bytes(Key::size + 1))));
    EXPECT_FALSE(unwrap(key, place, {}));
}

}  // namespace
}  // namespace gatepost::vault
