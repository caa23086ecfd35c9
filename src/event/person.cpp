#include "event/person.hpp"

#include "base/text.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace verohook::event {

namespace {

bool is_word(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
}

/// Whether what stands before an address belongs to it.
bool goes_on_before(std::string_view text, std::size_t begin) {
    constexpr std::string_view others = "._%+-";
    return begin > 0 && (is_word(text[begin - 1]) || others.find(text[begin - 1]) != others.npos);
}

/// The same of what stands behind it; the full stop of a sentence does not.
bool goes_on_behind(std::string_view text, std::size_t end) {
    if (end == text.size()) {
        return false;
    }
    if (text[end] == '.') {
        return end + 1 < text.size() && is_word(text[end + 1]);
    }
    return is_word(text[end]) || text[end] == '-' || text[end] == '_';
}

/// With `\u0040` and the like as what they mean; what is beyond ASCII, and in no address, stays.
std::string unescaped(std::string_view text) {
    constexpr std::size_t length = 6;
    constexpr int hexadecimal = 16;
    constexpr unsigned ascii_max = 0x7f;
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        unsigned code = 0;
        const char* const end = text.data() + std::min(length, text.size());
        if (text.size() >= length && text.starts_with("\\u") &&
            std::from_chars(text.data() + 2, end, code, hexadecimal).ptr == end &&
            code <= ascii_max) {
            plain += static_cast<char>(code);
            text.remove_prefix(length);
        } else {
            plain += text.front();
            text.remove_prefix(1);
        }
    }
    return plain;
}

/// What a keyed hash is written as.
bool is_hash(std::string_view text) {
    constexpr std::size_t digits = 64;
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

const Value* member(const Value* value, std::string_view name) {
    const auto* const object = value == nullptr ? nullptr : value->get_if<Object>();
    return object == nullptr ? nullptr : object->find(name);
}

}  // namespace

AddressNews address_news(const Event& event) {
    if (const auto* const updated = std::get_if<UserUpdated>(&event);
        updated != nullptr && updated->changes) {
        const Value* const value = updated->changes->properties.find("email");
        if (value != nullptr && value->is_null()) {
            return {true};
        }
        const auto* const text = value == nullptr ? nullptr : value->get_if<std::string>();
        if (text != nullptr && !trim(*text).empty()) {
            return {true, std::string(trim(*text))};
        }
    }
    const auto& user = common(event).user;
    if (user && user->email && !trim(*user->email).empty()) {
        return {true, std::string(trim(*user->email))};
    }
    return {};
}

PersonFinder::PersonFinder(std::vector<std::string> ids, const std::vector<std::string>& emails)
    : ids_(std::move(ids)) {
    for (const std::string& email : emails) {
        std::string text(trim(email));
        if (text.find('@') != std::string::npos) {
            emails_.push_back(std::move(text));
        } else if (is_hash(text)) {
            hashes_.push_back(std::move(text));
        }
    }
    std::erase(ids_, "");
}

bool PersonFinder::concerns(std::string_view json) const {
    if (!may_concern(json)) {
        return false;
    }
    const auto parsed = parse_json(json);
    if (!parsed) {
        return names_address(json);
    }
    const auto* const object = parsed->get_if<Object>();
    return (object != nullptr && has_id(*object)) || has_address(*parsed);
}

/// Quick, and right in what it denies: only an escape can hide a text from it.
bool PersonFinder::may_concern(std::string_view json) const {
    return json.find('\\') != std::string_view::npos || names_address(json) ||
           std::any_of(ids_.begin(), ids_.end(), [&](const std::string& id) {
               return json.find(id) != std::string_view::npos;
           });
}

bool PersonFinder::has_id(const Object& object) const {
    const Value* const user = object.find("user");
    if (is_id(member(user, "id"))) {
        return true;
    }
    if (object.find("specversion") != nullptr) {
        return is_id(member(member(object.find("data"), "user"), "id"));
    }
    // Some senders have a new customer's id beside `user`; in a line it is the event's.
    const Value* const type = object.find("type");
    return type != nullptr && *type == Value("user_created") && object.find("schema") == nullptr &&
           is_id(object.find("id"));
}

bool PersonFinder::is_id(const Value* value) const {
    if (value == nullptr) {
        return false;
    }
    const auto* const number = value->get_if<Number>();
    const auto* const string = value->get_if<std::string>();
    const std::string* const text = number != nullptr ? &number->text : string;
    return text != nullptr && std::find(ids_.begin(), ids_.end(), *text) != ids_.end();
}

/// Nested no deeper than `depth_max`.
bool PersonFinder::has_address(const Value& value) const {
    if (emails_.empty() && hashes_.empty()) {
        return false;
    }
    if (const auto* const text = value.get_if<std::string>()) {
        return names_address(*text);
    }
    if (const auto* const array = value.get_if<Array>()) {
        return std::any_of(array->begin(), array->end(),
                           [&](const Value& each) { return has_address(each); });
    }
    const auto* const object = value.get_if<Object>();
    return object != nullptr &&
           std::any_of(object->begin(), object->end(), [&](const Object::Member& each) {
               return names_address(each.first) || has_address(each.second);
           });
}

bool PersonFinder::names_address(std::string_view text) const {
    if (std::any_of(hashes_.begin(), hashes_.end(), [&](const std::string& hash) {
            return text.find(hash) != std::string_view::npos;
        })) {
        return true;
    }
    if (emails_.empty()) {
        return false;
    }
    for (std::size_t at = text.find('@'); at != std::string_view::npos;
         at = text.find('@', at + 1)) {
        for (const std::string& email : emails_) {
            const std::size_t local = email.rfind('@');
            const std::size_t begin = at - local;
            if (at >= local && equals_ignoring_case(text.substr(begin, email.size()), email) &&
                !goes_on_before(text, begin) && !goes_on_behind(text, begin + email.size())) {
                return true;
            }
        }
    }
    return false;
}

bool PersonFinder::names_address_escaped(std::string_view text) const {
    return names_address(text) || (!emails_.empty() && text.find("\\u") != std::string_view::npos &&
                                   names_address(unescaped(text)));
}

bool PersonFinder::names_id(std::string_view text) const {
    return std::any_of(ids_.begin(), ids_.end(), [&](const std::string& id) {
        for (std::size_t at = text.find(id); at != std::string_view::npos;
             at = text.find(id, at + 1)) {
            const std::size_t end = at + id.size();
            if ((at == 0 || !is_word(text[at - 1])) &&
                (end == text.size() || !is_word(text[end]))) {
                return true;
            }
        }
        return false;
    });
}

bool PersonFinder::is_address(std::string_view text) const {
    return std::any_of(emails_.begin(), emails_.end(), [&](const std::string& email) {
        return equals_ignoring_case(email, trim(text));
    });
}

std::string erased_body(std::string_view type, const std::optional<Timestamp>& occurred_at) {
    if (type.empty()) {
        return "{}";
    }
    std::string body = R"({"type":)";
    append_json_string(body, type);
    if (occurred_at) {
        body += ',';
        append_json_string(body, std::string(type) + "_at");
        body += ':' + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                         occurred_at->time_since_epoch())
                                         .count());
    }
    return body + "}";
}

}  // namespace verohook::event
