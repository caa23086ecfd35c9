#pragma once

#include "app/commands.hpp"

#include <optional>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name.
class App;
}  // namespace CLI

namespace verohook::app {

/// `-c`, which every command has that reads a configuration.
void add_config(CLI::App& command, CommonArguments& arguments);

/// The command lines of `status`, `reload`, `dead`, `replay`, `forget`, `doctor` and `sinks`.
class AdminCommands {
public:
    /// Adds them; `app` outlives this and is parsed before `run`.
    explicit AdminCommands(CLI::App& app);
    AdminCommands(const AdminCommands&) = delete;
    AdminCommands& operator=(const AdminCommands&) = delete;

    /// The exit status of the one that was given; nothing: it was none of these.
    [[nodiscard]] std::optional<int> run();

private:
    void add_reload();
    void add_dead();
    void add_replay();
    void add_forget();
    void add_doctor();

    CLI::App& app_;
    StatusArguments status_;
    ReloadArguments reload_;
    DeadArguments dead_;
    ReplayArguments replay_;
    ForgetArguments forget_;
    DoctorArguments doctor_;
    bool sinks_as_json_ = false;
};

}  // namespace verohook::app
