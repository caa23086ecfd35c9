#pragma once

#include "customers/reader.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace verohook::admin {

/// Opens the tables of the first sink that keeps some. Error: `not_found`, where there is none.
using OpenTables = std::function<Result<std::unique_ptr<customers::Reader>>()>;

/// The campaigns and what came of them, as JSON.
[[nodiscard]] Result<std::string> campaigns_json(customers::Reader& reader);
/// Whoever has this id or address, with the newest events, as JSON.
[[nodiscard]] Result<std::string> customers_json(customers::Reader& reader, std::string_view who);

}  // namespace verohook::admin
