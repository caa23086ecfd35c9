#include "sinks/postgres_text.hpp"

namespace verohook::sinks {

namespace {

constexpr std::string_view nul_escape = "\\u0000";
constexpr std::string_view replacement_escape = "\\ufffd";
constexpr std::string_view replacement = "\xef\xbf\xbd";

}  // namespace

bool may_have_nul(std::string_view json) {
    return json.find(nul_escape) != std::string_view::npos;
}

std::string json_without_nul(std::string_view json) {
    std::string clean;
    clean.reserve(json.size());
    // A backslash stands in strings alone, and takes what is behind it with it.
    for (std::size_t at = 0; at < json.size();) {
        if (json.substr(at).starts_with(nul_escape)) {
            clean += replacement_escape;
            at += nul_escape.size();
            continue;
        }
        const std::size_t length = json[at] == '\\' ? 2 : 1;
        clean += json.substr(at, length);
        at += length;
    }
    return clean;
}

std::string text_without_nul(std::string_view text) {
    std::string clean;
    for (const char letter : text) {
        if (letter == '\0') {
            clean += replacement;
        } else {
            clean += letter;
        }
    }
    return clean;
}

}  // namespace verohook::sinks
