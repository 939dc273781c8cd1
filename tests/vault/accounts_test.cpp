// What the vault promises about accounts, whole: through vault.h, on a real file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <set>
#include <thread>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class StoredAccounts : public testing::Test {
  protected:
    /// Closes the vault and opens it again, as a restart does.
    void restart() {
        vault.reset();
        vault = directory.open();
    }

    VaultDirectory directory;
    std::unique_ptr<Vault> vault = directory.open();
};

bool same(const AccountRecord& one, const AccountRecord& other) {
    return one.id == other.id && one.application == other.application && one.email == other.email &&
           one.provider == other.provider && one.settings == other.settings &&
           one.auth == other.auth && one.standing == other.standing &&
           one.problem == other.problem && one.created_at_ms == other.created_at_ms &&
           one.state_since_ms == other.state_since_ms &&
           one.status_callback_url == other.status_callback_url && one.labels == other.labels &&
           one.version == other.version;
}

TEST_F(StoredAccounts, AreThereAfterARestartInEveryField) {
    const auto stored = create(*vault, "a");
    ASSERT_TRUE(stored);
    restart();
    const auto loaded = vault->load_accounts();
    ASSERT_TRUE(loaded);
    EXPECT_THAT(loaded->damaged, IsEmpty());
    ASSERT_THAT(loaded->accounts, SizeIs(1));
    EXPECT_TRUE(same(loaded->accounts[0], *stored));
    AccountRecord expected = account("a");
    expected.version = 1;
    EXPECT_TRUE(same(loaded->accounts[0], expected));
}

TEST_F(StoredAccounts, GiveTheirCredentialBack) {
    ASSERT_TRUE(create(*vault, "a"));
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
    restart();
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

TEST_F(StoredAccounts, TakeCredentialsOfAnyBytesAndSizes) {
    std::string binary("\0\xff\r\n", 4);
    for (const std::string& password : {std::string(), binary, std::string(16384, 'x')}) {
        const auto stored = put(*vault, account("a"), PutMode::create, password);
        ASSERT_TRUE(stored);
        EXPECT_EQ(*open_password(*vault, "a", 1), password);
        ASSERT_TRUE(remove(*vault, "a"));
    }
}

TEST_F(StoredAccounts, WithoutACredentialSaySo) {
    ASSERT_TRUE(put(*vault, account("a"), PutMode::create));
    EXPECT_EQ(kind_of(open_password(*vault, "a", 1)), ProblemKind::not_found);
}

TEST_F(StoredAccounts, CountTheirVersionsFromOne) {
    auto record = create(*vault, "a");
    EXPECT_EQ(record->version, 1);
    record = put(*vault, *record, PutMode::replace);
    EXPECT_EQ(record->version, 2);
    record = put(*vault, *record, PutMode::replace, "new");
    EXPECT_EQ(record->version, 3);
}

TEST_F(StoredAccounts, KeepTheirCredentialWhileOtherThingsChange) {
    AccountRecord record = *create(*vault, "a");
    record.labels = {{"other", "label"}};
    record.settings.host = "imap.example.net";
    record = *put(*vault, record, PutMode::replace);
    restart();
    EXPECT_EQ(vault->load_accounts()->accounts[0].labels, record.labels);
    EXPECT_EQ(vault->load_accounts()->accounts[0].settings, record.settings);
    EXPECT_EQ(*open_password(*vault, "a", 2), password_of("a"));
}

TEST_F(StoredAccounts, GiveTheNewCredentialOnceItIsReplaced) {
    ASSERT_TRUE(put(*vault, *create(*vault, "a"), PutMode::replace, "new"));
    EXPECT_EQ(*open_password(*vault, "a", 2), "new");
}

TEST_F(StoredAccounts, OpenTheirCredentialForTheirVersionOnly) {
    ASSERT_TRUE(put(*vault, *create(*vault, "a"), PutMode::replace));
    EXPECT_EQ(kind_of(open_password(*vault, "a", 1)), ProblemKind::conflict);
    EXPECT_EQ(kind_of(open_password(*vault, "a", 3)), ProblemKind::conflict);
    EXPECT_EQ(kind_of(open_password(*vault, "b", 1)), ProblemKind::conflict);
}

TEST_F(StoredAccounts, AreNotReplacedFromAnOlderVersion) {
    const AccountRecord first = *create(*vault, "a");
    AccountRecord late = first;
    ASSERT_TRUE(put(*vault, first, PutMode::replace));
    late.email = "late@example.com";
    EXPECT_EQ(kind_of(put(*vault, late, PutMode::replace, "late")), ProblemKind::conflict);
    EXPECT_EQ(vault->load_accounts()->accounts[0].email, first.email);
    EXPECT_EQ(*open_password(*vault, "a", 2), password_of("a"));
}

TEST_F(StoredAccounts, ThatAreNotThereAreNotReplaced) {
    EXPECT_EQ(kind_of(put(*vault, account("a"), PutMode::replace)), ProblemKind::conflict);
}

TEST_F(StoredAccounts, AreNotCreatedOverAnother) {
    ASSERT_TRUE(create(*vault, "a"));
    AccountRecord same_id = account("a");
    same_id.email = "other@example.com";
    const auto first = put(*vault, same_id, PutMode::create);
    EXPECT_EQ(kind_of(first), ProblemKind::already_exists);
    EXPECT_EQ(first.error().fact("account"), "a");
    AccountRecord same_address = account("b");
    same_address.email = account("a").email;
    const auto second = put(*vault, same_address, PutMode::create);
    EXPECT_EQ(kind_of(second), ProblemKind::already_exists);
    EXPECT_EQ(second.error().fact("account"), "a");
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(1));
}

