#pragma once

#include "doctor/report.hpp"
#include "doctor/test_url.hpp"
#include "http/client.hpp"
#include "journal/journal.hpp"

#include <verohook/base/time.hpp>

#include <optional>
#include <string>

namespace verohook::doctor {

/// What an answer is judged by, beside itself.
struct AnswerContext {
    std::string path = {};    ///< http.path
    std::string listen = {};  ///< http.listen, for people.
    SecretSource secret = SecretSource::none;
    bool daemon_runs = true;
};

/// The place that an answer names for a test event.
struct Stored {
    journal::Seq seq = 0;
    std::string id;  ///< 32 hexadecimal digits.
};

/// Tells what an answer to a test event means, as the check `answer`. Nothing of what the other
/// side wrote is repeated but numbers, an address, a host and the kinds of its programs: it might
/// hold the secret. Nothing: no test event was stored.
[[nodiscard]] std::optional<Stored> judge_answer(Report& report,
                                                 const http::ClientResponse& response,
                                                 const AnswerContext& context);

/// What the `Date` header says (RFC 9110, section 5.6.7); nothing: there is none.
[[nodiscard]] std::optional<Timestamp> date_of(const http::ClientResponse& response);

}  // namespace verohook::doctor
