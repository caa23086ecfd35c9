#pragma once

#include "doctor/answer.hpp"
#include "doctor/report.hpp"
#include "doctor/test_url.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace verohook::doctor {

struct WaySettings {
    std::filesystem::path ca_file = {};  ///< Who is trusted instead of the system's authorities.
    std::chrono::milliseconds timeout{10'000};
    std::vector<std::string> listen = {};  ///< http.listen
};

/// Posts the test event of that probe to the URL, and tells of each link of the way whether it
/// holds: `url`, `name`, `connect`, `tls`, `answer`, and the `clock` of the other side. Nothing is
/// posted where the certificate is not to be believed, and no redirect is followed. Nothing: no
/// test event was stored.
[[nodiscard]] std::optional<Stored> walk(Report& report, const TestUrl& url,
                                         const std::string& probe, const AnswerContext& context,
                                         const WaySettings& settings);

}  // namespace verohook::doctor
