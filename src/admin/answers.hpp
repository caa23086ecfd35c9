#pragma once

#include "http/message.hpp"

#include <verohook/base/result.hpp>

#include <string>

/// What the admin servers answer with.
namespace verohook::admin {

/// The problem document that an error of a command becomes.
[[nodiscard]] http::Response refusal(const Error& error);

[[nodiscard]] http::Response success(std::string body, unsigned status = 200);

}  // namespace verohook::admin
