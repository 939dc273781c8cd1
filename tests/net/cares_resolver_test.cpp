// The resolver against a DNS server that says whatever the test wants.
#include "net/cares_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns_server.h"
#include "event_loop.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Resolving : public testing::Test {
  protected:
    void serve(PlayedDnsServer::Part part) {
        server = std::make_unique<PlayedDnsServer>(loop.context, std::move(part));
        resolver = make({server->address()});
    }

    std::unique_ptr<CaresResolver> make(std::vector<std::string> servers) {
        auto made = CaresResolver::make(loop.context.get_executor(), {std::move(servers)});
        EXPECT_TRUE(made) << made.error().detail;
        return std::move(*made);
    }

    Result<Answer<address>> addresses(const std::string& name = "imap.example.com") {
        return loop.run(resolver->addresses(name, far_off()));
    }

    static std::vector<std::string> texts(const Result<Answer<address>>& answer) {
        std::vector<std::string> result;
        for (const address& one : answer->records)
            result.push_back(one.to_string());
        return result;
    }

    EventLoop loop;
    std::unique_ptr<PlayedDnsServer> server;
    std::unique_ptr<CaresResolver> resolver;
};

Messages one_of_each(const DnsQuestion& question, Transport) {
    switch (question.type) {
        case a:
            return {answer_to(question, {a_record(question.name, "192.0.2.1")})};
        case aaaa:
            return {answer_to(question, {aaaa_record(question.name, "2001:db8::1")})};
        case mx:
            return {answer_to(question, {mx_record(question.name, 10, "mx.example.com")})};
        case srv:
            return {answer_to(question, {srv_record(question.name, 993, "imap.example.com")})};
        default:
            return {answer_to(question, {{question.name, txt, {3, 'v', '=', '1'}}})};
    }
}

Messages silence(const DnsQuestion&, Transport) {
    return {};
}

TEST_F(Resolving, EachTypeIsAskedForAndRead) {
    serve(one_of_each);
    EXPECT_THAT(texts(addresses()), ElementsAre("2001:db8::1", "192.0.2.1"));
    const auto mx_answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_TRUE(mx_answer);
    EXPECT_THAT(mx_answer->records, ElementsAre(Field(&MxRecord::host, "mx.example.com")));
    const auto srv_answer = loop.run(resolver->srv("_imaps._tcp.example.com", far_off()));
    ASSERT_TRUE(srv_answer);
    EXPECT_THAT(srv_answer->records, ElementsAre(Field(&SrvRecord::port, 993)));
    const auto txt_answer = loop.run(resolver->txt("_ua-auto-config.example.com", far_off()));
    ASSERT_TRUE(txt_answer);
    EXPECT_THAT(txt_answer->records, ElementsAre("v=1"));
}

TEST_F(Resolving, QuestionsAreForTheWholeNameAndAskForAuthentication) {
    serve(one_of_each);
    ASSERT_TRUE(addresses("imap.example.com"));
    EXPECT_THAT(server->questions(), SizeIs(2));
    EXPECT_THAT(server->questions(), Each(AllOf(Field(&DnsQuestion::name, "imap.example.com"),
                                                Field(&DnsQuestion::wants_authenticated, true),
                                                Field(&DnsQuestion::dnssec_ok, true))));
}

TEST_F(Resolving, QuestionsHaveIdsThatCannotBeGuessed) {
    serve(one_of_each);
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(addresses());
    std::vector<std::uint16_t> steps;
    for (std::size_t i = 1; i < server->questions().size(); ++i) {
        steps.push_back(
            static_cast<std::uint16_t>(server->questions()[i].id - server->questions()[i - 1].id));
    }
    EXPECT_THAT(steps, testing::Not(Each(steps.front())));
}

TEST_F(Resolving, AdBitOfTheAnswerIsTold) {
    serve([](const DnsQuestion& question, Transport) {
        DnsAnswer answer{question.id, question.name, question.type};
        answer.authenticated = true;
        return Messages{answer.bytes()};
    });
    EXPECT_TRUE(loop.run(resolver->mx("example.com", far_off()))->authenticated);
}

TEST_F(Resolving, NamesThatAreNoneAreNotAskedFor) {
    serve(one_of_each);
    for (const char* name : {"", ".", "localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433",
                             "a..example", "a b.example", "a\\.b.example", "example.com."}) {
        const auto answer = addresses(name);
        ASSERT_FALSE(answer) << name;
        EXPECT_EQ(answer.error().fact("reason"), "dns");
    }
    EXPECT_THAT(server->questions(), IsEmpty());
}

