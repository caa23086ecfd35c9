#include "admin/inspector/session.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace verohook::admin {
namespace {

using Verdict = Sessions::Verdict;

http::RequestHead request(std::vector<std::pair<std::string, std::string>> headers) {
    http::RequestHead head;
    head.peer.address = IpAddress::parse("127.0.0.1").value();
    head.headers = std::move(headers);
    return head;
}

/// What a browser sends after it was told to keep a cookie.
std::string sent_back(const std::string& set_cookie) {
    return set_cookie.substr(0, set_cookie.find(';'));
}

struct HostCase {
    const char* host;
    Verdict expected;
};

class Host : public testing::TestWithParam<HostCase> {};

TEST_P(Host, IsTheMachinesOwnWhereThereIsNoToken) {
    const Sessions sessions({});
    EXPECT_EQ(sessions.check(request({{"Host", GetParam().host}})), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Names, Host,
                         testing::Values(HostCase{"localhost:8081", Verdict::passed},
                                         HostCase{"LOCALHOST", Verdict::passed},
                                         HostCase{"127.0.0.1:8081", Verdict::passed},
                                         HostCase{"127.0.0.1", Verdict::passed},
                                         HostCase{"[::1]:8081", Verdict::passed},
                                         HostCase{"[::1]", Verdict::passed},
                                         HostCase{"evil.example:8081", Verdict::wrong_host},
                                         HostCase{"localhost.evil.example", Verdict::wrong_host},
                                         HostCase{"127.0.0.1.evil.example:80", Verdict::wrong_host},
                                         HostCase{"[evil.example]:80", Verdict::wrong_host},
                                         HostCase{"[::1].evil.example", Verdict::wrong_host},
                                         HostCase{"", Verdict::wrong_host}));

TEST(Sessions, AUnixSocketHasNoNames) {
    http::RequestHead head = request({{"Host", "anything"}});
    head.peer.address = {};
    EXPECT_EQ(Sessions({}).check(head), Verdict::passed);
}

TEST(Sessions, WithATokenOneLogsIn) {
    Sessions sessions({"a-token-of-mine"});
    EXPECT_EQ(sessions.check(request({{"Host", "localhost"}})), Verdict::login);
    EXPECT_FALSE(sessions.open("a-token-of-minE"));
    EXPECT_FALSE(sessions.open(""));
    const auto cookie = sessions.open("a-token-of-mine");
    ASSERT_TRUE(cookie);
    EXPECT_NE(cookie->find("; HttpOnly"), std::string::npos);
    EXPECT_NE(cookie->find("; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(cookie->find("a-token"), std::string::npos);
    const auto inside = request({{"Cookie", "other=1; " + sent_back(*cookie) + "; more=2"}});
    EXPECT_EQ(sessions.check(inside), Verdict::passed);
    EXPECT_EQ(sessions.check(request({{"Cookie", "verohook_session=0"}})), Verdict::login);
    EXPECT_EQ(sessions.check(request({{"Cookie", "verohook_session="}})), Verdict::login);
    EXPECT_NE(sessions.close(inside).find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(sessions.check(inside), Verdict::login);
}

TEST(Sessions, AProgramBringsTheToken) {
    const Sessions sessions({"a-token-of-mine"});
    EXPECT_EQ(sessions.check(request({{"Authorization", "Bearer a-token-of-mine"}})),
              Verdict::passed);
    EXPECT_EQ(sessions.check(request({{"Authorization", "Bearer another-token"}})), Verdict::login);
}

TEST(Sessions, OtherTokensEndEverySession) {
    Sessions sessions({"a-token-of-mine"});
    const auto inside = request({{"Cookie", sent_back(*sessions.open("a-token-of-mine"))}});
    sessions.set_tokens({"a-token-of-mine"});
    EXPECT_EQ(sessions.check(inside), Verdict::passed);
    sessions.set_tokens({"another-token"});
    EXPECT_EQ(sessions.check(inside), Verdict::login);
}

TEST(Sessions, AChangeNeedsTheTokenOfItsOwnSession) {
    Sessions sessions({"a-token-of-mine"});
    const auto mine = request({{"Cookie", sent_back(*sessions.open("a-token-of-mine"))}});
    const auto yours = request({{"Cookie", sent_back(*sessions.open("a-token-of-mine"))}});
    const auto with = [](http::RequestHead head, const std::string& token) {
        head.headers.emplace_back("X-CSRF-Token", token);
        return head;
    };
    EXPECT_TRUE(sessions.has_csrf_token(with(mine, sessions.csrf_token(mine))));
    EXPECT_FALSE(sessions.has_csrf_token(with(mine, sessions.csrf_token(yours))));
    EXPECT_FALSE(sessions.has_csrf_token(with(mine, "")));
    EXPECT_FALSE(sessions.has_csrf_token(mine));
    EXPECT_NE(Sessions({}).csrf_token(mine), Sessions({}).csrf_token(mine)) << "of each process";
}

TEST(Sessions, TheirNumberIsBounded) {
    Sessions sessions({"a-token-of-mine"});
    const auto first = request({{"Cookie", sent_back(*sessions.open("a-token-of-mine"))}});
    for (int number = 0; number < 64; ++number) {
        ASSERT_TRUE(sessions.open("a-token-of-mine"));
    }
    EXPECT_EQ(sessions.check(first), Verdict::login);
}

}  // namespace
}  // namespace verohook::admin
