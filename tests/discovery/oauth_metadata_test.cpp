#include "discovery/oauth_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* issuer = "https://login.example.com";

std::string document(const std::string& changed = "", const std::string& value = "") {
    std::string text =
        R"({"issuer":"https://login.example.com","authorization_endpoint":"https://login.example.com/authorize","token_endpoint":"https://login.example.com/token","scopes_supported":["mail",7,"offline_access"],"jwks_uri":3})";
    if (!changed.empty()) text.replace(text.find(changed), changed.size(), value);
    return text;
}

TEST(OAuthMetadata, NamesTheEndpointsAndScopes) {
    const auto facts = parse_oauth_metadata(document(), issuer);
    ASSERT_TRUE(facts) << facts.error().detail;
    EXPECT_EQ(facts->issuer, issuer);
    EXPECT_EQ(facts->authorization_endpoint, "https://login.example.com/authorize");
    EXPECT_EQ(facts->token_endpoint, "https://login.example.com/token");
    EXPECT_THAT(facts->scopes, ElementsAre("mail", "offline_access"));
}

TEST(OAuthMetadata, OfAnotherIssuerIsNotBelieved) {
    const auto facts = parse_oauth_metadata(document(), "https://login.example.com/");
    ASSERT_FALSE(facts);
    EXPECT_THAT(facts.error().detail, HasSubstr("another issuer"));
}

TEST(OAuthMetadata, EndpointsMustBeUnderTls) {
    for (const char* endpoint :
         {"http://login.example.com/token", "httpS://login.example.com/token",
          "https://127.0.0.1/token", "https://me@login.example.com/token", "token", ""}) {
        EXPECT_FALSE(
            parse_oauth_metadata(document("https://login.example.com/token", endpoint), issuer))
            << endpoint;
    }
}

TEST(OAuthMetadata, OtherDocumentsAreNone) {
    for (const char* text : {"", "[]", "null", "{}", "<html></html>", "{\"issuer\":7}",
                             "{\"issuer\":\"https://login.example.com\"}"})
        EXPECT_FALSE(parse_oauth_metadata(text, issuer)) << text;
    EXPECT_FALSE(parse_oauth_metadata(std::string(300'000, ' ') + document(), issuer));
}

TEST(OAuthMetadata, ScopesAreThoseForMailWhereTheProfileForItTells) {
    const std::string all =
        R"("openid","urn:ietf:params:oauth:scope:mail","urn:ietf:params:oauth:scope:contacts")";
    EXPECT_THAT(parse_oauth_metadata(document("\"mail\"", all), issuer)->scopes,
                ElementsAre("urn:ietf:params:oauth:scope:mail", "offline_access"));
}

TEST(OAuthMetadata, ScopesAreBounded) {
    std::string many = "\"mail\"";
    for (int i = 0; i < 100; ++i)
        many += ",\"s\"";
    EXPECT_THAT(parse_oauth_metadata(document("\"mail\"", many), issuer)->scopes, SizeIs(32));
}

TEST(OAuthMetadata, IsAskedForWhereTheTwoStandardsHaveIt) {
    EXPECT_THAT(oauth_metadata_urls("https://login.example.com/"),
                ElementsAre("https://login.example.com/.well-known/oauth-authorization-server",
                            "https://login.example.com/.well-known/openid-configuration"));
    EXPECT_THAT(oauth_metadata_urls("https://example.com/tenant/1"),
                ElementsAre("https://example.com/.well-known/oauth-authorization-server/tenant/1",
                            "https://example.com/tenant/1/.well-known/openid-configuration"));
}

TEST(OAuthMetadata, WhatIsNoIssuerIsNotAsked) {
    for (const char* text :
         {"", "login.example.com", "http://login.example.com", "https://login.example.com?x",
          "https://login.example.com#x", "https://10.0.0.1", "https://a@login.example.com",
          "https://login.example.com:8443", "https://localhost"})
        EXPECT_THAT(oauth_metadata_urls(text), IsEmpty()) << text;
}

}  // namespace
}  // namespace gatepost::discovery