TEST_F(StoredAccounts, DoNotTakeTheAddressOfAnother) {
    ASSERT_TRUE(create(*vault, "a"));
    AccountRecord record = *create(*vault, "b");
    record.email = account("a").email;
    EXPECT_EQ(kind_of(put(*vault, record, PutMode::replace)), ProblemKind::already_exists);
}

TEST_F(StoredAccounts, OfTwoApplicationsMayHaveOneAddress) {
    ASSERT_TRUE(create(*vault, "a"));
    AccountRecord record = account("b");
    record.email = account("a").email;
    record.application = "other";
    EXPECT_TRUE(put(*vault, record, PutMode::create));
}

TEST_F(StoredAccounts, AreGoneOnceRemoved) {
    ASSERT_TRUE(create(*vault, "a"));
    ASSERT_TRUE(create(*vault, "b"));
    EXPECT_TRUE(remove(*vault, "a"));
    EXPECT_EQ(kind_of(remove(*vault, "a")), ProblemKind::unknown_account);
    EXPECT_EQ(kind_of(open_password(*vault, "a", 1)), ProblemKind::conflict);
    restart();
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(1));
    EXPECT_EQ(*open_password(*vault, "b", 1), password_of("b"));
    EXPECT_EQ(create(*vault, "a")->version, 1);
}

TEST_F(StoredAccounts, HoldTextOnly) {
    for (const char* bytes : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80"}) {
        AccountRecord record = account("a");
        record.labels = {{"label", bytes}};
        const auto stored = put(*vault, record, PutMode::create);
        EXPECT_EQ(kind_of(stored), ProblemKind::bad_request);
        EXPECT_EQ(stored.error().fact("field"), "labels");
    }
    AccountRecord record = account("a");
    record.email = std::string("a\0b", 3);
    EXPECT_EQ(kind_of(put(*vault, record, PutMode::create)), ProblemKind::bad_request);
}

TEST_F(StoredAccounts, HaveABoundedSize) {
    AccountRecord record = account("a");
    record.labels = {{"label", std::string(70'000, 'x')}};
    EXPECT_EQ(kind_of(put(*vault, record, PutMode::create)), ProblemKind::too_large);
    EXPECT_EQ(kind_of(put(*vault, account("a"), PutMode::create, std::string(70'000, 'x'))),
              ProblemKind::too_large);
}

TEST_F(StoredAccounts, AreAllStoredWhenManyAskAtOnce) {
    constexpr int callers = 8;
    constexpr int each = 25;
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller) {
        threads.emplace_back([this, caller] {
            for (int i = 0; i < each; ++i) {
                const std::string id = std::to_string(caller) + "-" + std::to_string(i);
                EXPECT_TRUE(create(*vault, id));
                EXPECT_EQ(*open_password(*vault, id, 1), password_of(id));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    restart();
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(callers * each));
}

// Asked without waiting, so that they share transactions.
TEST_F(StoredAccounts, ThatFailDoNotTakeOthersAlong) {
    constexpr int count = 50;
    std::vector<std::promise<Result<AccountRecord>>> answers(count);
    for (int i = 0; i < count; ++i) {
        const std::string id = std::to_string(i - i % 2);  // every other one is there already
        vault->put_account(account(id), PutMode::create, Secret::copy_of(password_of(id)),
                           [&answer = answers[i]](auto result) { answer.set_value(result); });
    }
    for (int i = 0; i < count; ++i) {
        const auto stored = answers[i].get_future().get();
        const auto expected =
            i % 2 == 0 ? std::nullopt : std::optional(ProblemKind::already_exists);
        EXPECT_EQ(kind_of(stored), expected);
    }
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(count / 2));
}

TEST_F(StoredAccounts, AskedForBeforeTheVaultClosesAreStored) {
    constexpr int count = 600;  // several transactions
    std::atomic<int> stored = 0;
    for (int i = 0; i < count; ++i) {
        vault->put_account(account(std::to_string(i)), PutMode::create, std::nullopt,
                           [&stored](const auto& result) { stored += result ? 1 : 0; });
    }
    restart();
    EXPECT_EQ(stored, count);
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(count));
}

}  // namespace
}  // namespace gatepost::vault
