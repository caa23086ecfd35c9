#pragma once

#include "admin/status.hpp"
#include "delivery/selection.hpp"

#include <string>
#include <string_view>

/// What goes over the control socket, both ways. Texts are ASCII: whatever else a name or a reason
/// holds is escaped, so that they are harmless on a terminal.
namespace verohook::admin {

[[nodiscard]] std::string to_json(const Status& status);
[[nodiscard]] Result<Status> parse_status(std::string_view json);

[[nodiscard]] std::string to_json(const delivery::TaskStatus& status);
[[nodiscard]] Result<delivery::TaskStatus> parse_task(std::string_view json);

struct ReplayRequest {
    delivery::Range range;
    delivery::Selection selection;
};
[[nodiscard]] std::string to_json(const ReplayRequest& request);
/// Error: `invalid_input`, in words for whoever has sent it.
[[nodiscard]] Result<ReplayRequest> parse_replay(std::string_view json);

/// Which dead letters of a sink are meant.
struct Letters {
    bool all = false;
    std::vector<journal::Seq> seqs = {};
};
[[nodiscard]] std::string to_json(const Letters& letters);
/// Error: `invalid_input`, where there are neither or both.
[[nodiscard]] Result<Letters> parse_letters(std::string_view json);

/// How many dead letters were dropped.
[[nodiscard]] std::string dropped_json(std::uint64_t count);
[[nodiscard]] Result<std::uint64_t> parse_dropped(std::string_view json);

/// `detail` of a problem document; empty: there is none.
[[nodiscard]] std::string problem_detail(std::string_view json);

}  // namespace verohook::admin
