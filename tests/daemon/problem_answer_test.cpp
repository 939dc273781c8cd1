// Problems as HTTP answers (RFC 9457).
#include "daemon/problem_answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <boost/json/parse.hpp>

namespace gatepost::daemon {
namespace {

namespace json = boost::json;

TEST(ProblemStatus, IsTheContracts) {
    const std::map<ProblemKind, unsigned> contract{
        {ProblemKind::bad_request, 400},     {ProblemKind::invalid_address, 400},
        {ProblemKind::unknown_account, 404}, {ProblemKind::not_found, 404},
        {ProblemKind::operator_only, 403},   {ProblemKind::not_allowed, 405},
        {ProblemKind::already_exists, 409},  {ProblemKind::settings_unproven, 409},
        {ProblemKind::too_large, 413},       {ProblemKind::settings_not_found, 422},
        {ProblemKind::sign_in_refused, 422}, {ProblemKind::cannot_connect, 422},
        {ProblemKind::tls_failed, 422},      {ProblemKind::host_not_allowed, 422},
        {ProblemKind::no_imap, 422},         {ProblemKind::app_password_needed, 422},
        {ProblemKind::overloaded, 503},      {ProblemKind::vault_full, 507},
        {ProblemKind::internal, 500}};
    for (const auto& [kind, status] : contract)
        EXPECT_EQ(status_of(kind), status) << name_of(kind);
}

TEST(ProblemAnswer, TellsTypeTitleStatusDetailAndFacts) {
    const Answer answer =
        answer_of(problem(ProblemKind::cannot_connect, "It is away.").with("reason", "dns"));
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(answer.problem, "cannot-connect");
    const json::object members = json::parse(answer.body).as_object();
    EXPECT_EQ(members.at("type"), "urn:gatepost:problem:cannot-connect");
    EXPECT_EQ(members.at("title"), json::string(title_of(ProblemKind::cannot_connect)));
    EXPECT_EQ(members.at("status"), 422);
    EXPECT_EQ(members.at("detail"), "It is away.");
    EXPECT_EQ(members.at("reason"), "dns");
}

TEST(ProblemAnswer, KeepsItsMembersFromFacts) {
    const Answer answer =
        answer_of(problem(ProblemKind::internal, "Ours.").with("detail", "theirs"));
    EXPECT_EQ(json::parse(answer.body).at("detail"), "Ours.");
}

TEST(ProblemAnswer, IsUtf8WhateverTheProviderSaid) {
    const Answer answer =
        answer_of(problem(ProblemKind::sign_in_refused, "\xff").with("provider_text", "\xfe"));
    EXPECT_EQ(json::parse(answer.body).at("provider_text"), "\xef\xbf\xbd");
}

TEST(ProblemAnswer, SaysWhenToComeBackWhereThatHelps) {
    const auto retry_after = [](ProblemKind kind) {
        const Answer answer = answer_of(problem(kind, "."));
        return std::ranges::any_of(
            answer.headers, [](const auto& header) { return header.first == "Retry-After"; });
    };
    EXPECT_TRUE(retry_after(ProblemKind::overloaded));
    EXPECT_TRUE(retry_after(ProblemKind::provider_unavailable));
    EXPECT_FALSE(retry_after(ProblemKind::sign_in_refused));
}

discovery::Report unproven_report() {
    discovery::Report report;
    report.found = true;
    report.settings.host = "imap.example.com";
    report.evidence.resize(1);
    return report;
}

TEST(RefusalAnswer, HasTheEvidence) {
    const Answer answer = answer_of(connector::Refusal{
        problem(ProblemKind::settings_not_found, "Nobody knows."), discovery::Report()});
    const json::object members = json::parse(answer.body).as_object();
    EXPECT_TRUE(members.at("evidence").is_array());
    EXPECT_FALSE(members.contains("settings"));
}

TEST(RefusalAnswer, HasTheSettingsThatAreToBeConfirmed) {
    const Answer answer = answer_of(
        connector::Refusal{problem(ProblemKind::settings_unproven, "Confirm."), unproven_report()});
    const json::object members = json::parse(answer.body).as_object();
    EXPECT_EQ(members.at("settings").at("host"), "imap.example.com");
    EXPECT_EQ(members.at("evidence").as_array().size(), 1U);
}

TEST(MethodNotAllowed, SaysWhichAre) {
    const Answer answer = method_not_allowed("GET, HEAD");
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.headers.front(), std::pair(std::string("Allow"), std::string("GET, HEAD")));
}

}  // namespace
}  // namespace gatepost::daemon
