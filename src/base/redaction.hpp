#pragma once

#include <verohook/base/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace verohook {

/// What becomes of a value that a sink is not to have.
enum class Redaction {
    drop,  ///< The member is left out.
    mask,  ///< A text keeps its first letter, and an address its domain; anything else is null.
    hash,  ///< A keyed hash (HMAC-SHA-256) of a text or number, equal for equal values, so that
           ///< tables can be joined; anything else is null.
};

/// One entry of `redact`, as written in the configuration: `user.email`, `user.email=hash`.
struct RedactionRule {
    std::vector<std::string> path;  ///< Names from the body's top; `*` stands for any one.
    Redaction redaction = Redaction::drop;
};

/// `PATH` or `PATH=drop|mask|hash`. The error says what is wrong, without the entry itself.
[[nodiscard]] Result<RedactionRule> parse_redaction_rule(std::string_view text);

}  // namespace verohook
