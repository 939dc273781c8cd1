#include "cli/status_command.h"

#include <ostream>
#include <sstream>
#include <thread>

#include "cli/interrupt.h"
#include "cli/print_status.h"
#include "cli/requests.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

// ECMA-48: to the first column and line, and what is left of the look before away. In this order
// nothing flickers.
constexpr std::string_view home = "\x1b[H";
constexpr std::string_view end_of_line = "\x1b[K\n";
constexpr std::string_view rest_of_screen = "\x1b[J";

Outcome<json::object> look(ApiClient& api, const std::string& target) {
    auto answer = api.send({"GET", target});
    if (!answer) return std::move(answer).error();
    if (!answer->is_object()) return json::object();
    return std::move(answer->get_object());
}

void refresh(std::ostream& out, const std::string& text) {
    out << home;
    for (const char c : text) {
        if (c == '\n') {
            out << end_of_line;
        } else {
            out << c;
        }
    }
    out << rest_of_screen;
}

/// The look, or why there is none.
std::string text_of(const Outcome<json::object>& status, const json::object& before) {
    std::ostringstream text;
    if (status) {
        print_status(text, *status, before);
    } else {
        text << reason_of(status.error()) << " Waiting for it.\n";
    }
    return std::move(text).str();
}

void print(Output output, const Outcome<json::object>& status, const json::object& before,
           bool in_place) {
    if (output.json) {
        // Only looks are for programs; a time without any is a gap in `at`.
        if (status) print_json(output, *status);
    } else if (in_place) {
        refresh(output.out, text_of(status, before));
    } else {
        output.out << text_of(status, before) << '\n';
    }
    output.out.flush();
}

}  // namespace

Outcome<void> show_status(ApiClient& api, const ShowStatus& asked, Output output, bool in_place,
                          std::chrono::milliseconds pause) {
    const std::string target = status_target(asked);
    auto status = look(api, target);
    if (!status) return std::move(status).error();
    if (!asked.watch) {
        if (output.json) {
            print_json(output, *status);
        } else {
            print_status(output.out, *status, {});
        }
        return {};
    }
    end_well_when_interrupted();
    json::object before;
    while (output.out) {
        print(output, status, before, in_place);
        if (status) before = std::move(*status);
        std::this_thread::sleep_for(pause);
        status = look(api, target);
        if (!status && !status.error().may_pass()) return std::move(status).error();
    }
    return {};
}

}  // namespace gatepost::cli
