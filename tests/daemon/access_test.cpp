// Whose accounts are whose. The users and groups are those of every Debian (base-passwd).
#include "daemon/access.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/system_names.h"

namespace gatepost::daemon {
namespace {

const uid_t www_data = *user_id_of("www-data");
const uid_t nobody = *user_id_of("nobody");
const gid_t operators = *group_id_of("operator");
const gid_t others = *group_id_of("nogroup");

Access access_of(const AccessRules& rules) {
    return *Access::make(rules);
}

TEST(Access, WithoutRulesTheDefaultApplicationIsEverybodys) {
    const Access access = access_of({});
    EXPECT_TRUE(access.knows("default"));
    EXPECT_TRUE(access.admits({nobody, {others}}, "default"));
}

TEST(Access, ApplicationThatNoRuleNamesIsNobodys) {
    const Access access = access_of({});
    EXPECT_FALSE(access.knows("crm"));
    EXPECT_FALSE(access.admits({nobody, {others}}, "crm"));
}

TEST(Access, IsForTheUsersThatAreNamed) {
    const Access access = access_of({{"crm", {"www-data"}}});
    EXPECT_TRUE(access.knows("crm"));
    EXPECT_TRUE(access.admits({www_data, {others}}, "crm"));
    EXPECT_FALSE(access.admits({nobody, {others}}, "crm"));
    EXPECT_TRUE(access.admits({nobody, {others}}, "default")) << "which has no rule";
}

TEST(Access, IsForTheMembersOfGroupsThatAreNamed) {
    const Access access = access_of({{"crm", {"@operator"}}});
    EXPECT_TRUE(access.admits({nobody, {others, operators}}, "crm"));
    EXPECT_FALSE(access.admits({nobody, {others}}, "crm"));
    // A user's id that happens to be the group's is not the group.
    EXPECT_FALSE(access.admits({operators, {others}}, "crm"));
}

TEST(Access, ToTheDefaultApplicationCanBeRestrictedToo) {
    const Access access = access_of({{"default", {"www-data"}}});
    EXPECT_TRUE(access.admits({www_data, {}}, "default"));
    EXPECT_FALSE(access.admits({nobody, {others}}, "default"));
}

TEST(Access, RuleWithoutNamesShutsEverybodyOut) {
    const Access access = access_of({{"crm", {}}});
    EXPECT_TRUE(access.knows("crm"));
    EXPECT_FALSE(access.admits({nobody, {others}}, "crm"));
}

TEST(Access, RootAndTheDaemonsOwnUserMayUseEverything) {
    const Access access = access_of({{"crm", {}}});
    for (const char* application : {"default", "crm", "unknown"}) {
        EXPECT_TRUE(access.admits({0, {}}, application)) << application;
        EXPECT_TRUE(access.admits({::geteuid(), {}}, application)) << application;
    }
}

TEST(Access, RulesMustNameUsersAndGroupsThatThereAre) {
    const auto user = Access::make({{"crm", {"no-such-user"}}});
    ASSERT_FALSE(user);
    EXPECT_EQ(user.error().kind, ProblemKind::configuration);
    EXPECT_EQ(user.error().detail, "access.crm: there is no user no-such-user on this system.");
    const auto group = Access::make({{"crm", {"@no-such-group"}}});
    ASSERT_FALSE(group);
    EXPECT_EQ(group.error().detail, "access.crm: there is no group no-such-group on this system.");
}

TEST(Access, ScopeIsOfWhatThePeerMayUse) {
    const Access access = access_of({{"crm", {"www-data"}}});
    const connector::Scope scope = access.scope_of({nobody, {others}});
    EXPECT_FALSE(scope.application);
    EXPECT_TRUE(scope.admits("default"));
    EXPECT_FALSE(scope.admits("crm"));
}

TEST(Access, ToTheVaultIsForItsOperatorsOnly) {
    const Access access =
        *Access::make({{"crm", {"nobody"}}}, std::vector<std::string>{"www-data", "@operator"});
    EXPECT_TRUE(access.operates_vault({0, {}}));
    EXPECT_TRUE(access.operates_vault({::geteuid(), {others}}));
    EXPECT_TRUE(access.operates_vault({www_data, {others}}));
    EXPECT_TRUE(access.operates_vault({nobody, {operators}}));
    EXPECT_FALSE(access.operates_vault({nobody, {others}}));
    EXPECT_FALSE(access.admits({www_data, {others}}, "crm")) << "the vault is not the accounts";
}

TEST(Access, ToTheVaultCannotBeForWhoIsNotThere) {
    const auto user = Access::make({}, {"no-such-user"});
    ASSERT_FALSE(user);
    EXPECT_TRUE(user.error().detail.starts_with("vault.operators: ")) << user.error().detail;
}

TEST(Peers, AreTheUserAndAllGroupsOfTheProcessThatConnected) {
    std::array<int, 2> pair{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    const auto peer = Peer::of(pair[0]);
    ASSERT_TRUE(peer);
    EXPECT_EQ(peer->uid, ::geteuid());
    std::vector<gid_t> mine(static_cast<std::size_t>(::getgroups(0, nullptr)));
    ASSERT_GE(::getgroups(static_cast<int>(mine.size()), mine.data()), 0);
    mine.push_back(::getegid());
    EXPECT_EQ(peer->groups, mine);
    ::close(pair[0]);
    ::close(pair[1]);
    EXPECT_FALSE(Peer::of(pair[0]));
}

}  // namespace
}  // namespace gatepost::daemon
