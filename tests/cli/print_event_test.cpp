#include "cli/print_event.h"

#include <gtest/gtest.h>

#include <sstream>

namespace gatepost::cli {
namespace {

std::string printed(const char* type, const char* data, bool json = false) {
    std::ostringstream out;
    print_event({out, json}, {type, "r-1", data});
    return out.str();
}

constexpr const char* retrying =
    R"({"account":"acc_1","email":"a@x.example","state":"retrying","previous":"live",)"
    R"("problem":{"detail":"It \u001b[2Jrefused."},"at":"2026-01-01T00:00:00.000Z"})";

TEST(PrintEvent, IsALineForPeople) {
    EXPECT_EQ(printed("account.state", retrying),
              "2026-01-01T00:00:00.000Z  a@x.example  retrying (was live): It \uFFFD[2Jrefused.\n");
    EXPECT_EQ(printed("account.state",
                      R"({"email":"a@x.example","state":"live","previous":null,"at":"T"})"),
              "T  a@x.example  live (new)\n");
    EXPECT_EQ(printed("mailbox.changed", R"({"email":"a@x.example","mailbox":"INBOX",)"
                                         R"("change":"new","messages":12,"at":"T"})"),
              "T  a@x.example  INBOX: new mail, 12 messages now\n");
}

TEST(PrintEvent, SaysThatSomethingWasMissed) {
    EXPECT_EQ(printed("reset", R"({"reason":"restarted","at":"T"})"),
              "T  events were missed (restarted): `gatepost account list` shows how accounts are "
              "now\n");
}

TEST(PrintEvent, IsALineOfJsonForPrograms) {
    EXPECT_EQ(printed("reset", R"({"reason":"restarted","at":"T"})", true),
              R"({"event":"reset","id":"r-1","reason":"restarted","at":"T"})"
              "\n");
}

TEST(PrintEvent, ShowsWhatItDoesNotKnow) {
    EXPECT_EQ(printed("weather", R"({"at":"T","rain":1})"),
              "T  weather {\"at\":\"T\",\"rain\":1}\n");
    EXPECT_EQ(printed("weather", "no JSON"), "  weather no JSON\n");
}

}  // namespace
}  // namespace gatepost::cli
