#include "vault/account_row.h"

#include <array>
#include <limits>

#include "vault/account_json.h"
#include "vault/row_tag.h"

namespace gatepost::vault {
namespace {

using Standing = AccountRecord::Standing;

// The columns' numbers.
enum Column : int {
    id,
    application,
    email,
    provider,
    host,
    port,
    security,
    username,
    auth_methods,
    auth,
    standing,
    problem_json,
    created_at_ms,
    state_since_ms,
    status_callback_url,
    labels,
    version,
    data_key,
    credential_version,
    credential,
    tag,
};

// Stored: do not change existing values.
constexpr std::array standing_names{std::pair{Standing::active, std::string_view("active")},
                                    std::pair{Standing::paused, std::string_view("paused")},
                                    std::pair{Standing::refused, std::string_view("refused")}};

std::string_view name_of_standing(Standing value) {
    for (const auto& [candidate, name] : standing_names) {
        if (candidate == value) return name;
    }
    return {};
}

std::optional<Standing> standing_of(std::string_view name) {
    for (const auto& [value, candidate] : standing_names) {
        if (candidate == name) return value;
    }
    return std::nullopt;
}

std::string text_of(const std::vector<AuthMethod>& methods) {
    std::string text;
    for (const AuthMethod method : methods) {
        if (!text.empty()) text += ',';
        text += name_of(method);
    }
    return text;
}

std::optional<std::vector<AuthMethod>> auth_methods_of(std::string_view text) {
    std::vector<AuthMethod> methods;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const auto method = auth_method_of(text.substr(0, comma));
        if (!method) return std::nullopt;
        methods.push_back(*method);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return methods;
}

RowTag tag_of(const Rows& rows) {
    RowTag row;
    for (int column = 0; column < tag; ++column) {
        switch (rows.type(column)) {
            case Rows::Type::integer:
                row.add(rows.integer(column));
                break;
            case Rows::Type::text:
                row.add(rows.text(column));
                break;
            case Rows::Type::blob:
                row.add(rows.blob(column));
                break;
            case Rows::Type::null:
            case Rows::Type::real:  // no column is, so that the tag does not match
                row.add_null();
                break;
        }
    }
    return row;
}

template <class... Columns>
Result<void> write_columns(Statement& statement, const Key& tag_key, const Columns&... columns) {
    static_assert(sizeof...(columns) == tag);
    RowTag row;
    (row.add(columns), ...);
    const RowTag::Value value = row.value(tag_key);
    return statement.with(columns..., BytesView(value)).finish();
}

std::optional<Settings> read_settings(const Rows& rows) {
    const std::int64_t number = rows.integer(port);
    const auto secured = security_of(rows.text(security));
    auto methods = auth_methods_of(rows.text(auth_methods));
    if (!secured || !methods || number < 0 || number > std::numeric_limits<std::uint16_t>::max()) {
        return std::nullopt;
    }
    return Settings{std::string(rows.text(host)), static_cast<std::uint16_t>(number), *secured,
                    std::string(rows.text(username)), std::move(*methods)};
}

bool read_state(const Rows& rows, AccountRecord& record) {
    const auto stands = standing_of(rows.text(standing));
    if (!stands) return false;
    record.standing = *stands;
    if (rows.type(problem_json) != Rows::Type::null) {
        record.problem = problem_from_json(rows.text(problem_json));
        if (!record.problem) return false;
    }
    record.created_at_ms = rows.integer(created_at_ms);
    record.state_since_ms = rows.integer(state_since_ms);
    record.version = static_cast<std::uint64_t>(rows.integer(version));
    return true;
}

std::optional<AccountRecord> read_record(const Rows& rows) {
    AccountRecord record;
    auto settings = read_settings(rows);
    const auto method = auth_method_of(rows.text(auth));
    auto labelled = labels_from_json(rows.text(labels));
    if (!settings || !method || !labelled || !read_state(rows, record)) return std::nullopt;
    record.id = rows.text(id);
    record.application = rows.text(application);
    record.email = rows.text(email);
    record.provider = rows.text(provider);
    record.settings = std::move(*settings);
    record.auth = *method;
    record.status_callback_url = rows.text(status_callback_url);
    record.labels = std::move(*labelled);
    return record;
}

StoredCredential read_credential(const Rows& rows) {
    StoredCredential stored{rows.bytes(data_key), std::nullopt, std::nullopt};
    if (rows.type(credential) == Rows::Type::null) return stored;
    stored.version = rows.integer(credential_version);
    stored.sealed = rows.bytes(credential);
    return stored;
}

// The fields of an account that are sealed. Stored: do not change existing values.
constexpr std::uint16_t credential_field = 1;

static_assert(tag + 1 == account_column_count);

}  // namespace

Place credential_place(std::string_view account, std::uint64_t version) {
    return {.purpose = Purpose::account,
            .record = record_id_of(bytes_of(account)),
            .field = credential_field,
            .version = version};
}

const char* const account_columns =
    "id, application, email, provider, host, port, security, username, auth_methods, auth, "
    "standing, problem, created_at_ms, state_since_ms, status_callback_url, labels, version, "
    "data_key, credential_version, credential, tag";

const char* const account_parameters =
    "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
    "?21";

Result<void> write_row(Statement& statement, const AccountRow& row, const Key& tag_key) {
    const AccountRecord& record = row.record;
    const StoredCredential& stored = row.credential;
    const std::string methods = text_of(record.settings.auth);
    std::optional<std::string> why;
    if (record.problem) why = json_of(*record.problem);
    const std::string labelled = json_of(record.labels);
    return write_columns(statement, tag_key, record.id, record.application, record.email,
                         record.provider, record.settings.host, std::int64_t{record.settings.port},
                         name_of(record.settings.security), record.settings.username, methods,
                         name_of(record.auth), name_of_standing(record.standing), why,
                         record.created_at_ms, record.state_since_ms, record.status_callback_url,
                         labelled, static_cast<std::int64_t>(record.version),
                         BytesView(stored.data_key), stored.version, stored.sealed);
}

std::optional<AccountRow> read_row(const Rows& rows, const Key& tag_key) {
    if (!tag_of(rows).matches(tag_key, rows.blob(tag))) return std::nullopt;
    auto record = read_record(rows);
    if (!record) return std::nullopt;
    return AccountRow{std::move(*record), read_credential(rows)};
}

}  // namespace gatepost::vault
