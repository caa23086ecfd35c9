#pragma once

#include "admin/status.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What is asked and told of erasing a person.
namespace verohook::admin {

struct ForgetRequest {
    std::vector<std::string> who;  ///< Ids and addresses of one person.
    std::string note = {};         ///< For the report; must not name the person.
};

/// What became of a person at one sink.
struct SinkErasure {
    std::string name;
    std::string kind = {};  ///< Empty where the configuration does not have it.
    std::uint64_t records = 0;
    std::string out_of_reach = {};  ///< What may still be there, and what to do; empty: nothing.
    bool again = false;             ///< Another run may reach it.
};

struct ForgetStatus {
    /// Empty: none yet; `looking`, `erasing`, `sinks`; `done`, `failed`.
    std::string state = {};
    journal::Seq position = 0;  ///< In the journal, while it looks or erases.
    journal::Seq last = 0;
    Timestamp begun = {};
    std::string note = {};
    std::uint64_t events = 0;
    std::uint64_t malformed = 0;
    std::uint64_t dead_letters = 0;
    std::uint64_t unclear = 0;         ///< Malformed or damaged, and may be of the person.
    std::string journal_problem = {};  ///< Why something may still stand in the journal's files.
    std::vector<SinkErasure> sinks = {};
    std::uint64_t report = 0;  ///< Its number; 0: there is none.
    std::string error = {};    ///< Of one that has failed.

    [[nodiscard]] bool has_ended() const { return state == "done" || state == "failed"; }
    /// Whether no other run may reach more at a sink.
    [[nodiscard]] bool reached_sinks() const;
    /// Whether verohook erased all that it can reach.
    [[nodiscard]] bool is_complete() const;
};

[[nodiscard]] std::string to_json(const ForgetRequest& request);
/// Error: `invalid_input`, in words for whoever has sent it.
[[nodiscard]] Result<ForgetRequest> parse_forget_request(std::string_view json);

[[nodiscard]] std::string to_json(const ForgetStatus& status);
/// Also of a report, as the journal keeps it.
[[nodiscard]] Result<ForgetStatus> parse_forget_status(std::string_view json);

}  // namespace verohook::admin
