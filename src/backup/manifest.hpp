#pragma once

#include "backup/backup.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace verohook::backup {

inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view journal_name = "journal.db";

/// The first member of a backup: what the others are.
struct Manifest {
    struct File {
        std::string name;  ///< In the archive.
        std::string sink;  ///< Whose database it is; empty: the journal.
        std::uint64_t bytes = 0;
        std::string sha256;
    };
    Contents contents;
    std::vector<File> files;
};

/// One JSON object.
[[nodiscard]] std::string manifest_text(const Manifest& manifest);
/// Error: `invalid_input`.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);

}  // namespace verohook::backup
