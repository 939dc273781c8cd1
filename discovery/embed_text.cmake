# embed_text(FILE SOURCE FUNCTION): writes the C++ file SOURCE, in which gatepost::discovery::FUNCTION()
# is the text of FILE as it is now. The build begins anew when the text changes.
function(embed_text file source function)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n"
           bytes "${bytes}")
    file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include <string_view>

#include \"discovery/provider_text.h\"

namespace gatepost::discovery {
namespace {

constexpr unsigned char bytes[] = {
@bytes@
};

}  // namespace

std::string_view @function@() {
    return {reinterpret_cast<const char*>(bytes), sizeof(bytes)};
}

}  // namespace gatepost::discovery
")
endfunction()
