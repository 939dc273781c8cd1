#include "discovery/xml_document.h"

#include <expat.h>

#include <memory>

#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_bytes = 256 * 1024;  // the largest known file has 20 KiB
constexpr int max_depth = 32;                  // known files nest six deep

// Whether the text is XML as the specification has it. pugixml reads more than that: stray text and
// ampersands, entities that nobody has declared, an attribute twice.
class WellFormedness {
  public:
    /// @param encoding null: the one that the text declares
    WellFormedness(std::string_view text, const char* encoding)
        : parser_(::XML_ParserCreate(encoding), &::XML_ParserFree) {
        ::XML_SetUserData(parser_.get(), this);
        ::XML_SetElementHandler(parser_.get(), &on_start, &on_end);
        ::XML_SetStartDoctypeDeclHandler(parser_.get(), &on_doctype);
        const auto parsed =
            ::XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
        if (objection_.empty() && parsed != XML_STATUS_OK) {
            objection_ = std::string("not well-formed XML, ") +
                         ::XML_ErrorString(::XML_GetErrorCode(parser_.get())) + " in line " +
                         std::to_string(::XML_GetCurrentLineNumber(parser_.get()));
        }
    }

    [[nodiscard]] bool is_of_unknown_encoding() const {
        return ::XML_GetErrorCode(parser_.get()) == XML_ERROR_UNKNOWN_ENCODING;
    }
    /// Empty when there is nothing to object to.
    [[nodiscard]] const std::string& objection() const { return objection_; }

  private:
    static void on_start(void* self, const XML_Char*, const XML_Char**) {
        auto* that = static_cast<WellFormedness*>(self);
        if (++that->depth_ > max_depth) that->stop("it is nested too deeply");
    }
    static void on_end(void* self, const XML_Char*) {
        --static_cast<WellFormedness*>(self)->depth_;
    }
    // So there are no entities either, but XML's own five.
    static void on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        static_cast<WellFormedness*>(self)->stop("it has a DOCTYPE");
    }
    void stop(const char* objection) {
        if (objection_.empty()) objection_ = objection;
        ::XML_StopParser(parser_.get(), XML_FALSE);
    }

    std::unique_ptr<XML_ParserStruct, decltype(&::XML_ParserFree)> parser_;
    int depth_ = 0;
    std::string objection_;
};

void strip_prefix(pugi::xml_node& element) {
    if (element.type() != pugi::node_element) return;
    const std::string name = element.name();
    const std::size_t colon = name.rfind(':');
    if (colon != std::string::npos) element.set_name(name.substr(colon + 1).c_str());
}

void strip_prefixes(pugi::xml_node element) {
    strip_prefix(element);
    for (const pugi::xml_node& child : element.children())
        strip_prefixes(child);  // as deep as was allowed
}

}  // namespace

Result<void> load_xml(pugi::xml_document& document, std::string_view text, std::string_view what) {
    const auto is_none = [&](const std::string& why) {
        return problem(ProblemKind::protocol_violation,
                       "It is no " + std::string(what) + ": " + why + ".");
    };
    if (text.size() > max_bytes) return is_none("it is larger than 256 KiB");
    const WellFormedness declared(text, nullptr);
    // Programs declare "utf8", which is no encoding's name, and authors what expat does not know
    // ("windows-1252") for text that is ASCII or UTF-8 all the same.
    const bool is_renamed = declared.is_of_unknown_encoding() && is_utf8(text);
    const std::string objection =
        is_renamed ? WellFormedness(text, "UTF-8").objection() : declared.objection();
    if (!objection.empty()) return is_none(objection);
    const auto loaded =
        document.load_buffer(text.data(), text.size(), pugi::parse_default,
                             is_renamed ? pugi::encoding_utf8 : pugi::encoding_auto);
    if (!loaded) return is_none(std::string("not well-formed XML, ") + loaded.description());
    strip_prefixes(document);
    return {};
}

std::string text_of(const pugi::xml_node& element) {
    return std::string(trimmed(element.text().get()));
}

}  // namespace gatepost::discovery
