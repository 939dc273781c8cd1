// The corpora, once through their targets: what fuzzing has found stays found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fuzz_target.h"

namespace gatepost::fuzz {
namespace {

const std::filesystem::path corpora = GATEPOST_CORPORA;

std::string contents(const std::filesystem::path& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Corpora, RunThroughTheirTargets) {
    EXPECT_FALSE(targets().empty());
    for (const auto& [name, target] : targets()) {
        int inputs = 0;
        target("");
        for (const auto& entry : std::filesystem::directory_iterator(corpora / name)) {
            target(contents(entry.path()));
            ++inputs;
        }
        EXPECT_GT(inputs, 0) << name << " has no corpus";
    }
}

TEST(Corpora, EachHasItsTarget) {
    for (const auto& entry : std::filesystem::directory_iterator(corpora))
        EXPECT_TRUE(targets().contains(entry.path().filename())) << entry.path();
}

}  // namespace
}  // namespace gatepost::fuzz
