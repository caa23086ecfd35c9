#include "http/credentials.hpp"

#include "base/text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace verohook::http {

namespace {

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) {
        return std::nullopt;
    }
    std::string out(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) {
        return std::nullopt;
    }
    const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

}  // namespace

std::optional<std::string> credential_of(std::string_view authorization) {
    const std::size_t blank = authorization.find(' ');
    if (blank == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view scheme = authorization.substr(0, blank);
    const std::string_view rest = trim(authorization.substr(blank));
    if (equals_ignoring_case(scheme, "Bearer")) {
        return std::string(rest);
    }
    if (!equals_ignoring_case(scheme, "Basic")) {
        return std::nullopt;
    }
    const auto pair = decode_base64(rest);
    if (!pair) {
        return std::nullopt;
    }
    const std::size_t colon = pair->find(':');
    return colon == std::string::npos ? std::optional<std::string>{} : pair->substr(colon + 1);
}

bool is_any_of(std::span<const std::string> secrets, std::string_view candidate) {
    // Every secret is looked at, and one of another length is made up for by the candidate itself,
    // so that the time tells neither which one matched nor how long they are.
    bool found = false;
    for (const std::string& secret : secrets) {
        const bool comparable = secret.size() == candidate.size();
        const std::string_view against = comparable ? std::string_view(secret) : candidate;
        const bool equal = CRYPTO_memcmp(against.data(), candidate.data(), candidate.size()) == 0;
        found |= equal && comparable;
    }
    return found;
}

}  // namespace verohook::http
