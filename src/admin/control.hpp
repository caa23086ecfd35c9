#pragma once

#include "admin/control_socket.hpp"
#include "admin/desk.hpp"
#include "admin/forget.hpp"
#include "admin/json.hpp"
#include "admin/reloading.hpp"

#include <memory>
#include <string>
#include <vector>

namespace verohook::admin {

/// What the commands have done: by the daemon that runs, or in their own process with the same
/// code. One thread.
class Control {
public:
    virtual ~Control() = default;

    [[nodiscard]] Result<Status> status();
    [[nodiscard]] Result<delivery::TaskStatus> replay(const std::string& sink,
                                                      const ReplayRequest& request);
    [[nodiscard]] Result<delivery::TaskStatus> retry(const std::string& sink,
                                                     const Letters& letters);
    [[nodiscard]] Result<delivery::TaskStatus> task(std::uint64_t id);
    [[nodiscard]] Result<delivery::TaskStatus> cancel(std::uint64_t id);
    /// How many were dropped.
    [[nodiscard]] Result<std::uint64_t> drop(const std::string& sink, const Letters& letters);

    /// Blocks until it is done. Error: `invalid_input` with what is wrong, a line for each.
    [[nodiscard]] Result<ReloadReport> reload();

    [[nodiscard]] Result<ForgetStatus> forget(const ForgetRequest& request);
    /// Of the one under way, or of the last.
    [[nodiscard]] Result<ForgetStatus> forgetting();

protected:
    /// The body of a successful answer; else what the other side says.
    [[nodiscard]] virtual Result<std::string> ask(const std::string& method,
                                                  const std::string& target, std::string body) = 0;
};

/// The daemon on a state folder. Error: `not_found` where none listens there.
[[nodiscard]] Result<std::unique_ptr<Control>> connect(const std::filesystem::path& folder);

/// In this process, which holds the journal. `sinks`: those that tasks will be given to; each
/// delivers nothing else. `known`: those of the configuration. `clock` outlives it.
[[nodiscard]] Result<std::unique_ptr<Control>> take_over(std::unique_ptr<journal::Journal> journal,
                                                         std::vector<delivery::SinkSettings> sinks,
                                                         std::vector<KnownSink> known,
                                                         const Clock& clock);

}  // namespace verohook::admin
