#include "config/syntax.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cctype>

namespace verohook::config {

namespace {

/// What the library quotes are single characters, keys ("cannot redefine …"), and numbers.
std::string without_numbers(std::string_view description) {
    std::string out;
    while (true) {
        const std::size_t open = description.find('\'');
        const std::size_t close =
            open == std::string_view::npos ? open : description.find('\'', open + 1);
        if (close == std::string_view::npos) {
            return out.append(description);
        }
        const std::string_view quoted = description.substr(open + 1, close - open - 1);
        const bool names_key =
            description.substr(0, open).find("cannot ") != std::string_view::npos;
        const bool is_number =
            quoted.size() > 1 && (std::isdigit(static_cast<unsigned char>(quoted[0])) != 0 ||
                                  quoted[0] == '+' || quoted[0] == '-');
        out.append(description.substr(0, open + 1));
        out.append(is_number && !names_key ? "…" : quoted) += '\'';
        description.remove_prefix(close + 1);
    }
}

}  // namespace

std::optional<SyntaxProblem> check_bounds(std::string_view toml) {
    if (toml.size() > file_bytes_max) {
        return SyntaxProblem{1, "the file is larger than 1 MiB; is it the right one?"};
    }
    std::size_t line = 1;
    for (std::size_t at = 0; at < toml.size(); ++line) {
        const std::size_t end = std::min(toml.find('\n', at), toml.size());
        if (end - at > line_bytes_max) {
            return SyntaxProblem{line,
                                 "the line is longer than 8 KiB; write a list over several lines"};
        }
        at = end + 1;
    }
    return std::nullopt;
}

SyntaxProblem describe_error(const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return {std::max<std::size_t>(at.line, 1),
            "column " + std::to_string(at.column) +
                ": this is no TOML: " + printable(without_numbers(error.description()))};
}

}  // namespace verohook::config
