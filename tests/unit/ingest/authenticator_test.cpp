#include "ingest/authenticator.hpp"

#include <gtest/gtest.h>

namespace verohook::ingest {
namespace {

using Verdict = Authenticator::Verdict;

http::RequestHead head_from(const char* peer) {
    http::RequestHead head;
    head.method = "POST";
    if (*peer != '\0') {
        head.peer.address = *IpAddress::parse(peer);
    }
    return head;
}

TEST(Authenticator, TakesASecretInFourPlaces) {
    const Authenticator authenticator(true, {"first-secret", "second-secret"});
    struct Row {
        const char* name;
        const char* query;
        const char* authorization;
        std::optional<std::string_view> path;
        Verdict expected;
    };
    const Row rows[] = {
        {"none", "", "", {}, Verdict::missing},
        {"path", "", "", "first-secret", Verdict::passed},
        {"path, the other one", "", "", "second-secret", Verdict::passed},
        {"path, percent-encoded", "", "", "first%2dsecret", Verdict::passed},
        {"path, wrong", "", "", "first-secre", Verdict::wrong},
        {"query", "a=1&token=second-secret", "", {}, Verdict::passed},
        {"query, wrong", "token=x", "", {}, Verdict::wrong},
        {"query, other key", "tokens=first-secret", "", {}, Verdict::missing},
        {"query, empty", "token=", "", {}, Verdict::missing},
        {"bearer", "", "Bearer first-secret", {}, Verdict::passed},
        {"bearer in lower case", "", "bearer  first-secret", {}, Verdict::passed},
        {"bearer, wrong", "", "Bearer first-secretx", {}, Verdict::wrong},
        {"basic", "", "Basic dmVybzpmaXJzdC1zZWNyZXQ=", {}, Verdict::passed},
        {"basic, no user", "", "Basic OmZpcnN0LXNlY3JldA==", {}, Verdict::passed},
        {"basic, the secret as user", "", "Basic Zmlyc3Qtc2VjcmV0Og==", {}, Verdict::missing},
        {"basic, no base64", "", "Basic !!!!", {}, Verdict::missing},
        {"other scheme", "", "Digest first-secret", {}, Verdict::missing},
        {"one right among wrong ones", "token=x", "Bearer first-secret", {}, Verdict::passed},
    };
    for (const Row& row : rows) {
        http::RequestHead head = head_from("203.0.113.9");
        head.query = row.query;
        if (*row.authorization != '\0') {
            head.headers.emplace_back("Authorization", row.authorization);
        }
        EXPECT_EQ(authenticator.check(head, row.path), row.expected) << row.name;
    }
}

TEST(Authenticator, WithoutSecretsTakesOnlyWhatComesStraightFromThisMachine) {
    const Authenticator authenticator(true, {});
    EXPECT_EQ(authenticator.check(head_from("127.0.0.1"), {}), Verdict::passed);
    EXPECT_EQ(authenticator.check(head_from("::1"), {}), Verdict::passed);
    EXPECT_EQ(authenticator.check(head_from(""), {}), Verdict::passed);
    EXPECT_EQ(authenticator.check(head_from("192.168.0.2"), {}), Verdict::proxied);
    http::RequestHead behind = head_from("127.0.0.1");
    behind.peer.is_proxied = true;
    EXPECT_EQ(authenticator.check(behind, {}), Verdict::proxied);
    for (const char* name : {"X-Forwarded-For", "forwarded", "X-Real-IP", "Via"}) {
        http::RequestHead head = head_from("127.0.0.1");
        head.headers.emplace_back(name, "x");
        EXPECT_EQ(authenticator.check(head, {}), Verdict::proxied) << name;
    }
}

TEST(Authenticator, PassesEverythingWhereToldSo) {
    EXPECT_EQ(Authenticator(false, {}).check(head_from("203.0.113.9"), {}), Verdict::passed);
}

}  // namespace
}  // namespace verohook::ingest
