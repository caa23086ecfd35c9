#pragma once

#include <verohook/base/result.hpp>
#include <verohook/base/time.hpp>

#include <string>

namespace verohook::admin {

/// Posts one sample of each of Vero's types to a URL, as Vero would; what came of it, as JSON.
/// Error: the URL cannot be reached.
[[nodiscard]] Result<std::string> send_samples(const std::string& url, Timestamp now);

}  // namespace verohook::admin
