#pragma once

#include "customers/reader.hpp"

#include <verohook/base/option.hpp>
#include <verohook/base/result.hpp>

#include <memory>

namespace verohook::sinks {

/// Reads the tables of a `postgres` sink, all of it from one moment, while the sink writes or not.
/// `options` are those of the sink. `invalid_input`: they are wrong; `not_found`: there are no
/// tables.
[[nodiscard]] Result<std::unique_ptr<customers::Reader>> open_postgres_reader(
    const Options& options);

}  // namespace verohook::sinks
