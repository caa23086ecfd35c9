#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::ingest {

/// Decides whether a request may bring an event. Vero signs nothing, so a secret is all there is:
/// as the path's last segment, as `?token=`, as `Authorization: Bearer`, or as Basic's password.
/// Immutable; any thread.
class Authenticator {
public:
    /// With `required` false every request passes. Without secrets only what comes straight from
    /// this machine does.
    Authenticator(bool required, std::vector<std::string> secrets);

    enum class Verdict {
        passed,
        missing,  ///< No credentials at all.
        wrong,    ///< Credentials that are none of the secrets.
        proxied,  ///< No secret is configured, and the request came from elsewhere.
    };
    /// `path_secret` is the segment after the webhook's path; nothing if there is none. How long
    /// this takes does not depend on how much of a credential is right.
    [[nodiscard]] Verdict check(const http::RequestHead& head,
                                std::optional<std::string_view> path_secret) const;

private:
    bool required_;
    std::vector<std::string> secrets_;
};

}  // namespace verohook::ingest
