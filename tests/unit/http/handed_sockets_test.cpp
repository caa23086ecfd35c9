#include "http/handed_sockets.hpp"

#include "unit/http/raw_client.hpp"
#include "unit/http/server_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <stdlib.h>

namespace verohook::http {
namespace {

/// What an earlier life of a process leaves to the next one, which is this process, too.
class HandedSocketsTest : public testing::Test {
protected:
    HandedSocketsTest() {
        std::string name = (std::filesystem::temp_directory_path() / "verohook-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        path = folder_ + "/web";
    }
    ~HandedSocketsTest() override { std::filesystem::remove_all(folder_); }

    /// The address of a server that listened there, and is gone.
    std::string hand_over(const std::string& listen, Holder holder) {
        auto server = bind({listen}, nullptr);
        std::string address = server->addresses().front();
        for (const SharedSocket& socket : server->share_sockets()) {
            EXPECT_EQ(socket.holder, Holder::nobody);
            EXPECT_TRUE(sockets.add(socket.descriptor, holder));
        }
        return address;
    }
    std::unique_ptr<Server> bind(std::vector<std::string> listen) {
        return bind(std::move(listen), &sockets);
    }
    std::unique_ptr<Server> bind(std::vector<std::string> listen, HandedSockets* handed) {
        ServerSettings settings;
        settings.listen = std::move(listen);
        settings.threads = 2;
        settings.handed = handed;
        auto bound = Server::bind(settings, handler, system_clock());
        EXPECT_TRUE(bound);
        return std::move(*bound);
    }

    TestHandler handler;
    HandedSockets sockets;
    std::string path;

private:
    std::string folder_;
};

TEST_F(HandedSocketsTest, WhatIsItsOwnIsBroughtToItsEnd) {
    const std::string address = hand_over("unix:" + path, Holder::nobody);
    EXPECT_TRUE(std::filesystem::exists(path));
    auto server = bind({address});
    // It waits before there is anybody to accept it.
    RawClient waiting(address);
    waiting.send(post("/hook", "abc"));
    server->start();
    EXPECT_TRUE(server->drain(std::chrono::seconds{20}));
    EXPECT_TRUE(waiting.read_answer().has_value());
    server.reset();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(HandedSocketsTest, WhatSomebodyElseHasStaysAsItIs) {
    const std::string address = hand_over("unix:" + path, Holder::somebody);
    auto server = bind({address});
    const auto shared = server->share_sockets();
    ASSERT_EQ(shared.size(), 1U);
    EXPECT_EQ(shared.front().holder, Holder::somebody) << "the next life must know it, too";
    RawClient waiting(address);
    waiting.send(post("/hook", "abc"));
    server.reset();
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_TRUE(sockets.add(shared.front().descriptor, shared.front().holder));
    server = bind({address});
    server->start();
    EXPECT_TRUE(waiting.read_answer().has_value());
}

TEST_F(HandedSocketsTest, AnyPortIsNotOneThatAnotherServerNames) {
    const std::string admin = hand_over("127.0.0.1:0", Holder::nobody);
    const std::string web = hand_over("127.0.0.1:0", Holder::nobody);
    sockets.reserve(std::vector<std::string>{"127.0.0.1:0", admin, "unix:" + path, "no address"});
    EXPECT_EQ(bind({"127.0.0.1:0"})->addresses().front(), web);
    EXPECT_EQ(sockets.rest(), (std::vector<std::string>{admin, admin})) << "one for each thread";
    EXPECT_EQ(bind({admin})->addresses().front(), admin);
    EXPECT_TRUE(sockets.rest().empty());
}

TEST_F(HandedSocketsTest, WhatNobodyWantsAnyMoreIsClosedWithItsFile) {
    hand_over("unix:" + path, Holder::nobody);
    EXPECT_EQ(sockets.rest(), std::vector<std::string>{"unix:" + path});
    sockets.close_rest();
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace verohook::http
