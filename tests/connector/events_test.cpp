// What the connector tells of its accounts: events, and the overview.
#include "connector/unix_time.h"
#include "connector_conversation.h"

namespace gatepost::connector {
namespace {

using testing::ElementsAre;

class Events : public ConnectorTest {
  protected:
    std::vector<std::string> happened() {
        std::vector<std::string> words;
        const EventHistory& history = connector->events()->history();
        for (const Event* event = history.after(0); event; event = history.after(event->number)) {
            if (const auto* change = std::get_if<StateChange>(&event->what)) {
                words.push_back(change->application + "/" + change->email + " " +
                                std::string(change->state ? name_of(*change->state) : "none") +
                                (change->problem ? " " + change->problem->detail : ""));
            }
        }
        return words;
    }
};

TEST_F(Events, TellAnAccountsLife) {
    connect("alice");
    tell_refused("alice", 1);
    ASSERT_TRUE(run(connector->change("alice", new_password("right"))));
    ASSERT_TRUE(run(connector->pause("alice")));
    ASSERT_TRUE(run(connector->remove("alice")));
    EXPECT_THAT(happened(),
                ElementsAre("default/alice@example.com live",
                            "default/alice@example.com refused The password was changed.",
                            "default/alice@example.com live", "default/alice@example.com paused",
                            "default/alice@example.com none"));
}

TEST_F(Events, TellWhenItHappened) {
    connect("alice");
    const Event* event = connector->events()->history().after(0);
    ASSERT_NE(event, nullptr);
    const auto at = std::get<StateChange>(event->what).at;
    EXPECT_EQ(milliseconds_of(at), run(connector->find("alice"))->record.state_since_ms);
}

TEST_F(Events, AreThereBeforeAnythingHappens) {
    EXPECT_EQ(connector->events()->history().last(), 0U);
}

TEST_F(Events, TellWhatHappensInMailboxes) {
    connect("alice");
    const EventFeed::Reader reader(connector->events(), true);
    EXPECT_THAT(reactors.told, ElementsAre("Watch", "Watch")) << "each of the two reactors";
    const EventNumber before = reader.history().last();
    reactors.tell(imap::MailboxChanged{"alice", 1, "INBOX", imap::MailboxChanged::What::gone, 7});
    settle();
    const Event* event = reader.history().after(before);
    ASSERT_NE(event, nullptr);
    const auto& change = std::get<MailboxChange>(event->what);
    EXPECT_EQ(change.email, "alice@example.com");
    EXPECT_EQ(change.mailbox, "INBOX");
    EXPECT_EQ(change.event, MailboxEvent::gone);
    EXPECT_EQ(change.messages, 7U);
}

TEST_F(Events, TellNothingOfMailboxesThatAreNotServedSo) {
    connect("alice");
    reactors.tell(imap::MailboxChanged{"alice", 9, "INBOX", {}, 1});
    reactors.tell(imap::MailboxChanged{"nobody", 1, "INBOX", {}, 1});
    settle();
    EXPECT_EQ(connector->events()->history().last(), 1U);
}

using Overviews = ConnectorTest;

TEST_F(Overviews, CountTheAccountsThatTheCallerMayUse) {
    connect("alice");
    ConnectRequest of_crm = request("bob");
    of_crm.application = "crm";
    ASSERT_TRUE(run(connector->connect(std::move(of_crm))));
    const auto total = [this](const Scope& scope) {
        return run(connector->overview(scope)).all.total();
    };
    const auto everything = [](std::string_view) { return true; };
    const auto only_crm = [](std::string_view application) { return application == "crm"; };
    EXPECT_EQ(total({std::nullopt, everything}), 2U);
    EXPECT_EQ(total({std::nullopt, only_crm}), 1U);
    EXPECT_EQ(total({"default", everything}), 1U);
    EXPECT_EQ(total({"default", only_crm}), 0U);
    EXPECT_EQ(run(connector->overview({"crm", everything})).all.sessions.idle, 1U);
}

}  // namespace
}  // namespace gatepost::connector