TEST_F(Resolving, NamesOfTheHostsFileAreAskedForInTheDns) {
    serve(one_of_each);
    // Debian's /etc/hosts has such names for ::1 and 127.0.0.1; none may be answered from there.
    EXPECT_THAT(texts(addresses("localhost.localdomain")), ElementsAre("2001:db8::1", "192.0.2.1"));
    EXPECT_THAT(server->questions(), SizeIs(2));
}

TEST_F(Resolving, TruncatedAnswerIsAskedForAgainOverTcp) {
    serve([](const DnsQuestion& question, Transport transport) {
        DnsAnswer answer{question.id, question.name, question.type};
        answer.truncated = transport == Transport::udp;
        for (int i = 0; i < 60 && transport == Transport::tcp; ++i) {
            answer.records.push_back(mx_record(question.name, 10, "mx.example.com"));
        }
        return Messages{answer.bytes()};
    });
    const auto answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_THAT(answer->records, SizeIs(60));
}

// As servers do with connections that they have kept for a while.
TEST_F(Resolving, QuestionThatClosedConnectionsHaveSwallowedIsAskedAgain) {
    int connections = 0;
    serve([&](const DnsQuestion& question, Transport transport) {
        DnsAnswer answer{question.id, question.name, question.type};
        answer.truncated = transport == Transport::udp;
        if (transport == Transport::udp) return Messages{answer.bytes()};
        if (++connections <= 3) return Messages{Bytes()};
        answer.records.push_back(mx_record(question.name, 10, "mx.example.com"));
        return Messages{answer.bytes()};
    });
    const auto answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_THAT(answer->records, SizeIs(1));
    EXPECT_EQ(connections, 4);
}

TEST_F(Resolving, ServerThatClosesEveryConnectionIsGivenUp) {
    serve([](const DnsQuestion& question, Transport transport) {
        DnsAnswer answer{question.id, question.name, question.type};
        answer.truncated = true;
        return Messages{transport == Transport::udp ? answer.bytes() : Bytes()};
    });
    const auto answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fact("reason"), "dns");
}

TEST_F(Resolving, AnswerWithAnotherIdIsNotBelieved) {
    serve([](const DnsQuestion& question, Transport) {
        DnsQuestion forged = question;
        forged.id = static_cast<std::uint16_t>(question.id + 1);
        return Messages{answer_to(forged, {mx_record(question.name, 1, "mx.attacker.example")}),
                        answer_to(question, {mx_record(question.name, 1, "mx.example.com")})};
    });
    const auto answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->records, ElementsAre(Field(&MxRecord::host, "mx.example.com")));
}

TEST_F(Resolving, AnswerToAnotherQuestionIsNotBelieved) {
    serve([](const DnsQuestion& question, Transport) {
        DnsQuestion forged = question;
        forged.name = "attacker.example";
        return Messages{answer_to(forged, {mx_record(forged.name, 1, "mx.attacker.example")}),
                        answer_to(question, {mx_record(question.name, 1, "mx.example.com")})};
    });
    const auto answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->records, ElementsAre(Field(&MxRecord::host, "mx.example.com")));
}

TEST_F(Resolving, RefusalOfTheServerIsToldAtOnceWithTheDomain) {
    for (const int code : {2, 5}) {
        serve([code](const DnsQuestion& question, Transport) {
            DnsAnswer answer{question.id, question.name, question.type};
            answer.code = code;
            return Messages{answer.bytes()};
        });
        const auto answer = addresses();
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ProblemKind::cannot_connect);
        EXPECT_EQ(answer.error().fact("reason"), "dns");
        EXPECT_THAT(answer.error().detail, AllOf(HasSubstr("imap.example.com"),
                                                 HasSubstr(code == 2 ? "SERVFAIL" : "REFUSED")));
    }
}

TEST_F(Resolving, NameThatDoesNotExistIsAnEmptyAnswer) {
    serve([](const DnsQuestion& question, Transport) {
        DnsAnswer answer{question.id, question.name, question.type};
        answer.code = 3;
        return Messages{answer.bytes()};
    });
    ASSERT_TRUE(addresses());
    EXPECT_THAT(addresses()->records, IsEmpty());
}

TEST_F(Resolving, CircleOfAliasesEnds) {
    serve([](const DnsQuestion& question, Transport) {
        return Messages{answer_to(question, {cname_record(question.name, "b.example.com"),
                                             cname_record("b.example.com", question.name)})};
    });
    ASSERT_FALSE(addresses());
    EXPECT_EQ(addresses().error().fact("reason"), "dns");
}

TEST_F(Resolving, FamilyThatFailsDoesNotFailTheOther) {
    serve([](const DnsQuestion& question, Transport transport) {
        if (question.type == a) return one_of_each(question, transport);
        DnsAnswer answer{question.id, question.name, question.type};
        answer.code = 2;
        return Messages{answer.bytes()};
    });
    EXPECT_THAT(texts(addresses()), ElementsAre("192.0.2.1"));
}

