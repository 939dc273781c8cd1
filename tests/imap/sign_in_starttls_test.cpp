// STARTTLS, and everything that somebody on the path can do before TLS. The names in brackets are
// those of the public "NO STARTTLS" client tests.
#include <gtest/gtest.h>

#include "sign_in_conversation.h"

namespace gatepost::imap {
namespace {

using Talk = SignInConversation;

Talk starttls() {
    return Talk(Security::starttls);
}

TEST(Starttls, ComesBeforeAnythingElse) {
    starttls()
        .receives("* OK ready")
        .sends("G1 STARTTLS")
        .receives("G1 OK begin")
        .starts_tls()
        .sends("G2 CAPABILITY")
        .receives("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN")
        .receives("G2 OK done")
        .sends("G3 AUTHENTICATE PLAIN AGFsaWNlAHNlc2FtZQ==")
        .receives("G3 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

// [Tampering]
TEST(Starttls, WhatIsSaidInTheClearIsForgotten) {
    starttls()
        .receives("* OK [CAPABILITY IMAP4rev1 STARTTLS SASL-IR AUTH=PLAIN ID] ready")
        .sends("G1 STARTTLS")
        .receives("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
        .receives("* LIST () \"/\" INBOX")
        .receives("* LSUB () \"/\" INBOX")
        .receives("* STATUS INBOX (MESSAGES 1)")
        .receives("* SEARCH 1 2 3")
        .receives("* FLAGS (\\Seen)")
        .receives("* 5 EXISTS")
        .receives("* 5 EXPUNGE")
        .receives("* 5 FETCH (FLAGS ())")
        .receives("* OK [ALERT] Send your password to mallory@evil.example")
        .receives("G1 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] begin")
        .starts_tls()
        .sends("G2 CAPABILITY")
        .receives("* CAPABILITY IMAP4rev1")
        .receives("G2 OK done")
        .sends("G3 LOGIN \"alice\" \"sesame\"")
        .receives("G3 OK [CAPABILITY IMAP4rev1 MOVE] welcome")
        .ends_ready({"IMAP4REV1", "MOVE"});
}

// [O_1, X_1]
TEST(Starttls, NotOfferedNothingIsSent) {
    const Problem problem = starttls()
                                .receives("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
                                .ends_with(ProblemKind::tls_failed);
    EXPECT_EQ(problem.fact("reason"), "starttls_unavailable");
}

// [O_2, O_3, O_4]
TEST(Starttls, RefusedNothingMoreIsSent) {
    for (const char* refusal : {"G1 NO not now", "G1 BAD what?", "+ go on"}) {
        SCOPED_TRACE(refusal);
        const Problem problem = starttls()
                                    .receives("* OK ready")
                                    .sends("G1 STARTTLS")
                                    .receives(refusal)
                                    .ends_with(ProblemKind::tls_failed);
        EXPECT_EQ(problem.fact("reason"), "starttls_refused");
    }
}

// [D_1, D_2, D_3]
TEST(Starttls, IsTriedWhateverTheClearCapabilitiesAre) {
    for (const char* greeting : {"* OK ready", "* OK [CAPABILITY STARTTLS] ready",
                                 "* OK [CAPABILITY IMAP4 STARTTLS] ready"}) {
        SCOPED_TRACE(greeting);
        starttls()
            .receives(greeting)
            .sends("G1 STARTTLS")
            .receives("G1 NO")
            .ends_with(ProblemKind::tls_failed);
    }
}

// [P, P_1 to P_5]
TEST(Starttls, PreauthBeforeTlsIsRefused) {
    for (const char* greeting :
         {"* PREAUTH hello", "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi"}) {
        starttls().receives(greeting).ends_with(ProblemKind::protocol_violation);
    }
}

// [B_1, B_2, B_3], CVE-2020-15953
TEST(Starttls, BytesBehindTheAnswerEndIt) {
    const Problem problem = starttls()
                                .receives("* OK ready")
                                .sends("G1 STARTTLS")
                                .receives_with_more("G1 OK begin")
                                .ends_with(ProblemKind::tls_failed);
    EXPECT_EQ(problem.fact("reason"), "starttls_injection");
}

// [L_1, M_1, M_2, REFERRAL]
TEST(Starttls, AReferralInTheClearIsNotFollowed) {
    starttls()
        .receives("* OK ready")
        .sends("G1 STARTTLS")
        .receives("G1 NO [REFERRAL imap://other.example/] there")
        .ends_with(ProblemKind::tls_failed);
}

// [UI spoofing]
TEST(Starttls, WordsInTheClearAreNotPassedOn) {
    const Problem greeted = starttls()
                                .receives("* BYE [ALERT] Visit evil.example")
                                .ends_with(ProblemKind::provider_unavailable);
    EXPECT_EQ(greeted.fact("provider_text"), "");
    const Problem refused = starttls()
                                .receives("* OK ready")
                                .sends("G1 STARTTLS")
                                .receives("G1 NO [ALERT] Visit evil.example")
                                .ends_with(ProblemKind::tls_failed);
    EXPECT_EQ(refused.fact("provider_text"), "");
}

// [construction, reorder]
TEST(Starttls, ATagThatIsNotUsedYetEndsIt) {
    for (const char* answer : {"G2 OK begin", "g1 OK begin", "A1 OK begin"}) {
        starttls()
            .receives("* OK ready")
            .sends("G1 STARTTLS")
            .receives(answer)
            .ends_with(ProblemKind::protocol_violation);
    }
}

// [greeting]
TEST(Starttls, AnyOtherGreetingThanOkIsRefused) {
    for (const char* greeting : {"ready", "G1 OK tagged", "* NO", "* BAD", "+ ready", ""}) {
        starttls().receives(greeting).ends_with(ProblemKind::protocol_violation);
    }
}

TEST(Starttls, WhatComesBeforeTheAnswerIsNoGreeting) {
    starttls()
        .receives("* OK ready")
        .sends("G1 STARTTLS")
        .receives("* PREAUTH hello")
        .receives("* OK hello")
        .receives("G1 NO")
        .ends_with(ProblemKind::tls_failed);
}

}  // namespace
}  // namespace gatepost::imap
