// The files of a folder that an operator names: what is read of it, and in which order. Follows no
// link, and reads no file that is not about a provider or is too large.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/result.h"

namespace gatepost::cli {

/// Calls `visit` with the name and the text of each regular file NAME.xml, by name. Of one that
/// cannot be read, or is larger than any known one, it gets the problem. Fails with `configuration`
/// when the folder cannot be read, and with too_large when it has too many files.
Result<void> read_provider_folder(
    const std::filesystem::path& folder,
    const std::function<void(const std::string& name, Result<std::string> text)>& visit);

}  // namespace gatepost::cli
