#include "cli/event_parser.h"

#include <gmock/gmock.h>

namespace gatepost::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> words(const std::vector<ServerEvent>& events) {
    std::vector<std::string> words;
    for (const ServerEvent& event : events)
        words.push_back(event.type + "|" + event.id + "|" + event.data);
    return words;
}

constexpr std::string_view two_events =
    ": comment\nevent: a\nid: 1\ndata: {\"x\": 1}\n\nevent:b\r\nid:2\r\ndata:one\r\ndata: "
    "two\r\n\r\n";

TEST(EventParser, ReadsEvents) {
    EventParser parser;
    EXPECT_THAT(words(*parser.feed(two_events)), ElementsAre("a|1|{\"x\": 1}", "b|2|one\ntwo"));
    EXPECT_EQ(parser.last_id(), "2");
}

TEST(EventParser, ReadsThemHoweverTheyAreCut) {
    EventParser parser;
    std::vector<std::string> read;
    for (const char byte : two_events) {
        for (const std::string& word : words(*parser.feed({&byte, 1})))
            read.push_back(word);
    }
    EXPECT_THAT(read, ElementsAre("a|1|{\"x\": 1}", "b|2|one\ntwo"));
}

TEST(EventParser, LearnsAnIdThatComesWithoutAnEvent) {
    EventParser parser;
    EXPECT_THAT(*parser.feed("retry: 1000\nid: run-4\n\n"), IsEmpty());
    EXPECT_EQ(parser.last_id(), "run-4");
    EXPECT_THAT(words(*parser.feed("event: a\ndata: x\n\n")), ElementsAre("a|run-4|x"));
}

TEST(EventParser, DoesNotResumeBehindAnEventThatIsCutOff) {
    EventParser parser;
    EXPECT_THAT(*parser.feed("id: 1\ndata: x\n\nid: 2\ndata: "), SizeIs(1));
    EXPECT_EQ(parser.last_id(), "1");
}

TEST(EventParser, TakesACommentForASignOfLife) {
    EventParser parser;
    EXPECT_THAT(*parser.feed(": still here\n\n"), IsEmpty());
    EXPECT_EQ(parser.last_id(), "");
}

TEST(EventParser, RefusesAnEventWithoutEnd) {
    EventParser parser;
    EXPECT_TRUE(parser.feed("data: " + std::string(500'000, 'x') + "\n"));
    const auto more = parser.feed("data: " + std::string(600'000, 'x'));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().kind, ProblemKind::too_large);
}

}  // namespace
}  // namespace gatepost::cli
