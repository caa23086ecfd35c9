#pragma once

#include "base/log.hpp"

#include <span>
#include <string>

namespace verohook::app {

/// What a line of the log says after its time and level, which spdlog writes: the sentence and then
/// `name=value` for each field, or, for programs, the members of a JSON object.
[[nodiscard]] std::string log_text(const log::Record& record);
[[nodiscard]] std::string log_members(const log::Record& record);

/// Takes out of a record what a log must not have: these secrets, and above level `debug` e-mail
/// addresses.
void mask_record(log::Record& record, std::span<const std::string> secrets);

}  // namespace verohook::app
