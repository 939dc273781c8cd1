// The process is killed at any instant: what was acknowledged is there, and nothing is half there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "killed_process.h"

namespace gatepost::vault {
namespace {

constexpr int many_accounts = 100'000;  // more than any run gets to

/// A few, for every day; GATEPOST_KILL_ROUNDS=1000 before a release.
int kill_rounds() {
    const char* const asked = std::getenv("GATEPOST_KILL_ROUNDS");
    return asked == nullptr ? 30 : std::atoi(asked);
}

// Each looks at all that those before have stored.
constexpr int rounds_on_one_vault = 30;

// On one vault for a while, so that each round starts with what the one before left in the log, and
// in every second round with keys that rotate all the while.
TEST(Killing, UnderLoadLosesNothingThatWasAcknowledged) {
    const int rounds = kill_rounds();
    ASSERT_GT(rounds, 0);
    std::optional<VaultDirectory> directory;
    Acknowledged all;
    for (int round = 0; round < rounds; ++round) {
        SCOPED_TRACE(round);
        if (round % rounds_on_one_vault == 0) {
            directory.emplace();
            all.clear();
        }
        // Of no regular length, and from the very first answer on.
        const auto lines = static_cast<std::size_t>(1 + (round * 53) % 190);
        const Outcome outcome =
            run_child(*directory, {"round" + std::to_string(round), many_accounts, round % 2 == 1},
                      {}, lines);
        EXPECT_TRUE(was_killed(outcome));
        EXPECT_GE(outcome.lines, lines);
        all.insert(outcome.acknowledged.begin(), outcome.acknowledged.end());
        expect_kept(*directory->open(), all);
    }
}

// From the making of the vault to its orderly end, at every call in turn until a run ends by
// itself.
TEST(Killing, AtEachCallThatChangesFilesLosesNothing) {
    int killed = 0;
    for (int when = 1; when <= max_points; ++when) {
        SCOPED_TRACE(when);
        const VaultDirectory directory;
        const Outcome outcome = run_child(directory, {"account", 12}, dying_at(when));
        expect_kept(*directory.open(), outcome.acknowledged);
        if (!was_killed(outcome)) break;
        ++killed;
    }
    EXPECT_GE(killed, 50) << "of the hundred calls or so that a run makes";
    EXPECT_LT(killed, max_points);
}

// From the first account to the end of the backup; what is under the backup's name is one.
TEST(KillingABackup, AtEachCallThatChangesFilesLeavesAWholeOneOrNone) {
    int killed = 0;
    int without = 0;
    int with = 0;
    for (int when = 1; when <= max_points; ++when) {
        SCOPED_TRACE(when);
        const VaultDirectory directory;
        ChildTask task{"account", 4};
        task.backs_up = true;
        const Outcome outcome = run_child(directory, task, dying_at(when));
        expect_kept(*directory.open(), outcome.acknowledged);
        VaultOptions backup = directory.options();
        backup.file += ".backup";
        if (!std::filesystem::exists(backup.file)) {
            ++without;
        } else {
            ++with;
            const auto report = check_vault_file(backup);
            ASSERT_TRUE(report) << report.error().detail;
            EXPECT_TRUE(report->is_whole());
            EXPECT_EQ(report->accounts, 3) << "one of the four was removed again";
        }
        if (!was_killed(outcome)) break;
        ++killed;
    }
    EXPECT_LT(killed, max_points);
    EXPECT_GE(without, 50) << "of the calls before it is there";
    EXPECT_GE(with, 2) << "after it is there, and without a kill";
}

}  // namespace
}  // namespace gatepost::vault
