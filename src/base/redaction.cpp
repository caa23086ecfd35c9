#include "base/redaction.hpp"

#include <algorithm>
#include <optional>

namespace verohook {

namespace {

std::optional<Redaction> parse_redaction(std::string_view name) {
    if (name == "drop") {
        return Redaction::drop;
    }
    if (name == "mask") {
        return Redaction::mask;
    }
    return name == "hash" ? std::optional(Redaction::hash) : std::nullopt;
}

}  // namespace

Result<RedactionRule> parse_redaction_rule(std::string_view text) {
    RedactionRule rule;
    const std::size_t equals = text.rfind('=');
    if (equals != std::string_view::npos) {
        const auto redaction = parse_redaction(text.substr(equals + 1));
        if (!redaction) {
            return Error{ErrorCode::invalid_input,
                         "after '=' stands drop, mask or hash, as in \"user.email=hash\""};
        }
        rule.redaction = *redaction;
        text = text.substr(0, equals);
    }
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        if (end == begin) {
            return Error{ErrorCode::invalid_input,
                         "a path is names with dots between them, as in \"user.email\""};
        }
        rule.path.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return rule;
}

}  // namespace verohook
