#include "core/problem.h"

#include <set>

#include <gtest/gtest.h>

#include "core/result.h"

namespace gatepost {
namespace {

constexpr auto last_kind = static_cast<int>(ProblemKind::internal);

TEST(ProblemKind, EveryKindHasANameAndATitleOfItsOwn) {
    std::set<std::string_view> names;
    std::set<std::string_view> titles;
    for (int kind = 0; kind <= last_kind; ++kind) {
        names.insert(name_of(static_cast<ProblemKind>(kind)));
        titles.insert(title_of(static_cast<ProblemKind>(kind)));
    }
    EXPECT_EQ(names.size(), last_kind + 1U);
    EXPECT_EQ(titles.size(), last_kind + 1U);
}

TEST(ProblemKind, NamesAreTheContracts) {
    EXPECT_EQ(name_of(ProblemKind::bad_request), "bad-request");
    EXPECT_EQ(name_of(ProblemKind::settings_unproven), "settings-unproven");
    EXPECT_EQ(name_of(ProblemKind::cannot_connect), "cannot-connect");
    EXPECT_EQ(name_of(ProblemKind::sign_in_refused), "sign-in-refused");
    EXPECT_EQ(name_of(ProblemKind::internal), "internal");
}

TEST(ProblemKind, ARefusalIsNeverRetried) {
    for (int kind = 0; kind <= last_kind; ++kind) {
        const auto problem_kind = static_cast<ProblemKind>(kind);
        EXPECT_FALSE(is_refusal(problem_kind) && is_transient(problem_kind))
            << name_of(problem_kind);
    }
    EXPECT_TRUE(is_refusal(ProblemKind::sign_in_refused));
    EXPECT_TRUE(is_transient(ProblemKind::cannot_connect));
}

TEST(Problem, FactsAreFoundByName) {
    const Problem refused = problem(ProblemKind::cannot_connect, "no").with("reason", "dns");
    EXPECT_EQ(refused.fact("reason"), "dns");
    EXPECT_EQ(refused.fact("port"), "");
}

TEST(Result, ValueOfAFailureIsABugAndThrows) {
    const Result<int> failed = problem(ProblemKind::timed_out, "too slow");
    EXPECT_THROW(static_cast<void>(failed.value()), std::logic_error);
}

}  // namespace
}  // namespace gatepost
