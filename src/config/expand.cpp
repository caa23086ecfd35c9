#include "config/table_reader.hpp"

#include "base/text.hpp"

#include <cstdlib>

namespace verohook::config {

namespace {

bool is_variable_name(std::string_view name) {
    constexpr std::string_view letters =
        "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return !name.empty() && name.find_first_not_of(letters) == std::string_view::npos &&
           (name.front() < '0' || name.front() > '9');
}

}  // namespace

bool is_plain_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto step = utf8_step(text, at);
        if (!step || step->code_point == 0) {
            return false;
        }
        at += step->length;
    }
    return true;
}

Result<std::string> expand_environment(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (text.starts_with("$${")) {
            out += "${";
            text.remove_prefix(3);
            continue;
        }
        if (!text.starts_with("${")) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        const std::size_t end = text.find('}');
        if (end == std::string_view::npos) {
            return Error{ErrorCode::invalid_input,
                         "'${' without '}'; write '$${' for the two characters themselves"};
        }
        const std::string name(text.substr(2, end - 2));
        // What is no name may be a part of a secret, so it is not repeated.
        if (!is_variable_name(name)) {
            return Error{ErrorCode::invalid_input,
                         "what stands between '${' and '}' is no name of a variable; write '$${' "
                         "for the two characters themselves"};
        }
        // Nobody changes the environment while the program runs.
        const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
        if (value == nullptr) {
            return Error{ErrorCode::invalid_input, "the environment has no variable " + name +
                                                       "; set it, or write the value itself"};
        }
        out += value;
        text.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace verohook::config
