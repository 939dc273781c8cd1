// Base64, modified UTF-7, and words made fit to be shown.
#include <gtest/gtest.h>

#include "imap/base64.h"
#include "imap/printable.h"
#include "imap/utf7.h"

namespace gatepost::imap {
namespace {

TEST(Base64, EncodesWithPadding) {
    // RFC 4648 10.
    EXPECT_EQ(encode_base64("").reveal(), "");
    EXPECT_EQ(encode_base64("f").reveal(), "Zg==");
    EXPECT_EQ(encode_base64("fo").reveal(), "Zm8=");
    EXPECT_EQ(encode_base64("foo").reveal(), "Zm9v");
    EXPECT_EQ(encode_base64("foobar").reveal(), "Zm9vYmFy");
    EXPECT_EQ(encode_base64("\xfb\xff\xfe").reveal(), "+//+");
}

TEST(Base64, DecodesWithPaddingOrWithout) {
    EXPECT_EQ(decode_base64("Zm8="), "fo");
    EXPECT_EQ(decode_base64("Zm8"), "fo");
    EXPECT_EQ(decode_base64("+//+"), "\xfb\xff\xfe");
    EXPECT_EQ(decode_base64("+,,+", ','), "\xfb\xff\xfe");
}

TEST(Base64, RefusesWhatIsNone) {
    for (const char* text : {"Z", "Zm9vY", "Zm8!", "Zm 8", "Zm9", "Z===", "Zh"}) {
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
    }
}

TEST(Utf7, DecodesNames) {
    EXPECT_EQ(decode_utf7("INBOX"), "INBOX");
    EXPECT_EQ(decode_utf7("Reisepl&AOQ-ne"), "Reisepläne");
    EXPECT_EQ(decode_utf7("A&-B"), "A&B");
    // RFC 3501 5.1.3.
    EXPECT_EQ(decode_utf7("~peter/mail/&U,BTFw-/&ZeVnLIqe-"), "~peter/mail/台北/日本語");
    EXPECT_EQ(decode_utf7("&2D3eAA-"), "😀");
}

TEST(Utf7, RefusesWhatIsNotWellFormed) {
    for (const char* name :
         {"a&", "a&AOQ", "&A-", "&AO-", "&AOQ/-", "&2D0-", "&3gA-", "&2D0AQQ-"}) {
        EXPECT_EQ(decode_utf7(name), std::nullopt) << name;
    }
}

TEST(Printable, KeepsWhatCanBeRead) {
    EXPECT_EQ(printable("Grüße, 日本 😀", 100), "Grüße, 日本 😀");
}

TEST(Printable, MakesControlsSpaces) {
    EXPECT_EQ(printable("a\x1b[31mb\tc\x7f", 100), "a [31mb c ");
    EXPECT_EQ(printable("a\xc2\x9b"
                        "b",
                        100),
              "a b");
    EXPECT_EQ(printable("a\u202eb\u2028c", 100), "a b c");
}

TEST(Printable, ReplacesWhatIsNoUtf8) {
    for (const char* bad : {"\xff", "\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"}) {
        const std::string text = printable(bad, 100);
        EXPECT_EQ(text.substr(0, 3), "\uFFFD") << text;
    }
    EXPECT_EQ(printable("a\xc3", 100), "a\uFFFD");
}

TEST(Printable, CutsBetweenCharacters) {
    EXPECT_EQ(printable("aä", 2), "a");
    EXPECT_EQ(printable("aä", 3), "aä");
    EXPECT_EQ(printable("😀😀", 7), "😀");
}

}  // namespace
}  // namespace gatepost::imap
