#pragma once

#include "http/client.hpp"
#include "sinks/http_settings.hpp"

#include <verohook/base/time.hpp>
#include <verohook/sink/sink.hpp>

#include <memory>
#include <span>

namespace verohook::sinks {

/// One connection to the target, kept alive from request to request. One thread at a time.
class HttpSender {
public:
    /// Connects to nothing yet. `settings` and `clock` outlive it.
    [[nodiscard]] static Result<std::unique_ptr<HttpSender>> make(const HttpSettings& settings,
                                                                  const Clock& clock);
    HttpSender(const HttpSettings& settings, const Clock& clock,
               std::unique_ptr<http::Client> client);

    /// Sends these events in one request. One that is refused must not take the good events in it
    /// along: then each is sent by itself, up to the one that is refused.
    [[nodiscard]] sink::Outcome send(std::span<const sink::Item> items);

private:
    [[nodiscard]] sink::Outcome attempt(std::span<const sink::Item> items);

    const HttpSettings& settings_;
    const Clock& clock_;
    const std::unique_ptr<http::Client> client_;
};

}  // namespace verohook::sinks
