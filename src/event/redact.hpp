#pragma once

#include "base/redaction.hpp"

#include <verohook/event/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace verohook::event {

/// Takes out of a body what a sink is not to have, before anything is made of the body: so the
/// typed event, the documented line and the raw body agree. Immutable; any thread.
class Redactor {
public:
    /// `key`: for `Redaction::hash`.
    Redactor(std::vector<RedactionRule> rules, std::string key);

    /// The body without it, as compact JSON. A body that is no JSON object is returned empty.
    [[nodiscard]] std::string apply(std::string_view body) const;

private:
    void visit(Value& value, const RedactionRule& rule, std::size_t depth) const;
    void visit_members(Object& object, const RedactionRule& rule, std::size_t depth) const;
    [[nodiscard]] Value replace(const Value& value, Redaction redaction) const;
    [[nodiscard]] std::string hash(std::string_view text) const;

    std::vector<RedactionRule> rules_;
    std::string key_;
};

}  // namespace verohook::event
