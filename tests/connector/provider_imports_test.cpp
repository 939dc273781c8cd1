#include "connector/provider_imports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "fake_vault.h"

namespace gatepost::connector {
namespace {

using testing::HasSubstr;

std::string table(const std::string& domain) {
    return "origin files Files.\nprovider " + domain + "\n name N\n from files\n domains " +
           domain + " also." + domain + "\n imap imap." + domain + " 993 tls address password\n";
}

// One start of the daemon after the other, with the file that stays.
class Imports : public testing::Test {
  protected:
    Imports() { start(); }

    void start() {
        vault_ = vault::Vault::open({}).value();
        known = std::make_unique<discovery::KnownProviders>();
        imports = std::make_unique<ProviderImports>(context.get_executor(), *vault_, *known);
        loaded = imports->load();
    }

    Result<void> done(boost::asio::awaitable<Result<void>> operation) {
        std::optional<Result<void>> result;
        boost::asio::co_spawn(context, std::move(operation),
                              [&](std::exception_ptr, Result<void> value) { result = value; });
        context.restart();
        context.run();
        return result.value();
    }

    std::string host_of(const std::string& domain) {
        const auto found = known->by_domain(domain);
        return found.entry == nullptr ? "nobody's" : found.entry->servers.front().host;
    }

    vault::FakeVaultFile file;
    boost::asio::io_context context;
    std::unique_ptr<discovery::KnownProviders> known;
    std::unique_ptr<ProviderImports> imports;
    Result<void> loaded;

  private:
    std::unique_ptr<vault::Vault> vault_;
};

TEST_F(Imports, AreBelievedAtOnceAndAfterARestart) {
    EXPECT_TRUE(loaded);
    EXPECT_FALSE(imports->imported());
    ASSERT_TRUE(done(imports->put(table("corp.example"))));
    const auto before = imports->imported();
    ASSERT_TRUE(before);
    EXPECT_EQ(host_of("corp.example"), "imap.corp.example");
    EXPECT_EQ(before->providers, 1U);
    EXPECT_EQ(before->domains, 2U);

    start();
    EXPECT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(host_of("corp.example"), "imap.corp.example");
    EXPECT_EQ(host_of("gmail.com"), "imap.gmail.com");
    EXPECT_EQ(imports->imported()->imported_at, before->imported_at);
}

TEST_F(Imports, TheNewOneTakesTheOldOnesPlace) {
    ASSERT_TRUE(done(imports->put(table("a.example"))));
    ASSERT_TRUE(done(imports->put(table("b.example"))));
    EXPECT_EQ(host_of("a.example"), "nobody's");
    EXPECT_EQ(host_of("b.example"), "imap.b.example");
}

TEST_F(Imports, RemovingGoesBackToTheCompiledInTable) {
    ASSERT_TRUE(done(imports->put(table("gmail.com"))));
    EXPECT_EQ(host_of("gmail.com"), "imap.gmail.com");
    EXPECT_TRUE(known->by_domain("gmail.com").is_imported);
    ASSERT_TRUE(done(imports->remove()));
    EXPECT_FALSE(known->by_domain("gmail.com").is_imported);
    EXPECT_TRUE(done(imports->remove()));
    start();
    EXPECT_FALSE(imports->imported());
}

TEST_F(Imports, WhatDoesNotReadChangesNothing) {
    ASSERT_TRUE(done(imports->put(table("a.example"))));
    const auto refused = done(imports->put("provider a.example\n"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::bad_request);
    EXPECT_EQ(host_of("a.example"), "imap.a.example");
}

TEST_F(Imports, WhatIsNotStoredIsNotBelieved) {
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    EXPECT_EQ(done(imports->put(table("a.example"))).error().kind, ProblemKind::vault_full);
    EXPECT_EQ(host_of("a.example"), "nobody's");
    file.write_problem.reset();
    ASSERT_TRUE(done(imports->put(table("a.example"))));
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    EXPECT_EQ(done(imports->remove()).error().kind, ProblemKind::vault_full);
    EXPECT_EQ(host_of("a.example"), "imap.a.example");
}

TEST_F(Imports, AStoredTableThatDoesNotReadIsToldAndKept) {
    file.documents["providers"] = {"providers", "a later version's words", 1};
    start();
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().detail, HasSubstr("line 1"));
    EXPECT_FALSE(imports->imported());
    EXPECT_EQ(file.documents["providers"].text, "a later version's words");
}

}  // namespace
}  // namespace gatepost::connector
