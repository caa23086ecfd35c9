#include "admin/inspector/redact_addresses.hpp"

#include <algorithm>
#include <array>

namespace verohook::admin {

namespace {

constexpr std::array<std::string_view, 4> at_signs{"@", "\\u0040", "%40", "&#64;"};

/// What an address may hold before its at sign (RFC 5321, RFC 6531) and how JSON writes it: more
/// than is needed does no harm, since it is hidden.
bool may_be_local(char letter) {
    constexpr std::string_view ends = "\" \t\r\n,;:<>()[]{}='&?";
    return ends.find(letter) == std::string_view::npos;
}

}  // namespace

std::string redact_addresses(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::size_t written = 0;
    for (std::size_t at = text.find_first_of("@\\%&"); at != std::string_view::npos;
         at = text.find_first_of("@\\%&", at)) {
        const auto sign = std::find_if(
            at_signs.begin(), at_signs.end(),
            [&](std::string_view candidate) { return text.substr(at).starts_with(candidate); });
        if (sign == at_signs.end()) {
            ++at;
            continue;
        }
        std::size_t start = at;
        while (start > written && may_be_local(text[start - 1])) {
            --start;
        }
        out.append(text.substr(written, start - written)).append("***").append(*sign);
        at += sign->size();
        written = at;
    }
    return out.append(text.substr(written));
}

}  // namespace verohook::admin
