#pragma once

#include <verohook/base/time.hpp>

#include <optional>
#include <string>
#include <vector>

namespace verohook::http {

/// What a server shows for itself.
struct ServerCertificate {
    std::vector<std::string> names;  ///< Hosts and addresses that it is for.
    std::string issuer;
    Timestamp begins_at;
    Timestamp ends_at;
};

/// How far a client's connection gets, for whoever is to say which link of the way is broken.
struct Way {
    enum class Link { look_up, connect, tls, exchange };
    /// Why a certificate is not believed.
    enum class Distrust { none, wrong_name, ended, not_begun, unknown_issuer, other };

    Link link = Link::look_up;           ///< The last one that was tried.
    std::vector<std::string> addresses;  ///< What the host's name stands for.
    std::optional<ServerCertificate> certificate;
    Distrust distrust = Distrust::none;
    std::string distrust_words;  ///< OpenSSL's.
};

}  // namespace verohook::http
