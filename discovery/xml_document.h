// XML documents that servers answer with: bounded in size and depth, and taken strictly. Pure.
// Fed by whoever answers on a domain that anyone may name.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "core/result.h"

namespace gatepost::discovery {

/// Reads the text into the document, and takes the namespace prefixes off its elements' names:
/// what an element means is told by its name, whatever namespace its author has put it in. Fails
/// with protocol_violation, saying that it is no `what`: not well-formed, with a DTD (so there are
/// no entities beyond XML's own five), larger than 256 KiB, nested deeper than 32.
Result<void> load_xml(pugi::xml_document& document, std::string_view text, std::string_view what);

/// The element's text without white space around it.
std::string text_of(const pugi::xml_node& element);

}  // namespace gatepost::discovery