TEST_F(Resolving, FamilyThatNobodyAnswersIsNotWaitedForUntilTheDeadline) {
    serve([](const DnsQuestion& question, Transport transport) {
        return question.type == a ? one_of_each(question, transport) : Messages();
    });
    EXPECT_THAT(texts(addresses()), ElementsAre("192.0.2.1"));
}

TEST_F(Resolving, SilenceEndsAtTheDeadline) {
    serve(silence);
    const auto answer = loop.run(resolver->mx("example.com", Clock::now()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ProblemKind::timed_out);
    EXPECT_THAT(answer.error().detail, HasSubstr("example.com"));
}

TEST_F(Resolving, ServerThatIsNotThereIsToldAsSuch) {
    serve(silence);
    const std::string address = server->address();
    server.reset();
    loop.settle();
    const auto answer = loop.run(resolver->mx("example.com", far_off()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ProblemKind::cannot_connect);
    EXPECT_EQ(answer.error().fact("reason"), "dns");
}

TEST_F(Resolving, SecondServerIsAskedWhereTheFirstIsNotThere) {
    serve(silence);
    const std::string gone = server->address();
    serve(one_of_each);
    resolver = make({gone, server->address()});
    EXPECT_TRUE(loop.run(resolver->mx("example.com", far_off())));
}

TEST_F(Resolving, CancellationEndsTheWaitAndNothingElse) {
    serve([](const DnsQuestion& question, Transport transport) {
        return question.name == "silent.example" ? Messages() : one_of_each(question, transport);
    });
    const auto waiting = loop.start(resolver->mx("silent.example", far_off()));
    loop.until([&] { return !server->questions().empty(); });
    waiting->cancel();
    EXPECT_EQ(loop.finish(waiting).error().kind, ProblemKind::cancelled);
    EXPECT_THAT(texts(addresses()), SizeIs(2));
}

TEST_F(Resolving, ResolverThatGoesCancelsWhatIsAsked) {
    serve(silence);
    const auto one = loop.start(resolver->mx("example.com", far_off()));
    const auto two = loop.start(resolver->addresses("example.com", far_off()));
    loop.until([&] { return server->questions().size() == 3; });
    resolver.reset();
    EXPECT_EQ(loop.finish(one).error().kind, ProblemKind::cancelled);
    EXPECT_EQ(loop.finish(two).error().kind, ProblemKind::cancelled);
}

TEST_F(Resolving, ManyQuestionsAtOnceAreAllAnswered) {
    serve(one_of_each);
    constexpr int many = 1000;
    std::vector<std::shared_ptr<Running<Result<Answer<MxRecord>>>>> all;
    for (int i = 0; i < many; ++i) {
        all.push_back(
            loop.start(resolver->mx("d" + std::to_string(i) + ".example.com", far_off())));
    }
    for (const auto& one : all) {
        const auto answer = loop.finish(one);
        ASSERT_TRUE(answer) << answer.error().detail;
        EXPECT_THAT(answer->records, SizeIs(1));
    }
}

TEST_F(Resolving, QuestionsThatNobodyWaitsForAnyMoreAreNotSent) {
    serve(silence);
    constexpr std::size_t in_flight = 150;
    std::vector<std::shared_ptr<Running<Result<Answer<MxRecord>>>>> all;
    for (std::size_t i = 0; i < in_flight + 50; ++i) {
        all.push_back(loop.start(resolver->mx("silent.example", far_off())));
    }
    loop.until([&] { return server->questions().size() == in_flight; });
    for (const auto& one : all)
        one->cancel();
    loop.settle();
    for (const auto& one : all)
        EXPECT_TRUE(one->ended);
    EXPECT_EQ(server->questions().size(), in_flight);
}

TEST_F(Resolving, QueueIsBounded) {
    serve(silence);
    std::vector<std::shared_ptr<Running<Result<Answer<MxRecord>>>>> all;
    constexpr int too_many = 41'000;
    int refused = 0;
    for (int i = 0; i < too_many; ++i) {
        all.push_back(loop.start(resolver->mx("silent.example", far_off())));
    }
    loop.settle();
    for (const auto& one : all) {
        if (!one->ended) continue;
        EXPECT_EQ(one->result->error().kind, ProblemKind::overloaded);
        ++refused;
    }
    EXPECT_GT(refused, 0);
    resolver.reset();
    loop.settle();
    for (const auto& one : all)
        EXPECT_TRUE(one->ended);
}

}  // namespace
}  // namespace gatepost::net
