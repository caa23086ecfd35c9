#pragma once

#include "admin/status.hpp"
#include "doctor/answer.hpp"
#include "doctor/report.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace verohook::doctor {

/// Looks for the test event in the journal of the state folder, as the check `journal`: an answer
/// that names another record is of another verohook. Whether it is there.
[[nodiscard]] bool find_in_journal(Report& report, const std::filesystem::path& state_dir,
                                   const Stored& stored, const std::string& probe);

/// Waits until each sink that is on has got past the test event, and so has everything before it;
/// tells of each, as `delivery NAME`. `ask`: the daemon.
void wait_for_sinks(Report& report, const std::function<Result<admin::Status>()>& ask,
                    journal::Seq seq, std::chrono::milliseconds timeout);

}  // namespace verohook::doctor
