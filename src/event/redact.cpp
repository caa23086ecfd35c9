#include "event/redact.hpp"

#include "base/hmac.hpp"
#include "base/text.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <utility>

namespace verohook::event {

namespace {

constexpr std::string_view any_name = "*";

bool matches(std::string_view pattern, std::string_view name) {
    return pattern == any_name || pattern == name;
}

/// The first whole character; nothing where the text is empty.
std::string_view first_letter(std::string_view text) {
    const auto step = utf8_step(text, 0);
    return text.substr(0, step ? step->length : 0);
}

/// `steve@getvero.com` becomes `s***@getvero.com`.
std::string mask(std::string_view text) {
    const std::size_t at = text.rfind('@');
    std::string masked(first_letter(text));
    masked += "***";
    if (at != std::string_view::npos && at > 0) {
        masked += text.substr(at);
    }
    return masked;
}

/// Addresses are compared without regard to case nearly everywhere, so they are hashed so, too.
std::string normalized(std::string_view text) {
    std::string result(trim(text));
    if (result.find('@') != std::string::npos) {
        std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
        });
    }
    return result;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xFU];
    }
    return hex;
}

}  // namespace

Redactor::Redactor(std::vector<RedactionRule> rules, std::string key)
    : rules_(std::move(rules)), key_(std::move(key)) {}

std::string Redactor::apply(std::string_view body) const {
    auto parsed = parse_json(body);
    if (!parsed || parsed->get_if<Object>() == nullptr) {
        return {};
    }
    for (const RedactionRule& rule : rules_) {
        visit(*parsed, rule, 0);
    }
    std::string redacted;
    append_json(redacted, *parsed);
    return redacted;
}

/// `depth`: how many names of the path have been gone through. Lists are gone through without one.
void Redactor::visit(Value& value, const RedactionRule& rule, std::size_t depth) const {
    if (auto* const array = value.get_if<Array>()) {
        for (Value& each : *array) {
            visit(each, rule, depth);
        }
    } else if (auto* const object = value.get_if<Object>()) {
        visit_members(*object, rule, depth);
    }
}

void Redactor::visit_members(Object& object, const RedactionRule& rule, std::size_t depth) const {
    const std::string& pattern = rule.path[depth];
    if (depth + 1 < rule.path.size()) {
        for (auto& [name, value] : object) {
            if (matches(pattern, name)) {
                visit(value, rule, depth + 1);
            }
        }
        return;
    }
    if (rule.redaction == Redaction::drop) {
        object.erase_if(
            [&](const Object::Member& member) { return matches(pattern, member.first); });
        return;
    }
    for (auto& [name, value] : object) {
        if (matches(pattern, name)) {
            value = replace(value, rule.redaction);
        }
    }
}

Value Redactor::replace(const Value& value, Redaction redaction) const {
    if (const auto* const text = value.get_if<std::string>()) {
        // What says nothing keeps saying nothing: a hash of it would be the id of a customer.
        if (text->empty()) {
            return std::string();
        }
        return redaction == Redaction::hash ? hash(normalized(*text)) : mask(*text);
    }
    if (const auto* const number = value.get_if<Number>()) {
        // An id is compared as text, whether Vero sent a number or a string.
        return redaction == Redaction::hash ? Value(hash(number->text)) : Value(nullptr);
    }
    return nullptr;
}

std::string Redactor::hash(std::string_view text) const {
    return to_hex(hmac_sha256(key_, text));
}

}  // namespace verohook::event
