#include "http/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace verohook::http {
namespace {

struct CredentialRow {
    std::string_view value;
    std::optional<std::string> expected;
};

TEST(Credentials, AreABearerTokenOrBasicsPassword) {
    const CredentialRow rows[] = {
        {"Bearer abc", "abc"}, {"bearer  abc ", "abc"},
        {"BASIC dTpw", "p"},   {"Basic dTpwOnE=", "p:q"},
        {"Basic dQ==", {}},    {"Basic %%%%", {}},
        {"Basic dTpwO", {}},   {"Digest username=u", {}},
        {"Bearer", {}},        {"", {}},
        {"Basic dTo=", ""},
    };
    for (const CredentialRow& row : rows) {
        EXPECT_EQ(credential_of(row.value), row.expected) << row.value;
    }
}

TEST(Credentials, AreComparedWithEverySecret) {
    const std::vector<std::string> secrets{"first-one", "second", "third-one"};
    for (const std::string& secret : secrets) {
        EXPECT_TRUE(is_any_of(secrets, secret));
        EXPECT_FALSE(is_any_of(secrets, secret + "x"));
        EXPECT_FALSE(is_any_of(secrets, secret.substr(1)));
    }
    EXPECT_FALSE(is_any_of(secrets, ""));
    EXPECT_FALSE(is_any_of({}, "first-one"));
}

}  // namespace
}  // namespace verohook::http
