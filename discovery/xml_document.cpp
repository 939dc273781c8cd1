#include "discovery/xml_document.h"

#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_bytes = 256 * 1024;  // the largest known file has 20 KiB
constexpr int max_depth = 32;                  // known files nest six deep

// pugixml reads more than XML allows: a document type, and text around the root element.
const char* objection_to_form(const pugi::xml_document& document) {
    int roots = 0;
    for (const pugi::xml_node& node : document.children()) {
        if (node.type() == pugi::node_doctype) return "it has a DOCTYPE";
        if (node.type() == pugi::node_element) ++roots;
        if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
            if (!trimmed(node.value()).empty()) return "there is text outside its root element";
        }
    }
    return roots == 1 ? nullptr : "it has not exactly one root element";
}

void strip_prefix(pugi::xml_node& element) {
    if (element.type() != pugi::node_element) return;
    const std::string name = element.name();
    const std::size_t colon = name.rfind(':');
    if (colon != std::string::npos) element.set_name(name.substr(colon + 1).c_str());
}

// Without recursion, since the depth is what is in question. False when it is too deep.
bool strip_prefixes(pugi::xml_document& document) {
    int depth = 0;
    for (pugi::xml_node node = document.first_child(); node;) {
        strip_prefix(node);
        if (node.first_child()) {
            if (++depth > max_depth) return false;
            node = node.first_child();
            continue;
        }
        while (node && !node.next_sibling()) {
            node = node.parent();
            --depth;
        }
        node = node.next_sibling();
    }
    return true;
}

}  // namespace

Result<void> load_xml(pugi::xml_document& document, std::string_view text, std::string_view what) {
    const auto is_none = [&](const std::string& why) {
        return problem(ProblemKind::protocol_violation,
                       "It is no " + std::string(what) + ": " + why + ".");
    };
    if (text.size() > max_bytes) return is_none("it is larger than 256 KiB");
    constexpr unsigned options = (pugi::parse_default | pugi::parse_doctype | pugi::parse_fragment);
    const auto loaded = document.load_buffer(text.data(), text.size(), options);
    if (!loaded) return is_none(std::string("not well-formed XML, ") + loaded.description());
    if (const char* objection = objection_to_form(document)) return is_none(objection);
    if (!strip_prefixes(document)) return is_none("it is nested too deeply");
    return {};
}

std::string text_of(const pugi::xml_node& element) {
    return std::string(trimmed(element.text().get()));
}

}  // namespace gatepost::discovery
