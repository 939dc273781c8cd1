#include "net/digest.h"

#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

// The examples of FIPS 180-2, in base64.
TEST(Digest, IsThatOfTheStandard) {
    EXPECT_EQ(sha256_base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    EXPECT_EQ(sha256_base64(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

}  // namespace
}  // namespace gatepost::net
