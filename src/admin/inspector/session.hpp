#pragma once

#include "http/message.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::admin {

/// Who may use the inspector: with tokens, whoever has logged in with one of them, or brings one;
/// without, whoever reaches the port under a name that is the machine's own. Any thread.
class Sessions {
public:
    explicit Sessions(std::vector<std::string> tokens);
    /// Where they are others than before, every session ends.
    void set_tokens(std::vector<std::string> tokens);

    enum class Verdict { passed, login, wrong_host };
    [[nodiscard]] Verdict check(const http::RequestHead& head) const;
    /// What a change has to bring as `X-CSRF-Token`; of this caller's session.
    [[nodiscard]] std::string csrf_token(const http::RequestHead& head) const;
    [[nodiscard]] bool has_csrf_token(const http::RequestHead& head) const;

    /// The value of `Set-Cookie`; nothing: it is none of the tokens.
    [[nodiscard]] std::optional<std::string> open(std::string_view token);
    /// Ends the caller's session; the value of `Set-Cookie`.
    [[nodiscard]] std::string close(const http::RequestHead& head);

private:
    using Time = std::chrono::steady_clock::time_point;
    [[nodiscard]] bool is_open(const std::string& session) const;

    const std::string key_;  ///< Of this process; what CSRF tokens are made with.
    mutable std::mutex mutex_;
    std::vector<std::string> tokens_;
    std::map<std::string, Time> ends_;  ///< By the session's name.
};

}  // namespace verohook::admin
