#include "base/mask.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace verohook {

namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view ellipsis = "…";
constexpr std::size_t secret_bytes_min = 4;

/// How an at sign is written: itself, in a URL, in JSON (whose backslash a log doubles).
constexpr std::array<std::string_view, 4> at_signs{"@", "%40", "\\\\u0040", "\\u0040"};

/// Whether a byte may belong to an address. Bytes above ASCII may: there are such addresses.
bool is_address_byte(char byte) {
    constexpr std::string_view ends = " \t\"'`()<>[]{},;:=&?/|\\";
    return ends.find(byte) == std::string_view::npos && static_cast<unsigned char>(byte) > ' ' &&
           byte != '@' && byte != '\x7F';
}

/// An at sign that begins at `at`; empty: none does.
std::string_view at_sign(std::string_view text, std::size_t at) {
    for (const std::string_view sign : at_signs) {
        if (text.substr(at).starts_with(sign)) {
            return sign;
        }
    }
    return {};
}

/// Where the part before an at sign begins; a quoted one (`"a b"@example.com`) with its quotes.
std::size_t begin_of_local(std::string_view text, std::size_t at) {
    if (at > 1 && text[at - 1] == '"') {
        const std::size_t quote = text.rfind('"', at - 2);
        return quote == std::string_view::npos ? at : quote;
    }
    std::size_t begin = at;
    while (begin > 0 && is_address_byte(text[begin - 1])) {
        --begin;
    }
    return begin;
}

/// Where the part after an at sign ends; an address's network number has brackets (`a@[10.0.0.1]`).
std::size_t end_of_domain(std::string_view text, std::size_t begin) {
    if (begin < text.size() && text[begin] == '[') {
        const std::size_t end = text.find(']', begin);
        return end == std::string_view::npos ? begin : end + 1;
    }
    std::size_t end = begin;
    while (end < text.size() && is_address_byte(text[end]) && at_sign(text, end).empty()) {
        ++end;
    }
    return end;
}

/// As in a URL: all but the unreserved characters of RFC 3986, section 2.3.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char character : text) {
        if (unreserved.find(character) != std::string_view::npos) {
            out += character;
            continue;
        }
        const auto byte = static_cast<unsigned char>(character);
        out.append("%").append(1, digits[byte / 16]).append(1, digits[byte % 16]);
    }
    return out;
}

/// Takes out the beginning of a secret where a text was cut within it.
void mask_cut(std::string& text, std::string_view secret) {
    for (std::size_t cut = text.find(ellipsis); cut != std::string::npos;
         cut = text.find(ellipsis, cut + ellipsis.size())) {
        for (std::size_t length = secret.size() - 1; length >= secret_bytes_min; --length) {
            if (std::string_view(text).substr(0, cut).ends_with(secret.substr(0, length))) {
                text.replace(cut - length, length, mask);
                cut -= length - mask.size();
                break;
            }
        }
    }
}

}  // namespace

std::string mask_addresses(std::string text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view sign = at_sign(text, at);
        if (sign.empty()) {
            continue;
        }
        const std::size_t begin = begin_of_local(text, at);
        const std::size_t end = end_of_domain(text, at + sign.size());
        if (begin < at && end > at + sign.size()) {
            text.replace(begin, end - begin, mask);
            at = begin + mask.size() - 1;
        } else {
            at += sign.size() - 1;
        }
    }
    return text;
}

std::vector<std::string> forms_of_secrets(std::span<const std::string> secrets) {
    std::vector<std::string> forms;
    for (const std::string& secret : secrets) {
        if (secret.size() >= secret_bytes_min) {
            forms.insert(forms.end(),
                         {secret, printable(secret, secret.size()), percent_encoded(secret)});
        }
    }
    std::sort(forms.begin(), forms.end(), [](const std::string& left, const std::string& right) {
        return left.size() != right.size() ? left.size() > right.size() : left < right;
    });
    forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
    return forms;
}

std::string mask_secrets(std::string text, std::span<const std::string> secrets) {
    for (const std::string& secret : secrets) {
        if (secret.size() < secret_bytes_min) {
            continue;
        }
        for (std::size_t at = text.find(secret); at != std::string::npos;
             at = text.find(secret, at + mask.size())) {
            text.replace(at, secret.size(), mask);
        }
        mask_cut(text, secret);
    }
    return text;
}

}  // namespace verohook
