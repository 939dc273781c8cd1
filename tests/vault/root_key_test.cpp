#include "vault/root_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

class RootKey : public testing::Test {
  protected:
    [[nodiscard]] Result<Key> read(const fs::path& file) const {
        return read_root_key("file:" + file.string(), *arena);
    }

    fs::path write(const std::string& content, mode_t mode = 0400) const {
        const fs::path file = directory.path() / "written.key";
        fs::remove(file);
        std::ofstream(file) << content;
        EXPECT_EQ(::chmod(file.c_str(), mode), 0);
        return file;
    }

    std::unique_ptr<KeyArena> arena = std::move(*KeyArena::make());
    VaultDirectory directory;
    std::string text = bytes_in(directory.key_file());
};

bool same(const Key& one, const Key& other) {
    return ::sodium_memcmp(one.bytes(), other.bytes(), Key::size) == 0;
}

TEST_F(RootKey, IsMadeForItsOwnerOnlyWhateverTheUmask) {
    for (const mode_t mask : {0777U, 0000U}) {
        const mode_t before = ::umask(mask);
        const fs::path file = directory.path() / ("made-" + std::to_string(mask));
        const auto made = make_root_key(file);
        ::umask(before);
        ASSERT_TRUE(made) << made.error().detail;
        struct stat status {};
        ASSERT_EQ(::stat(file.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07777, 0400);
        EXPECT_TRUE(read(file));
    }
}

TEST_F(RootKey, IsNeverOverwritten) {
    const auto made = make_root_key(directory.key_file());
    EXPECT_EQ(kind_of(made), ProblemKind::configuration);
    EXPECT_THAT(made.error().detail, HasSubstr(directory.key_file().string()));
    EXPECT_EQ(bytes_in(directory.key_file()), text);
}

TEST_F(RootKey, IsNotMadeThroughASymbolicLink) {
    const fs::path link = directory.path() / "link";
    fs::create_symlink(directory.path() / "nowhere", link);
    EXPECT_EQ(kind_of(make_root_key(link)), ProblemKind::configuration);
}

TEST_F(RootKey, IsNotMadeWhereThereIsNoDirectory) {
    EXPECT_EQ(kind_of(make_root_key(directory.path() / "no" / "key")), ProblemKind::configuration);
}

TEST_F(RootKey, IsOneLineOfText) {
    EXPECT_THAT(text, MatchesRegex("gatepost-root-key-1 [A-Za-z0-9+/]{48}\n"));
}

TEST_F(RootKey, IsTheSameEachTimeItIsRead) {
    EXPECT_TRUE(same(*read(directory.key_file()), *read(directory.key_file())));
    EXPECT_FALSE(same(*read(directory.key_file()), Key::random(*arena)));
}

TEST_F(RootKey, SurvivesBeingCopiedByHand) {
    const auto key = read(directory.key_file());
    const std::string line = text.substr(0, text.size() - 1);
    for (const std::string& copy : {line, line + "\r\n", "\n  " + text + "\n\n",
                                    line.substr(0, 40) + "\n" + line.substr(40) + "\n"}) {
        const auto copied = root_key_of(copy, *arena);
        ASSERT_TRUE(copied) << copy;
        EXPECT_TRUE(same(*copied, *key));
    }
}

TEST_F(RootKey, OfOneFormatIsReadForEver) {
    const auto key = root_key_of(
        "gatepost-root-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh/+2Oq5\n", *arena);
    ASSERT_TRUE(key);
    for (unsigned i = 0; i < Key::size; ++i) {
        EXPECT_EQ(key->bytes()[i], i);
    }
    EXPECT_EQ(root_key_text_of(*key).reveal(),
              "gatepost-root-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh/+2Oq5\n");
}

TEST_F(RootKey, WithASlipIsRefused) {
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        std::string slip = text;
        slip[at] = slip[at] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(root_key_of(slip, *arena)) << at;
        EXPECT_FALSE(root_key_of(text.substr(0, at), *arena)) << at;
    }
    EXPECT_FALSE(root_key_of(text + "x", *arena));
    EXPECT_FALSE(root_key_of(text + text, *arena));
    EXPECT_FALSE(root_key_of("", *arena));
}

