#include "killed_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <sstream>

namespace gatepost::vault {
namespace {

struct Child {
    pid_t pid = -1;
    FILE* said = nullptr;
};

Child start(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    return {pid, ::fdopen(ends[0], "r")};
}

void note(const std::string& line, Acknowledged& acknowledged) {
    std::istringstream words(line);
    std::string id;
    std::uint64_t version = 0;
    ASSERT_TRUE(words >> id >> version) << line;
    acknowledged[id] = version;
}

/// The version after that, as vault_child goes on from it.
bool may_follow(const std::string& id, std::uint64_t acknowledged, std::uint64_t found) {
    const int number = std::stoi(id.substr(id.find('-') + 1));
    return acknowledged == 1 && found == 2 && number % 3 == 0;
}

}  // namespace

Outcome run_child(const VaultDirectory& directory, const ChildTask& task,
                  const std::vector<std::string>& before, std::size_t kill_after_lines) {
    std::vector<std::string> words = before;
    for (const std::string& word :
         {std::string(GATEPOST_VAULT_CHILD), directory.file().string(),
          directory.key_file().string(), task.prefix, std::to_string(task.accounts),
          std::string(task.rotates    ? "rotate"
                      : task.backs_up ? "backup"
                                      : "-")}) {
        words.push_back(word);
    }
    if (!task.previous_key.empty()) words.push_back(task.previous_key.string());
    const Child child = start(words);
    Outcome outcome;
    char line[256];
    while (std::fgets(line, sizeof line, child.said) != nullptr) {
        note(line, outcome.acknowledged);
        if (++outcome.lines == kill_after_lines) ::kill(child.pid, SIGKILL);
    }
    std::fclose(child.said);
    EXPECT_EQ(::waitpid(child.pid, &outcome.status, 0), child.pid);
    return outcome;
}

std::vector<std::string> dying_at(int when) {
    return {"env", "GATEPOST_DIES_AT=" + std::to_string(when)};
}

bool was_killed(const Outcome& outcome) {
    return WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGKILL;
}

void expect_kept(Vault& vault, const Acknowledged& acknowledged) {
    const auto loaded = vault.load_accounts();
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->damaged.empty());
    EXPECT_FALSE(vault.damage());
    Acknowledged found;
    for (const AccountRecord& record : loaded->accounts) {
        found[record.id] = record.version;
        const auto password = open_password(vault, record.id, record.version);
        ASSERT_TRUE(password) << record.id << ": " << password.error().detail;
        EXPECT_EQ(*password, password_of(record.id) + "-" + std::to_string(record.version - 1));
        EXPECT_EQ(record.labels, account(record.id).labels);
    }
    for (const auto& [id, version] : acknowledged) {
        const bool may_be_removed = std::stoi(id.substr(id.find('-') + 1)) % 5 == 0;
        if (!found.contains(id)) {
            EXPECT_TRUE(version == 0 || may_be_removed) << id << " is lost";
        } else {
            EXPECT_TRUE(found[id] == version || may_follow(id, version, found[id]))
                << id << " has version " << found[id] << " instead of " << version;
        }
    }
}

}  // namespace gatepost::vault
