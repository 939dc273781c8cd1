// What the vault promises about documents, whole: through vault.h, on a real file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

class StoredDocuments : public testing::Test {
  protected:
    void restart() {
        vault.reset();
        vault = directory.open();
    }
    void alter(const std::string& sql) {
        vault.reset();
        directory.alter(sql);
        vault = directory.open();
    }
    std::string text_of(const std::string& name) const {
        const auto document = vault->load_document(name);
        return document && *document ? (*document)->text : "(none)";
    }

    VaultDirectory directory;
    std::unique_ptr<Vault> vault = directory.open();
};

TEST_F(StoredDocuments, AreThereAfterARestart) {
    ASSERT_TRUE(put_document(*vault, {"providers", "provider “ex”\n", 1'700'000'000'123}));
    restart();
    const auto document = vault->load_document("providers");
    ASSERT_TRUE(document && *document);
    EXPECT_EQ((*document)->name, "providers");
    EXPECT_EQ((*document)->text, "provider “ex”\n");
    EXPECT_EQ((*document)->stored_at_ms, 1'700'000'000'123);
}

TEST_F(StoredDocuments, AreReplacedByTheNextOfTheirName) {
    ASSERT_TRUE(put_document(*vault, {"providers", "old", 1}));
    ASSERT_TRUE(put_document(*vault, {"other", "other", 1}));
    ASSERT_TRUE(put_document(*vault, {"providers", "new", 2}));
    EXPECT_EQ(text_of("providers"), "new");
    EXPECT_EQ(text_of("other"), "other");
}

TEST_F(StoredDocuments, AreGoneOnceRemoved) {
    ASSERT_TRUE(put_document(*vault, {"providers", "text", 1}));
    ASSERT_TRUE(remove_document(*vault, "providers"));
    EXPECT_EQ(text_of("providers"), "(none)");
    EXPECT_EQ(kind_of(remove_document(*vault, "providers")), ProblemKind::not_found);
}

TEST_F(StoredDocuments, ThatWereEditedAreRefused) {
    ASSERT_TRUE(put_document(*vault, {"providers", "imap.example.com", 1}));
    for (const char* edit :
         {"UPDATE documents SET text = 'imap.attacker.example'",
          "UPDATE documents SET text = 'imap.example.com', stored_at_ms = 2",
          "UPDATE documents SET stored_at_ms = 1, tag = x'00112233445566778899aabbccddeeff'"}) {
        alter(edit);
        EXPECT_EQ(kind_of(vault->load_document("providers")), ProblemKind::vault_damaged) << edit;
    }
    ASSERT_TRUE(put_document(*vault, {"providers", "anew", 3})) << "a damaged one can be replaced";
    EXPECT_EQ(text_of("providers"), "anew");
}

TEST_F(StoredDocuments, DoNotPassForOneAnother) {
    ASSERT_TRUE(put_document(*vault, {"one", "text of one", 1}));
    ASSERT_TRUE(put_document(*vault, {"two", "text of two", 1}));
    alter(
        "UPDATE documents SET (text, tag) = (SELECT text, tag FROM documents WHERE name = 'one') "
        "WHERE name = 'two'");
    EXPECT_EQ(kind_of(vault->load_document("two")), ProblemKind::vault_damaged);
}

TEST_F(StoredDocuments, AreTextOfABoundedSize) {
    EXPECT_EQ(kind_of(put_document(*vault, {"x", "\xff", 1})), ProblemKind::bad_request);
    EXPECT_EQ(kind_of(put_document(*vault, {"\xff", "x", 1})), ProblemKind::bad_request);
    const std::string most(std::size_t{4} * 1024 * 1024, 'x');
    EXPECT_EQ(kind_of(put_document(*vault, {"x", most + "x", 1})), ProblemKind::too_large);
    EXPECT_TRUE(put_document(*vault, {"x", most, 1}));
    EXPECT_EQ(text_of("x"), most);
}

}  // namespace
}  // namespace gatepost::vault
