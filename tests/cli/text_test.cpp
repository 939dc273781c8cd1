#include "cli/text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace gatepost::cli {
namespace {

struct Shown {
    std::string_view text;
    std::string_view printable;
};

TEST(Printable, NothingSteersTheTerminal) {
    const Shown cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"Grüße 邮件 📬", "Grüße 邮件 📬"},
        {"\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
        {"\x1b]0;title\x07", "\uFFFD]0;title\uFFFD"},
        {"a\rb\nc\td", "a b c d"},
        {"c1 \xC2\x9B"
         "31m",
         "c1 \uFFFD31m"},
        {"\x7F\b", "\uFFFD\uFFFD"},
        {std::string_view("nul\0", 4), "nul\uFFFD"},
        {"not utf-8 \xFF\xC3", "not utf-8 \uFFFD\uFFFD"},
        {"overlong \xC0\xAF", "overlong \uFFFD\uFFFD"},
        {"\u202Egnp.exe", "\uFFFDgnp.exe"},
        {"\u2066x\u2069", "\uFFFDx\uFFFD"},
        {"two\u2028lines", "two lines"},
    };
    for (const Shown& shown : cases)
        EXPECT_EQ(printable(shown.text), shown.printable);
}

TEST(Columns, AreThoseOfTheTerminal) {
    EXPECT_EQ(columns_of("abc"), 3U);
    EXPECT_EQ(columns_of("Grüße"), 5U);
    EXPECT_EQ(columns_of("邮件"), 4U);
    EXPECT_EQ(columns_of("e\u0301"), 1U);
    EXPECT_EQ(columns_of(""), 0U);
}

TEST(Table, ColumnsAreAlignedAndLinesEndWithoutBlanks) {
    Table table;
    table.add({"ID", "ADDRESS", "STATE"});
    table.add({"邮件", "a@b.example", ""});
    table.add({"acc_1", "", "live\n"});
    std::ostringstream out;
    table.print(out, "  ");
    EXPECT_EQ(out.str(),
              "  ID     ADDRESS      STATE\n"
              "  邮件   a@b.example\n"
              "  acc_1               live\n");
}

TEST(Table, WithoutRowsPrintsNothing) {
    std::ostringstream out;
    Table().print(out);
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace gatepost::cli
