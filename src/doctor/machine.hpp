#pragma once

#include "config/config.hpp"
#include "doctor/report.hpp"

#include <verohook/base/time.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace verohook::doctor {

/// The state folder can be written, is its owner's alone, and what is in it can be read.
void check_folder(Report& report, const config::Settings& settings);

/// Who may read the files that secrets stand in.
void check_secret_files(Report& report, const config::Settings& settings);

/// Room on the journal's disk, for bytes and for files.
void check_disk(Report& report, const config::Settings& settings);

/// The clock on the wall beside other clocks of this machine: the one that never jumps, since this
/// was made; the one that gives files their times; and the newest record's.
class ClockCheck {
public:
    explicit ClockCheck(const Clock& clock)
        : clock_(clock), wall_(clock.now()), steady_(std::chrono::steady_clock::now()) {}
    void tell(Report& report, const config::Settings& settings,
              std::optional<Timestamp> newest_record) const;

private:
    const Clock& clock_;
    const Timestamp wall_;
    const std::chrono::steady_clock::time_point steady_;
};

/// When the newest record came; nothing: there is none, or it cannot be read.
[[nodiscard]] std::optional<Timestamp> newest_arrival(const config::Settings& settings);

}  // namespace verohook::doctor
