#include "admin/inspector/assets.hpp"
#include "http/gzip.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace verohook::admin {
namespace {

http::RequestHead request(std::string path,
                          std::vector<std::pair<std::string, std::string>> headers = {}) {
    http::RequestHead head;
    head.method = "GET";
    head.path = std::move(path);
    head.headers = std::move(headers);
    return head;
}

std::string header(const http::Response& response, std::string_view name) {
    const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                    [&](const auto& each) { return each.first == name; });
    return found == response.headers.end() ? "" : found->second;
}

TEST(Page, ComesGzippedToWhoTakesThat) {
    const auto plain = find_page(request("/"));
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->content_type, "text/html; charset=utf-8");
    EXPECT_NE(plain->body.find("<!doctype html>"), std::string::npos);
    for (const char* const coding : {"gzip", "br, gzip;q=0.5", "deflate, gzip ;q=1"}) {
        const auto packed = find_page(request("/", {{"Accept-Encoding", coding}}));
        EXPECT_EQ(header(*packed, "Content-Encoding"), "gzip") << coding;
        EXPECT_EQ(*http::gunzip(packed->body, 1'000'000), plain->body);
        EXPECT_EQ(header(*packed, "Vary"), "Accept-Encoding");
        EXPECT_NE(header(*packed, "ETag"), header(*plain, "ETag"));
    }
    for (const char* const coding : {"", "br", "gzip;q=0", "gzip;q=0.000", "x-gzipped"}) {
        const auto answer = find_page(request("/", {{"Accept-Encoding", coding}}));
        EXPECT_EQ(header(*answer, "Content-Encoding"), "") << coding;
    }
}

TEST(Page, IsNotSentAgainToWhoHasIt) {
    const std::string tag = header(*find_page(request("/web/app.js")), "ETag");
    const auto again = find_page(request("/web/app.js", {{"If-None-Match", "\"x\", " + tag}}));
    EXPECT_EQ(again->status, 304);
    EXPECT_TRUE(again->body.empty());
    EXPECT_EQ(header(*again, "ETag"), tag);
    EXPECT_EQ(find_page(request("/web/app.js", {{"If-None-Match", "\"x\""}}))->status, 200);
}

TEST(Page, EveryFileHasItsTypeAndThereIsNothingElse) {
    for (const Asset& asset : assets()) {
        const auto answer = find_page(request("/web" + std::string(asset.path)));
        ASSERT_TRUE(answer) << asset.path;
        EXPECT_FALSE(answer->body.empty()) << asset.path;
        if (asset.path.ends_with(".js")) {
            EXPECT_EQ(answer->content_type, "text/javascript; charset=utf-8");
        }
    }
    for (const char* const path :
         {"/web/none.js", "/web/", "/web", "/web/../app.js", "/webapp.js"}) {
        EXPECT_FALSE(find_page(request(path))) << path;
    }
}

TEST(Page, IsSmall) {
    std::size_t bytes = 0;
    for (const Asset& asset : assets()) {
        bytes += asset.gzipped.size();
    }
    EXPECT_LT(bytes, 150 * 1024);
}

}  // namespace
}  // namespace verohook::admin
