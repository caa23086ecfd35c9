#include "base/hmac.hpp"

#include <verohook/base/result.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace verohook {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

/// Base64 turns so many bytes into so many letters.
constexpr std::size_t bytes_each = 3;
constexpr std::size_t letters_each = 4;

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
    constexpr std::size_t digest_bytes = 32;
    std::string digest(digest_bytes, '\0');
    unsigned length = 0;
    const auto* const made = ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                    bytes_of(message), message.size(), bytes_of(digest), &length);
    // Without memory alone; what is signed with nothing must not get out.
    VEROHOOK_CHECK(made != nullptr && length == digest_bytes);
    return digest;
}

std::string encode_base64(std::string_view bytes) {
    // OpenSSL ends what it writes with a NUL.
    std::string text((bytes.size() + bytes_each - 1) / bytes_each * letters_each + 1, '\0');
    const int length =
        ::EVP_EncodeBlock(bytes_of(text), bytes_of(bytes), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % letters_each != 0) {
        return std::nullopt;
    }
    std::string bytes(text.size() / letters_each * bytes_each, '\0');
    if (::EVP_DecodeBlock(bytes_of(bytes), bytes_of(text), static_cast<int>(text.size())) < 0) {
        return std::nullopt;
    }
    // It counts what the padding stands for as bytes, and takes spaces around the text.
    if (text.ends_with("==")) {
        bytes.resize(bytes.size() - 2);
    } else if (text.ends_with('=')) {
        bytes.resize(bytes.size() - 1);
    }
    return encode_base64(bytes) == text ? std::optional(bytes) : std::nullopt;
}

}  // namespace verohook
