#pragma once

#include "http/way.hpp"

#include <boost/asio/ssl/verify_context.hpp>

#include <string>

namespace verohook::http {

/// Judges the certificate of a server: whether it leads to somebody who is trusted, as OpenSSL has
/// found, and whether it is the host's. For `ssl::stream::set_verify_callback`.
class CertificateCheck {
public:
    /// `way`, which may be null, is told what is wrong; it outlives this.
    CertificateCheck(std::string host, Way* way) : host_(std::move(host)), way_(way) {}
    bool operator()(bool preverified, boost::asio::ssl::verify_context& context) const;

private:
    std::string host_;
    Way* way_;
};

}  // namespace verohook::http
