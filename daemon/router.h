// Which handler answers a method and a path. Pure; Handler is any small value.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::daemon {

/// "/v1/accounts/{account}/pause" as its segments. One in braces stands for any that is not empty.
class PathPattern {
  public:
    explicit PathPattern(std::string_view pattern);

    /// What stands at the braces, in their order; nothing when the path is another.
    [[nodiscard]] std::optional<std::vector<std::string>> match(
        const std::vector<std::string>& segments) const;

  private:
    std::vector<std::string> segments_;
};

template <class Handler>
class Router {
  public:
    struct Route {
        std::string method;
        PathPattern pattern;
        Handler handler;

        Route(std::string_view for_method, std::string_view path, Handler by)
            : method(for_method), pattern(path), handler(by) {}
    };

    Router(std::initializer_list<Route> routes) : routes_(routes) {}

    struct Match {
        std::optional<Handler> handler;
        std::vector<std::string> parameters;
        /// Where no handler is for the method: those that are there for the path, as in Allow.
        std::string allowed;
    };

    [[nodiscard]] Match route(std::string_view method,
                              const std::vector<std::string>& segments) const {
        Match match;
        for (const Route& route : routes_) {
            auto parameters = route.pattern.match(segments);
            if (!parameters) continue;
            if (route.method == method) return {route.handler, std::move(*parameters), {}};
            match.allowed.append(match.allowed.empty() ? "" : ", ").append(route.method);
            if (route.method == "GET") match.allowed += ", HEAD";
        }
        return match;
    }

  private:
    std::vector<Route> routes_;
};

}  // namespace gatepost::daemon
