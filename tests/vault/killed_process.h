// A vault_child that is run to be killed, and what it said before.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vault_directory.h"

namespace gatepost::vault {

/// The last version that was told of each account; 0: it was removed.
using Acknowledged = std::map<std::string, std::uint64_t>;

struct Outcome {
    Acknowledged acknowledged;
    std::size_t lines = 0;
    int status = 0;  ///< as waitpid(2) gives it
};

/// What vault_child is told to do.
struct ChildTask {
    std::string prefix = "account";
    int accounts = 0;
    bool rotates = false;
    bool backs_up = false;
    std::filesystem::path previous_key{};  ///< empty: none
};

/// Runs it, under the words that come before (strace …), and kills it with SIGKILL after so many
/// lines; zero: leaves it to its end.
Outcome run_child(const VaultDirectory& directory, const ChildTask& task,
                  const std::vector<std::string>& before = {}, std::size_t kill_after_lines = 0);

/// Has the child be killed as it makes the nth call that changes files (dying_calls.cpp). strace
/// cannot say that of all threads together.
std::vector<std::string> dying_at(int when);

/// The end of a search for all such calls; no run makes as many.
inline constexpr int max_points = 1'000;

bool was_killed(const Outcome& outcome);

/// Every account that was acknowledged is there, in that version or in the next that the child may
/// have stored without having told; every one that is there is whole.
void expect_kept(Vault& vault, const Acknowledged& acknowledged);

}  // namespace gatepost::vault