TEST_F(RootKey, ThatDoesNotReadIsRefusedWithItsName) {
    for (const std::string& content : {std::string(), text.substr(0, 5), std::string(32, 'k'),
                                       text + std::string(5000, ' ') + text}) {
        const fs::path file = write(content);
        const auto key = read(file);
        EXPECT_EQ(kind_of(key), ProblemKind::root_key);
        EXPECT_THAT(key.error().detail, HasSubstr(file.string()));
        EXPECT_THAT(key.error().detail, HasSubstr("key"));
    }
    EXPECT_EQ(kind_of(read(directory.path() / "missing")), ProblemKind::root_key);
}

TEST_F(RootKey, ThatOthersCanReadIsRefused) {
    for (const mode_t mode : {0440U, 0404U, 0444U, 0420U, 0402U, 0410U}) {
        EXPECT_EQ(kind_of(read(write(text, mode))), ProblemKind::root_key) << std::oct << mode;
    }
    for (const mode_t mode : {0400U, 0600U}) {
        EXPECT_TRUE(read(write(text, mode))) << std::oct << mode;
    }
}

TEST_F(RootKey, ThatIsNoRegularFileIsRefused) {
    const fs::path link = directory.path() / "link";
    fs::create_symlink(directory.key_file(), link);
    const fs::path fifo = directory.path() / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0400), 0);
    for (const fs::path& file : {link, fifo, directory.path(), fs::path("/dev/zero")}) {
        EXPECT_EQ(kind_of(read(file)), ProblemKind::root_key) << file;
    }
}

TEST_F(RootKey, ThatIsSomebodyElsesIsRefused) {
    const fs::path file = write(text);
    ASSERT_EQ(::chown(file.c_str(), 65534, 65534), 0);
    EXPECT_EQ(kind_of(read(file)), ProblemKind::root_key);
}

class Credential : public RootKey {
  protected:
    Credential() { ::setenv("CREDENTIALS_DIRECTORY", directory.path().c_str(), 1); }
    ~Credential() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

    [[nodiscard]] Result<Key> named(const std::string& name) const {
        return read_root_key("credential:" + name, *arena);
    }
};

TEST_F(Credential, IsReadFromSystemdsDirectory) {
    EXPECT_TRUE(named("root.key"));
    EXPECT_EQ(kind_of(named("other.key")), ProblemKind::root_key);
}

TEST_F(Credential, MayShowTheMaskOfAnAcl) {
    write(text, 0440);
    EXPECT_TRUE(named("written.key"));
    write(text, 0444);
    EXPECT_FALSE(named("written.key"));
    write(text, 0460);
    EXPECT_FALSE(named("written.key"));
}

TEST_F(Credential, IsOfAGroupOnlyIfThatIsRoots) {
    const fs::path file = write(text, 0440);
    ASSERT_EQ(::chown(file.c_str(), 0, 65534), 0);
    EXPECT_FALSE(named("written.key"));
}

TEST_F(Credential, HasAPlainName) {
    for (const char* name : {"", ".", "..", "../root.key", "/etc/passwd"}) {
        EXPECT_EQ(kind_of(named(name)), ProblemKind::root_key) << name;
    }
}

TEST_F(Credential, IsMissedWithWhatToDo) {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    const auto key = named("root-key");
    EXPECT_EQ(kind_of(key), ProblemKind::root_key);
    EXPECT_THAT(key.error().detail, HasSubstr("LoadCredential=root-key:"));
}

TEST_F(RootKey, IsNamedByAScheme) {
    for (const char* source : {"", "root.key", "/etc/root.key", "env:ROOT_KEY"}) {
        EXPECT_EQ(kind_of(read_root_key(source, *arena)), ProblemKind::root_key) << source;
    }
}

}  // namespace
}  // namespace gatepost::vault
