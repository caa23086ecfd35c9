#include "base/hmac.hpp"

#include <gtest/gtest.h>

#include <string>

namespace verohook {
namespace {

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at < hex.size(); at += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
    }
    return bytes;
}

// RFC 4231, sections 4.2, 4.3, 4.4 and 4.7.
TEST(Hmac, IsThatOfTheRfc) {
    struct Row {
        std::string key;
        std::string message;
        std::string_view expected;
    };
    const std::vector<Row> rows{
        {std::string(20, '\x0b'), "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {std::string(20, '\xaa'), std::string(50, '\xdd'),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(hmac_sha256(row.key, row.message), from_hex(row.expected)) << row.message;
    }
}

// RFC 4648, section 10.
TEST(Base64, IsThatOfTheRfc) {
    for (const auto& [bytes, text] :
         std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"},
                                                          {std::string("\0\xff\xfe", 3), "AP/+"}}) {
        EXPECT_EQ(encode_base64(bytes), text);
        EXPECT_EQ(decode_base64(text), bytes) << text;
    }
}

TEST(Base64, RefusesWhatItWouldNotHaveWritten) {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "=Zm9", "Zm9v\n",
                             " Zm9v", "Zm9 ", "Zm\nv", "Zm9v====", "AP_-", "Zm9vZg==Zm9v"}) {
        EXPECT_FALSE(decode_base64(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace verohook
