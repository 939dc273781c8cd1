#include "imap/framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gatepost::imap {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr FramingLimits small{64, 32, 256, 4};

/// All responses in the pieces; ends at the first problem.
struct Framed {
    std::vector<std::string> responses;
    bool failed = false;
    bool empty = true;
};

Framed frame(const std::vector<std::string>& pieces, const FramingLimits& limits = command_limits) {
    Framer framer(limits);
    Framed framed;
    for (const std::string& piece : pieces) {
        framer.append(piece);
        while (true) {
            auto next = framer.next();
            if (!next) {
                EXPECT_EQ(next.error().kind, ProblemKind::protocol_violation);
                framed.failed = true;
                return framed;
            }
            if (!*next) break;
            framed.responses.push_back(**next);
        }
    }
    framed.empty = framer.empty();
    return framed;
}

bool is_refused(const std::string& bytes, const FramingLimits& limits = command_limits) {
    return frame({bytes}, limits).failed;
}

const std::vector<std::string>& sample_responses() {
    static const std::vector<std::string> responses{
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n",
        "* LIST () \"/\" {4}\r\na\r\nb\r\n",
        "* LIST () {1}\r\n/ {0}\r\n tail\r\n",
        "* LIST () \"/\" ~{3+}\r\n{9}\r\n",
        "+ go ahead {5}\r\n",
        "* OK text that ends in {7}\r\n",
        "A1 NO [ALERT] braces {1}\r\n",
        "* 5 FETCH (BODY {2}\r\n\"( FLAGS ())\r\n",
    };
    return responses;
}

std::string sample() {
    std::string all;
    for (const std::string& response : sample_responses())
        all += response;
    return all;
}

TEST(Framer, YieldsLinesWithTheirLiterals) {
    const Framed framed = frame({sample()});
    EXPECT_THAT(framed.responses, ElementsAreArray(sample_responses()));
    EXPECT_TRUE(framed.empty);
}

TEST(Framer, YieldsTheSameFedByteByByte) {
    std::vector<std::string> bytes;
    for (const char c : sample())
        bytes.emplace_back(1, c);
    EXPECT_THAT(frame(bytes).responses, ElementsAreArray(sample_responses()));
}

TEST(Framer, YieldsTheSameCutInTwoAnywhere) {
    const std::string all = sample();
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        EXPECT_THAT(frame({all.substr(0, cut), all.substr(cut)}).responses,
                    ElementsAreArray(sample_responses()))
            << "cut at " << cut;
    }
}

TEST(Framer, IsEmptyBetweenResponsesAndNotWithinOne) {
    Framer framer;
    EXPECT_TRUE(framer.empty());
    framer.append("* OK\r\n* B");
    EXPECT_FALSE(framer.empty());
    EXPECT_EQ(**framer.next(), "* OK\r\n");
    EXPECT_FALSE(framer.empty());
    EXPECT_FALSE(*framer.next());
    framer.append("YE\r\n");
    EXPECT_EQ(**framer.next(), "* BYE\r\n");
    EXPECT_TRUE(framer.empty());
}

TEST(Framer, RefusesLineEndsOtherThanCrlf) {
    EXPECT_TRUE(is_refused("* OK\n"));
    EXPECT_TRUE(is_refused("\n"));
    EXPECT_TRUE(is_refused("* OK a\rb\r\n"));
    EXPECT_TRUE(is_refused("* OK\r\r\n"));
}

TEST(Framer, RefusesNul) {
    EXPECT_TRUE(is_refused(std::string("* OK \0", 6)));
    EXPECT_TRUE(is_refused(std::string("* LIST () NIL {3}\r\na\0b", 22)));
}

TEST(Framer, RefusesALineWithoutEndAtItsLimitH3) {
    EXPECT_FALSE(is_refused(std::string(small.line, 'a'), small));
    EXPECT_TRUE(is_refused(std::string(small.line + 1, 'a'), small));
    EXPECT_FALSE(is_refused(std::string(small.line - 2, 'a') + "\r\n", small));
    EXPECT_TRUE(is_refused(std::string(small.line - 1, 'a') + "\r\n", small));
}

TEST(Framer, RefusesAGreetingBeyondItsLimit) {
    EXPECT_TRUE(is_refused("* OK " + std::string(greeting_limits.line, 'a'), greeting_limits));
    EXPECT_TRUE(is_refused("* OK one\r\n* OK two\r\n", greeting_limits));
}

TEST(Framer, RefusesLiteralsOfNoValidSizeH7) {
    for (const char* size : {"-1", "", "x", "+", "1x", "1 ", " 1", "0x10", "++", "1++"}) {
        EXPECT_TRUE(is_refused("* LIST () NIL {" + std::string(size) + "}\r\n")) << size;
    }
}

TEST(Framer, RefusesLiteralsThatWrapOrAreTooLargeBeforeTheyComeH8H10) {
    for (const char* size :
         {"33", "300000000", "4294967295", "4294967296", "4294967297", "18446744073709551615",
          "18446744073709551616", "99999999999999999999999999"}) {
        EXPECT_TRUE(is_refused("* LIST () NIL {" + std::string(size) + "}\r\n", small)) << size;
    }
    EXPECT_FALSE(is_refused("* LIST () NIL {32}\r\n", small));
}

TEST(Framer, RefusesEveryLiteralWhileSigningIn) {
    EXPECT_TRUE(is_refused("* LIST () NIL {1}\r\n", sign_in_limits));
}

TEST(Framer, BoundsOneResponseOfManyLiterals) {
    std::string response = "* LIST (";
    for (int i = 0; i < 10; ++i)
        response += " {32}\r\n" + std::string(32, 'a');
    EXPECT_TRUE(is_refused(response, small));
}

TEST(Framer, BoundsTheBytesOfACommandsResponses) {
    const std::string line = "* OK " + std::string(50, 'a') + "\r\n";
    FramingLimits limits = small;
    limits.responses = 100;
    EXPECT_FALSE(is_refused(line + line + line + line, limits));
    EXPECT_TRUE(is_refused(line + line + line + line + line, limits));
}

TEST(Framer, BoundsTheNumberOfACommandsResponsesH5) {
    const std::string line = "* OK\r\n";
    EXPECT_FALSE(is_refused(line + line + line + line, small));
    EXPECT_TRUE(is_refused(line + line + line + line + line, small));
}

TEST(Framer, CountsAnewForEachCommand) {
    Framer framer(small);
    for (int command = 0; command < 10; ++command) {
        framer.begin(small);
        framer.append("* OK\r\n* OK\r\n* OK\r\n* OK\r\n");
        for (int i = 0; i < 4; ++i)
            ASSERT_TRUE(framer.next());
    }
}

}  // namespace
}  // namespace gatepost::imap
