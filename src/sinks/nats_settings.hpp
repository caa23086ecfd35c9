#pragma once

#include "sinks/nats_subject.hpp"

#include <verohook/base/option.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::sinks {

/// `nats://HOST:PORT` or `tls://HOST:PORT`, taken apart.
struct NatsServer {
    std::string url;
    std::string host;  ///< Without the brackets of an IPv6 address.
    bool tls = false;
};

/// The options of a `nats` sink, read.
struct NatsSettings {
    std::vector<NatsServer> servers;
    SubjectTemplate subject;
    std::string stream;            ///< Empty: whichever takes the subject.
    std::string credentials_file;  ///< Empty: none; as the following.
    std::string user;
    std::string password;
    std::string token;
    std::string ca_file;
    std::string cert_file;
    std::string key_file;
    bool verify_tls = true;
    std::chrono::milliseconds timeout{0};
};

[[nodiscard]] std::vector<OptionSpec> nats_option_specs();
/// Adds a complaint for each option that is wrong.
[[nodiscard]] NatsSettings read_nats_options(const Options& options,
                                             std::vector<OptionComplaint>& complaints);

}  // namespace verohook::sinks
