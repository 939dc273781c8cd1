#include "discovery/report_cache.h"

#include <algorithm>
#include <vector>

#include "discovery/text.h"
#include "discovery/web_answer.h"

namespace gatepost::discovery {
namespace {

// Owners who change their settings are not kept waiting for longer.
constexpr std::chrono::seconds longest{std::chrono::hours(1)};
constexpr std::chrono::seconds nothing_found{std::chrono::minutes(5)};
// Somebody waits at a form and tries again; hundreds who do so are still one question.
constexpr std::chrono::seconds unsure{30};

bool failed(Outcome outcome) {
    return outcome == Outcome::failed || outcome == Outcome::timed_out;
}

void replace_all(std::string& text, const std::string& old, const std::string& with) {
    for (std::size_t at = text.find(old); at != std::string::npos;
         at = text.find(old, at + with.size()))
        text.replace(at, old.size(), with);
}

/// One address in the place of another, in all the forms in which reports show it.
class Readdressing {
  public:
    Readdressing(const Address& from, const Address& to)
        : from_(from),
          to_(to),
          from_url_(percent_encoded(from.text)),
          to_url_(percent_encoded(to.text)) {}

    void text(std::string& text) const {
        replace_all(text, from_url_, to_url_);
        replace_all(text, from_.text, to_.text);
    }

    /// False when the user name is neither the address nor its local part.
    [[nodiscard]] bool username(std::string& name) const {
        if (name == from_.text) {
            name = to_.text;
        } else if (name == from_.local) {
            name = to_.local;
        } else {
            return false;
        }
        return true;
    }

    /// False when the host's name may have been made of the local part.
    [[nodiscard]] bool host(const std::string& name) const {
        const std::string local = lower_case(from_.local);
        constexpr std::string_view separators = ".-";
        for (std::size_t at = name.find(local); at != std::string::npos;
             at = name.find(local, at + 1)) {
            const std::size_t end = at + local.size();
            const bool begins = at == 0 || separators.find(name[at - 1]) != std::string_view::npos;
            const bool ends =
                end == name.size() || separators.find(name[end]) != std::string_view::npos;
            if (begins && ends) return false;
        }
        return true;
    }

    [[nodiscard]] bool settings(Settings& settings) const {
        return username(settings.username) && host(settings.host);
    }

    /// Whether it is somebody's, and nobody else's.
    [[nodiscard]] bool is_personal(const std::string& text) const {
        return text.find(from_.text) != text.npos || text.find(from_url_) != text.npos;
    }
    [[nodiscard]] bool is_personal(const Report& report) const {
        if (is_personal(report.provider.name) || is_personal(report.provider.id)) return true;
        if (!report.oauth) return false;
        const OAuthFacts& oauth = *report.oauth;
        return is_personal(oauth.issuer) || is_personal(oauth.authorization_endpoint) ||
               is_personal(oauth.token_endpoint) || is_personal(oauth.from) ||
               std::ranges::any_of(oauth.scopes,
                                   [this](const std::string& scope) { return is_personal(scope); });
    }

    void documents(std::vector<Document>& documents) const {
        for (Document& document : documents) {
            text(document.url);
            text(document.title);
        }
    }

    [[nodiscard]] bool evidence(Evidence& evidence) const {
        text(evidence.from);
        text(evidence.detail);
        documents(evidence.documentation);
        const bool plain = std::ranges::all_of(evidence.plain, [&](PlainServer& server) {
            return username(server.username) && host(server.host);
        });
        return plain && std::ranges::all_of(evidence.candidates, [&](Candidate& candidate) {
                   return settings(candidate.settings);
               });
    }

  private:
    const Address& from_;
    const Address& to_;
    std::string from_url_;
    std::string to_url_;
};

/// Whether a source that ranks before what was found knew nothing of this address, but may know
/// something of others.
bool lacks_personal_answer(const Report& report) {
    for (const Evidence& evidence : report.evidence) {
        if (is_conclusive(evidence)) return false;
        if (evidence.was_told_address) return true;
    }
    return false;
}

}  // namespace

std::chrono::seconds keeping_time(const Report& report) {
    std::chrono::seconds keep = report.found || report.no_imap ? longest : nothing_found;
    for (const Evidence& evidence : report.evidence) {
        if (failed(evidence.outcome)) return unsure;
        if (!is_conclusive(evidence)) continue;
        // The evidence is in order of rank: this is what the report rests on.
        if (evidence.ttl) keep = std::min(keep, *evidence.ttl);
        break;
    }
    if (report.probe && failed(report.probe->outcome)) return std::min(keep, unsure);
    // A server that takes nobody is as good as none.
    const bool takes_nobody =
        report.probe && report.probe->outcome == Outcome::found && report.probe->auth.empty();
    if (takes_nobody) return std::min(keep, nothing_found);
    return keep;
}

std::optional<Report> readdressed(const Report& report, const Address& from, const Address& to) {
    if (from.text == to.text) return report;
    if (lacks_personal_answer(report)) return std::nullopt;
    Report other = report;
    const Readdressing readdressing(from, to);
    if (readdressing.is_personal(report)) return std::nullopt;
    other.email = to.text;
    if (other.found && !readdressing.settings(other.settings)) return std::nullopt;
    for (Candidate& candidate : other.alternatives) {
        if (!readdressing.settings(candidate.settings)) return std::nullopt;
    }
    for (Evidence& evidence : other.evidence) {
        if (!readdressing.evidence(evidence)) return std::nullopt;
    }
    readdressing.documents(other.documentation);
    return other;
}

const ReportCache::Kept* ReportCache::look_up(const std::string& key, Time now) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const auto kept = found->second;
    if (kept->expires <= now) {
        erase(kept);
        return nullptr;
    }
    order_.splice(order_.begin(), order_, kept);
    return &*kept;
}

std::optional<Report> ReportCache::find(const Address& address, Time now) {
    for (const std::string* key : {&address.text, &address.domain}) {
        const Kept* kept = look_up(*key, now);
        if (kept == nullptr) continue;
        auto report = readdressed(kept->report, kept->address, address);
        if (!report) continue;
        report->age = std::chrono::duration_cast<std::chrono::milliseconds>(now - kept->found);
        return report;
    }
    return std::nullopt;
}

void ReportCache::put(const Address& address, Report report, Time now) {
    const auto keep = keeping_time(report);
    if (keep <= std::chrono::seconds(0)) return;
    // With a local part that nobody has, so that it is not the address itself.
    const Address anybody{"\n@" + address.domain, "\n", address.domain};
    const bool is_personal = !readdressed(report, address, anybody);
    const std::string& key = is_personal ? address.text : address.domain;
    if (const auto known = by_key_.find(key); known != by_key_.end()) erase(known->second);
    order_.push_front({key, address, std::move(report), now, now + keep});
    by_key_.emplace(key, order_.begin());
    if (by_key_.size() > capacity_) erase(std::prev(order_.end()));
}

void ReportCache::erase(Order::iterator kept) {
    by_key_.erase(kept->key);
    order_.erase(kept);
}

void ReportCache::clear() {
    by_key_.clear();
    order_.clear();
}

}  // namespace gatepost::discovery
