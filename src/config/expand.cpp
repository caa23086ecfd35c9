#include "config/table_reader.hpp"

#include <cstdlib>

namespace verohook::config {

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
        // Read while the configuration is loaded, before any other thread runs.
        const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
        if (value == nullptr) {
            return Error{ErrorCode::invalid_input, "the environment has no variable " + name};
        }
        out += value;
        text.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace verohook::config
