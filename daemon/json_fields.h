// The members of a JSON object, read by name and exact type; names that nobody asked for are
// refused. The first mistake is kept and names its field, nested ones as "imap.host". Pure.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "core/result.h"
#include "core/secret.h"

namespace gatepost::daemon {

class JsonFields {
  public:
    /// The object outlives this, and every part of it.
    explicit JsonFields(const boost::json::object& object);

    // Each is nothing when the member is not there, or a mistake.

    std::optional<std::string> text(std::string_view name);
    std::optional<Secret> secret(std::string_view name);
    std::optional<bool> flag(std::string_view name);
    std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                       std::int64_t most);
    std::optional<std::map<std::string, std::string>> texts(std::string_view name);
    /// Its mistakes become this object's.
    std::optional<JsonFields> object(std::string_view name);

    /// Keeps the mistake "<name> <what>", unless there is one already.
    void mistake(std::string_view name, const std::string& what);
    /// To be called for every object once all of its members were read.
    void finish();
    [[nodiscard]] const std::optional<Problem>& problem() const { return *problem_; }

  private:
    JsonFields(const boost::json::object& object, std::string prefix,
               std::shared_ptr<std::optional<Problem>> problem);
    const boost::json::value* find(std::string_view name);

    const boost::json::object* object_;
    std::string prefix_;
    std::shared_ptr<std::optional<Problem>> problem_;  ///< shared with the parts
    std::set<std::string, std::less<>> asked_;
};

}  // namespace gatepost::daemon
