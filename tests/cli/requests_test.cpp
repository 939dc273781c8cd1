#include "cli/requests.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace gatepost::cli {
namespace {

namespace json = boost::json;

json::value parsed(const Secret& body) {
    return json::parse(body.reveal());
}

TEST(Targets, AnyNameIsOnePathSegment) {
    EXPECT_EQ(account_target({"acc_7k", ""}), "/v1/accounts/acc_7k");
    EXPECT_EQ(account_target({"alice@example.com", ""}, "verify"),
              "/v1/accounts/alice%40example.com/verify");
    EXPECT_EQ(account_target({"alice@example.com", "crm"}, "verify"),
              "/v1/accounts/alice%40example.com/verify?application=crm");
    EXPECT_EQ(account_target({"../../x?y#z", ""}), "/v1/accounts/..%2F..%2Fx%3Fy%23z");
    EXPECT_EQ(account_target({"a b%41", ""}), "/v1/accounts/a%20b%2541");
    EXPECT_EQ(account_target({"ü\r\n", ""}), "/v1/accounts/%C3%BC%0D%0A");
}

TEST(Targets, AnAddressIsOneQueryValue) {
    Discover asked;
    asked.address = "a+b&c=d@example.com";
    EXPECT_EQ(discovery_target(asked), "/v1/discovery?email=a%2Bb%26c%3Dd%40example.com");
    asked.fresh = true;
    EXPECT_EQ(discovery_target(asked),
              "/v1/discovery?email=a%2Bb%26c%3Dd%40example.com&fresh=true");
}

TEST(Targets, AListAsksForItsFilterAndPage) {
    EXPECT_EQ(accounts_target({}, 100, ""), "/v1/accounts?limit=100");
    EXPECT_EQ(accounts_target({"", "live", {{"team", "a b"}}}, 10, "acc_1"),
              "/v1/accounts?limit=10&state=live&label.team=a%20b&after=acc_1");
}

TEST(Labels, AreANameAndAValue) {
    EXPECT_EQ(label_of("team=mail"), std::pair(std::string("team"), std::string("mail")));
    EXPECT_EQ(label_of("query=a=b"), std::pair(std::string("query"), std::string("a=b")));
    EXPECT_EQ(label_of("empty="), std::pair(std::string("empty"), std::string()));
    EXPECT_EQ(label_of("team"), std::nullopt);
    EXPECT_EQ(label_of("=mail"), std::nullopt);
    EXPECT_EQ(label_of(""), std::nullopt);
}

TEST(ConnectBody, HoldsNothingThatWasNotGiven) {
    AddAccount account;
    account.address = "alice@example.com";
    EXPECT_EQ(parsed(connect_body(account, Secret::copy_of("marked"))),
              json::parse(R"({"email": "alice@example.com", "password": "marked"})"));
}

TEST(ConnectBody, HoldsAllThatWasGiven) {
    const AddAccount account{.address = "a@b.example",
                             .application = "crm",
                             .host = "imap.b.example",
                             .port = 143,
                             .security = "starttls",
                             .username = "a",
                             .accept_unproven = true,
                             .id = "mine",
                             .labels = {{"team", "mail"}}};
    EXPECT_EQ(parsed(connect_body(account, Secret::copy_of("marked"))), json::parse(R"({
        "email": "a@b.example", "password": "marked", "application": "crm", "id": "mine", "accept_unproven": true,
        "imap": {"host": "imap.b.example", "port": 143, "security": "starttls", "username": "a"},
        "labels": {"team": "mail"}})"));
}

TEST(PasswordBody, KeepsEveryCharacterOfThePassword) {
    for (const std::string& password :
         {std::string("quote\" and \\ and \x01 and \xC3\xA9"), std::string(4096, '"')}) {
        const json::value body = parsed(password_body(Secret::copy_of(password)));
        EXPECT_EQ(body.at("password").as_string(), password);
        EXPECT_EQ(body.as_object().size(), 1U);
    }
}

TEST(Targets, OfEventsAndStatusNameWhatIsAskedFor) {
    EXPECT_EQ(events_target({}), "/v1/events");
    EXPECT_EQ(events_target({"a@b.example", ""}), "/v1/events?account=a%40b.example");
    EXPECT_EQ(events_target({"a", "crm"}), "/v1/events?account=a&application=crm");
    EXPECT_EQ(status_target({}), "/v1/status");
    EXPECT_EQ(status_target({"crm", true}), "/v1/status?application=crm");
}

}  // namespace
}  // namespace gatepost::cli
