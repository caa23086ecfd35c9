#pragma once

#include "sinks/nats_answer.hpp"
#include "sinks/nats_settings.hpp"

#include <verohook/sink/sink.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace verohook::sinks {

/// What became of messages that were sent together.
struct NatsPass {
    enum class End {
        all,          ///< All are in the stream.
        interrupted,  ///< What is left is to be sent again, and may go well as the first.
        too_large,    ///< The next one is larger than may ever be taken.
        refused,      ///< The next one was not taken, for now.
        lost,         ///< The connection is of no more use.
    };
    std::size_t stored = 0;  ///< So many of the first ones are in the stream.
    End end = End::all;
    std::string reason = {};
};

/// How to connect to one server, for many attempts: the authorities that are trusted are read with
/// it, which takes some 20 ms of processor time.
class NatsOptions {
public:
    [[nodiscard]] static Result<std::unique_ptr<NatsOptions>> make(const NatsSettings& settings,
                                                                   const NatsServer& server);
    ~NatsOptions();
    NatsOptions(const NatsOptions&) = delete;
    NatsOptions& operator=(const NatsOptions&) = delete;

private:
    friend class NatsSession;
    struct Library;
    explicit NatsOptions(std::unique_ptr<Library> library);

    std::unique_ptr<Library> library_;
};

/// One connection to one server, from its making to its first failure. It never connects anew by
/// itself: the library would send on what it had not sent before, and leave a gap where the
/// connection broke. Used by one thread; what it refers to outlives it.
class NatsSession {
public:
    /// Makes the options where there are none yet, and drops them where a server was there and they
    /// led to nothing: what their files hold may be better at the next attempt.
    [[nodiscard]] static Result<std::unique_ptr<NatsSession>> open(
        const NatsSettings& settings, const NatsServer& server,
        std::unique_ptr<NatsOptions>& options);
    ~NatsSession();
    NatsSession(const NatsSession&) = delete;
    NatsSession& operator=(const NatsSession&) = delete;

    /// Publishes all of them at once, and collects the stream's answers within the time-out.
    [[nodiscard]] NatsPass publish(std::span<const sink::Item> items);
    [[nodiscard]] bool is_connected() const;
    [[nodiscard]] const std::string& url() const { return server_.url; }

private:
    struct Library;  ///< The library's handles, whose header stays out of this one.

    NatsSession(const NatsSettings& settings, const NatsServer& server,
                std::unique_ptr<Library> library);
    /// How many were sent; fewer than all of them: `pass` says why.
    std::size_t send(std::span<const sink::Item> items, NatsPass& pass);
    int send_one(const sink::Item& item, std::size_t index, const std::string& follows);
    /// False: not all of the answers came; `pass` says why.
    bool collect(std::size_t sent, std::vector<NatsAnswer>& answers, NatsPass& pass);
    [[nodiscard]] std::string why_no_answer() const;
    [[nodiscard]] std::string no_stream() const;

    const NatsSettings& settings_;
    const NatsServer& server_;
    std::unique_ptr<Library> library_;
    std::string inbox_;       ///< Answers come to `INBOX.PASS.INDEX`.
    std::uint64_t pass_ = 0;  ///< Tells late answers of an earlier pass.
};

}  // namespace verohook::sinks
