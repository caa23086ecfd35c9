#pragma once

#include <verohook/base/option.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace verohook::sinks {

/// The options of a `postgres` sink, read.
struct PostgresSettings {
    std::string target;  ///< URL or connection string; empty: what the environment says.
    std::string schema;
    std::chrono::milliseconds timeout{0};
};

[[nodiscard]] std::vector<OptionSpec> postgres_option_specs();
/// Adds a complaint for each option that is wrong.
[[nodiscard]] PostgresSettings read_postgres_options(const Options& options,
                                                     std::vector<OptionComplaint>& complaints);

}  // namespace verohook::sinks
