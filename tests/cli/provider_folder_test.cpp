#include "cli/provider_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ProviderFolder : public testing::Test {
  protected:
    ProviderFolder() {
        std::string name = testing::TempDir() + "foldersXXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~ProviderFolder() override { fs::remove_all(folder); }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
    }

    Result<void> read() {
        return read_provider_folder(folder, [&](const std::string& name, Result<std::string> text) {
            names.push_back(name);
            texts.emplace(name, std::move(text));
        });
    }

    fs::path folder;
    std::vector<std::string> names;
    std::map<std::string, Result<std::string>> texts;
};

TEST_F(ProviderFolder, IsReadByName) {
    write("b.example.xml", "b");
    write("a.example.xml", "a");
    ASSERT_TRUE(read());
    EXPECT_THAT(names, ElementsAre("a.example.xml", "b.example.xml"));
    EXPECT_EQ(texts.at("a.example.xml").value(), "a");
}

TEST_F(ProviderFolder, OnlyItsOwnXmlFilesAreRead) {
    write("a.xml", "a");
    write("README.md", "x");
    write("a.example", "x");
    write(".hidden.xml", "x");
    fs::create_directory(folder / "folder.xml");
    fs::create_symlink("/etc/passwd", folder / "link.xml");
    ASSERT_EQ(::mkfifo((folder / "pipe.xml").c_str(), 0600), 0);
    ASSERT_TRUE(read());
    EXPECT_THAT(names, ElementsAre("a.xml"));
}

TEST_F(ProviderFolder, AFileThatIsTooLargeIsNamed) {
    write("large.xml", std::string(256 * 1024 + 1, 'x'));
    write("small.xml", std::string(256 * 1024, 'x'));
    ASSERT_TRUE(read());
    EXPECT_EQ(texts.at("large.xml").error().kind, ProblemKind::too_large);
    EXPECT_EQ(texts.at("small.xml")->size(), 256U * 1024);
}

TEST_F(ProviderFolder, ThatIsNoneIsAProblem) {
    write("file.xml", "x");
    for (const fs::path& path : {folder / "nothing", folder / "file.xml"}) {
        const auto refused = read_provider_folder(path, [](const auto&, const auto&) {});
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().detail, HasSubstr(path.string()));
    }
}

TEST_F(ProviderFolder, HasABound) {
    for (int i = 0; i <= 5000; ++i)
        write(std::to_string(i) + ".xml", "");
    ASSERT_FALSE(read());
    EXPECT_EQ(read().error().kind, ProblemKind::too_large);
    EXPECT_TRUE(names.empty());
}

}  // namespace
}  // namespace gatepost::cli
