#include "discovery/known_providers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "discovery/source.h"
#include "played_network.h"

namespace gatepost::discovery {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view imported_text = R"(
origin files An operator's files.

provider corp.example
    name Corporate Mail
    from files
    domains corp.example gmail.com
    mx corp.example mail.protection.outlook.com google.com
    imap imap.corp.example 993 tls address password
)";

std::shared_ptr<const ImportedProviders> imported_at(std::chrono::sys_days day) {
    return std::make_shared<const ImportedProviders>(
        ImportedProviders{ProviderTable::parse(imported_text).value(), day + 23h + 59min});
}

class ImportedTable : public testing::Test {
  protected:
    ImportedTable() { known.use(imported_at(std::chrono::sys_days(2026y / 11 / 25))); }

    std::string id_by_domain(std::string_view domain) const {
        return id_of(known.by_domain(domain));
    }
    std::string id_by_mx(std::string_view host) const { return id_of(known.by_mx(host)); }

    // The source's answer to alice@<domain>, once the MX hosts are there if it wants them.
    Evidence answer_of(std::unique_ptr<Source> source, const std::string& domain,
                       const std::string& mx = {}) {
        std::optional<Evidence> answer;
        boost::asio::co_spawn(context,
                              source->ask(*parse_address("alice@" + domain), net::Deadline::max()),
                              [&](std::exception_ptr, Evidence evidence) { answer = evidence; });
        context.poll();
        if (!mx.empty()) dns.mxs.answer(domain, net::Answer<net::MxRecord>{{{10, mx}}, false, {}});
        context.restart();
        context.poll();
        return answer.value();
    }

    boost::asio::io_context context;
    PlayedResolver dns;
    PlayedHttps https;
    KnownProviders known;

  private:
    static std::string id_of(const KnownProviders::Known& found) {
        if (found.entry == nullptr) return "nobody";
        return found.entry->provider.id + (found.is_imported ? ", imported" : "");
    }
};

TEST_F(ImportedTable, WinsForTheDomainsItNames) {
    EXPECT_EQ(id_by_domain("corp.example"), "corp.example, imported");
    EXPECT_EQ(id_by_domain("gmail.com"), "corp.example, imported");
}

TEST_F(ImportedTable, LeavesEverythingElseToTheCompiledInOne) {
    EXPECT_EQ(id_by_domain("googlemail.com"), "gmail.com");
    EXPECT_EQ(id_by_domain("mail.corp.example"), "nobody");
    EXPECT_EQ(id_by_mx("mx1.mail.icloud.com"), "icloud.com");
}

TEST_F(ImportedTable, OfTwoMxNamesTheLongerCountsAndOfEqualOnesTheImported) {
    EXPECT_EQ(id_by_mx("mx1.corp.example"), "corp.example, imported");
    EXPECT_EQ(id_by_mx("x.mail.protection.outlook.com"), "corp.example, imported");
    EXPECT_EQ(id_by_mx("x.olc.protection.outlook.com"), "outlook.com");
    EXPECT_EQ(id_by_mx("mx.google.com"), "corp.example, imported");
    EXPECT_EQ(id_by_mx("aspmx.l.google.com"), "gmail.com");
}

TEST_F(ImportedTable, CanBeTakenBack) {
    known.use(nullptr);
    EXPECT_EQ(id_by_domain("gmail.com"), "gmail.com");
    EXPECT_EQ(id_by_domain("corp.example"), "nobody");
    EXPECT_EQ(known.origin_of(known.by_domain("gmail.com")), "compiled in");
}

TEST_F(ImportedTable, EvidenceSaysWhenItWasImported) {
    const Evidence imported = answer_of(make_providers_source(known), "corp.example");
    EXPECT_EQ(imported.from, "imported 2026-11-25");
    EXPECT_EQ(imported.candidates.front().settings.host, "imap.corp.example");
    EXPECT_TRUE(imported.candidates.front().proven);
    EXPECT_EQ(answer_of(make_providers_source(known), "googlemail.com").from, "compiled in");
    EXPECT_THAT(answer_of(make_providers_source(known), "nowhere.example").detail,
                HasSubstr("imported and compiled-in"));
}

TEST(ReadingAnImport, IsAsStrictAsWithTheCompiledInOne) {
    const auto now = std::chrono::system_clock::now();
    ASSERT_TRUE(read_imported(imported_text, now));
    EXPECT_EQ((*read_imported(imported_text, now))->at, now);
    const std::string wrong =
        std::string(imported_text) + "    imap a.example 143 plain address x\n";
    EXPECT_EQ(read_imported(wrong, now).error().kind, ProblemKind::bad_request);
    EXPECT_THAT(read_imported(wrong, now).error().detail, HasSubstr("line 10"));
    EXPECT_THAT(read_imported("# nothing\n", now).error().detail, HasSubstr("no provider"));
    EXPECT_EQ(read_imported(std::string(max_imported_bytes + 1, '\n'), now).error().kind,
              ProblemKind::too_large);
}

TEST_F(ImportedTable, IsAskedForMxHostsToo) {
    const auto ask = [&](const std::string& domain, const std::string& mx) {
        return answer_of(make_mx_source(dns, https, known, "", false), domain, mx);
    };
    const Evidence imported = ask("a.example", "mx1.corp.example");
    EXPECT_EQ(imported.candidates.front().settings.host, "imap.corp.example");
    EXPECT_THAT(imported.detail, HasSubstr("Corporate Mail (imported 2026-11-25)"));
    EXPECT_EQ(ask("b.example", "mx01.mail.icloud.com").provider->id, "icloud.com");
}

}  // namespace
}  // namespace gatepost::discovery
