#pragma once

#include <filesystem>

namespace verohook::test {

/// The top folder of the sources; what tests read stands in `tests/data`, and in the documents.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace verohook::test
