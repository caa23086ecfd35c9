#include "base/digest.hpp"

#include <verohook/base/result.hpp>

#include <array>

#include <openssl/evp.h>

namespace verohook {

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
    ::EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(::EVP_MD_CTX_new()) {
    // Without memory alone.
    VEROHOOK_CHECK(context_ != nullptr &&
                   ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr) == 1);
}

void Sha256::update(std::string_view bytes) {
    VEROHOOK_CHECK(::EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    VEROHOOK_CHECK(::EVP_DigestFinal_ex(context_.get(), digest.data(), &length) == 1);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned at = 0; at < length; ++at) {
        text += digits[digest[at] >> 4U];
        text += digits[digest[at] & 0xFU];
    }
    return text;
}

}  // namespace verohook
