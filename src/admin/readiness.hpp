#pragma once

#include <verohook/base/result.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace verohook::admin {

/// What a daemon says of itself at `/readyz`.
struct Readiness {
    struct Problem {
        std::string name;     ///< `journal`, `disk`, `webhook_silence`, …
        std::string problem;  ///< One sentence.
    };
    std::vector<Problem> failed;
    std::vector<Problem> warnings;
};

/// Asks the daemon on a state folder at its control socket. Errors: `not_found`, `unavailable`.
[[nodiscard]] Result<Readiness> ask_readiness(const std::filesystem::path& folder);

/// Error: `invalid_input` for what is no answer of `/readyz`.
[[nodiscard]] Result<Readiness> parse_readiness(std::string_view body);

}  // namespace verohook::admin
