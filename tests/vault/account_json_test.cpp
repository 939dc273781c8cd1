#include "vault/account_json.h"

#include <gtest/gtest.h>

namespace gatepost::vault {
namespace {

TEST(AccountJson, GivesProblemsBackAsTheyWere) {
    for (int number = 0; number <= static_cast<int>(ProblemKind::internal); ++number) {
        const Problem original{static_cast<ProblemKind>(number),
                               "Said “no”, \\ and \"so on\".\n",
                               {{"reason", "b"}, {"reason", "a"}, {"", ""}}};
        EXPECT_EQ(problem_from_json(json_of(original)), original);
    }
}

TEST(AccountJson, KeepsTheWordsOfAKindThatItDoesNotKnow) {
    const auto problem =
        problem_from_json(R"({"kind":"of-the-future","detail":"words","facts":[]})");
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->kind, ProblemKind::internal);
    EXPECT_EQ(problem->detail, "words");
}

TEST(AccountJson, GivesLabelsBackAsTheyWere) {
    for (const Labels& labels :
         {Labels{}, Labels{{"", ""}}, Labels{{"ключ", "\"{}\""}, {"b", "c"}}}) {
        EXPECT_EQ(labels_from_json(json_of(labels)), labels);
    }
}

TEST(AccountJson, RefusesWhatItDidNotWrite) {
    for (const char* json :
         {"", "{", "[]", "null", "7", R"({"a":1})", R"({"a":{}})", "{}x", "{\"a\":\"\xff\"}"}) {
        EXPECT_FALSE(labels_from_json(json)) << json;
    }
    for (const char* json :
         {"", "{}", "[]", R"({"kind":1,"detail":"","facts":[]})",
          R"({"kind":"internal","facts":[]})", R"({"kind":"internal","detail":"","facts":{}})",
          R"({"kind":"internal","detail":"","facts":[["a"]]})",
          R"({"kind":"internal","detail":"","facts":[["a","b","c"]]})",
          R"({"kind":"internal","detail":"","facts":[["a",1]]})"}) {
        EXPECT_FALSE(problem_from_json(json)) << json;
    }
}

}  // namespace
}  // namespace gatepost::vault
