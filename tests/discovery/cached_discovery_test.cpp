// Discovery with a memory, whose searches the test answers when it likes.
#include "discovery/cached_discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "discovery/provider_text.h"
#include "played_network.h"

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Memory : public testing::Test {
  protected:
    struct Caller {
        std::optional<Report> report;
        bool cancelled = false;
        asio::cancellation_signal cancel;
    };

    ~Memory() override {
        for (const auto& caller : callers)
            caller->cancel.emit(asio::cancellation_type::all);
        settle();
    }

    std::shared_ptr<Caller> ask(const std::string& address, Freshness freshness = Freshness::any) {
        auto caller = std::make_shared<Caller>();
        callers.push_back(caller);
        asio::co_spawn(
            context, memory.discover(*parse_address(address), freshness),
            asio::bind_cancellation_slot(caller->cancel.slot(),
                                         [caller](std::exception_ptr thrown, Report report) {
                                             caller->cancelled = static_cast<bool>(thrown);
                                             if (!thrown) caller->report = std::move(report);
                                         }));
        settle();
        return caller;
    }

    void settle() {
        context.restart();
        context.poll();
    }

    /// The search for this address finds this user name.
    void answer(const std::string& address, const std::string& username) {
        Report report;
        report.email = address;
        report.found = true;
        report.settings = {"imap.example.com", 993, Security::tls, username, {}};
        Evidence evidence;
        evidence.source = SourceKind::srv;
        evidence.outcome = Outcome::found;
        evidence.took = std::chrono::milliseconds(30);
        evidence.candidates = {{report.settings, true}};
        report.evidence = {evidence};
        searches.answer(address, report);
        settle();
    }

    asio::awaitable<Report> search(Address address) {
        auto found = co_await searches.ask(address.text);
        co_return found ? std::move(*found) : Report();
    }

    static std::string username_of(const std::shared_ptr<Caller>& caller) {
        return caller->report ? caller->report->settings.username : "(none)";
    }

    asio::io_context context;
    Played<Report> searches;
    KnownProviders providers;
    CachedDiscovery memory{[this](Address address) { return search(std::move(address)); },
                           providers};
    std::vector<std::shared_ptr<Caller>> callers;
};

TEST_F(Memory, GivesWhatWasFoundAgainWithoutASearch) {
    ask("alice@example.com");
    answer("alice@example.com", "alice");
    const auto bob = ask("bob@example.com");
    EXPECT_EQ(username_of(bob), "bob");
    EXPECT_TRUE(bob->report->age);
    EXPECT_THAT(searches.asked, ElementsAre("alice@example.com"));
    EXPECT_EQ(memory.stats().hits, 1U);
    EXPECT_EQ(memory.stats().asked, 1U);
    EXPECT_EQ(memory.stats().kept, 1U);
}

TEST_F(Memory, MakesOneQuestionOfAHundredCallers) {
    std::vector<std::shared_ptr<Caller>> all;
    for (int i = 0; i < 100; ++i)
        all.push_back(ask("user" + std::to_string(i) + "@example.com"));
    EXPECT_THAT(searches.asked, ElementsAre("user0@example.com"));
    answer("user0@example.com", "user0@example.com");
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(username_of(all[i]), "user" + std::to_string(i) + "@example.com");
    EXPECT_THAT(searches.asked, ElementsAre("user0@example.com"));
    EXPECT_EQ(memory.stats().joined, 99U);
    EXPECT_FALSE(all[99]->report->age) << "it is news to all of them";
}

TEST_F(Memory, SearchesForEachAddressWhereTheAnswerDependsOnIt) {
    const auto alice = ask("alice@example.com");
    const auto bob = ask("bob@example.com");
    const auto bob_again = ask("bob@example.com");
    answer("alice@example.com", "u1");
    EXPECT_EQ(username_of(alice), "u1");
    EXPECT_EQ(username_of(bob), "(none)");
    EXPECT_THAT(searches.asked, ElementsAre("alice@example.com", "bob@example.com"));
    answer("bob@example.com", "u2");
    EXPECT_EQ(username_of(bob), "u2");
    EXPECT_EQ(username_of(bob_again), "u2");
    EXPECT_EQ(username_of(ask("alice@example.com")), "u1");
    EXPECT_EQ(searches.asked.size(), 2U);
}

TEST_F(Memory, LetsOneWhoWaitsAskInThePlaceOfOneWhoWent) {
    const auto alice = ask("alice@example.com");
    const auto bob = ask("bob@example.com");
    const auto carol = ask("carol@example.com");
    alice->cancel.emit(asio::cancellation_type::all);
    settle();
    EXPECT_THAT(searches.asked, ElementsAre("alice@example.com", "bob@example.com"));
    answer("bob@example.com", "bob");
    EXPECT_EQ(username_of(bob), "bob");
    EXPECT_EQ(username_of(carol), "carol");
}

TEST_F(Memory, OneWhoWaitsMayGoWithoutTheOthersNoticing) {
    const auto alice = ask("alice@example.com");
    const auto bob = ask("bob@example.com");
    bob->cancel.emit(asio::cancellation_type::all);
    settle();
    EXPECT_TRUE(bob->cancelled);
    answer("alice@example.com", "alice");
    EXPECT_EQ(username_of(alice), "alice");
}

TEST_F(Memory, IsPassedByWhereAFreshAnswerIsWanted) {
    ask("alice@example.com");
    answer("alice@example.com", "alice");
    const auto fresh = ask("alice@example.com", Freshness::fresh);
    EXPECT_EQ(searches.asked.size(), 2U);
    EXPECT_FALSE(fresh->report->age);
}

TEST_F(Memory, DoesNotOutliveTheTableThatItWasMadeWith) {
    ask("alice@example.com");
    answer("alice@example.com", "alice");
    const auto open = ask("alice@example.net");
    const auto imported = read_imported(
        "origin files Files.\nprovider example.com\n    name Example\n    from files\n"
        "    domains example.com\n    imap mail.example.org 993 tls address password\n",
        {});
    ASSERT_TRUE(imported) << imported.error().detail;
    providers.use(*imported);
    answer("alice@example.net", "alice");
    ask("alice@example.com");
    ask("bob@example.net");
    EXPECT_THAT(searches.asked, ElementsAre("alice@example.com", "alice@example.net",
                                            "alice@example.com", "bob@example.net"));
}

TEST_F(Memory, IsNotNeededForWhatTheTablesKnow) {
    ask("alice@gmail.com");
    ask("bob@gmail.com");
    EXPECT_THAT(searches.asked, ElementsAre("alice@gmail.com", "bob@gmail.com"));
    EXPECT_EQ(memory.stats().asked, 0U);
    EXPECT_EQ(memory.stats().kept, 0U);
}

TEST_F(Memory, CountsWhatBecameOfEachSource) {
    ask("alice@example.com");
    answer("alice@example.com", "alice");
    ask("bob@example.com");
    const SourceStats::OfSource& srv = memory.sources().of(SourceKind::srv);
    EXPECT_EQ(srv.outcomes[static_cast<std::size_t>(Outcome::found)], 1U);
    EXPECT_EQ(srv.answered, 1U);
    EXPECT_EQ(srv.took, std::chrono::milliseconds(30));
    EXPECT_THAT(srv.within, ElementsAre(0, 0, 1, 1, 1, 1, 1, 1, 1));
    EXPECT_EQ(memory.sources().of(SourceKind::mx).answered, 0U);
}

}  // namespace
}  // namespace gatepost::discovery
