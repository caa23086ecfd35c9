#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// The commands; each returns its exit status.
namespace verohook::app {

/// What every command that needs the configuration takes; empty: the built-in defaults.
struct CommonArguments {
    std::filesystem::path config;
};

int serve(const CommonArguments& arguments);

int check(const CommonArguments& arguments);

struct SendArguments {
    std::vector<std::string> types;  ///< Empty or `all`: all twelve.
    std::string to;
    std::uint64_t count = 1;  ///< Of each type.
    double rate = 0;          ///< Requests a second; 0: as fast as answers come.
    unsigned concurrency = 1;
    std::uint64_t first_number = 0;  ///< Chooses the made-up customers; 0: from the clock.
    bool dry_run = false;            ///< Print the bodies, one a line, instead.
    bool quiet = false;
};
int send(const SendArguments& arguments);

struct TailArguments {
    CommonArguments common;
    std::filesystem::path state_dir;  ///< Instead of the configuration's.
    bool follow = false;
    std::optional<std::uint64_t> lines;  ///< Newest that match; default 10, or all with `since`.
    std::vector<std::string> types;
    std::string user;      ///< Id or e-mail address.
    std::string campaign;  ///< Id or name.
    std::string since;     ///< RFC 3339, or a duration back from now (`1h`).
    std::string format = "pretty";
};
int tail(const TailArguments& arguments);

struct StatusArguments {
    CommonArguments common;
    bool json = false;
};
int status(const StatusArguments& arguments);

struct ReloadArguments {
    CommonArguments common;
    std::filesystem::path state_dir;  ///< Instead of the configuration's.
};
int reload(const ReloadArguments& arguments);

enum class DeadAction { list, show, retry, drop };
struct DeadArguments {
    CommonArguments common;
    DeadAction action = DeadAction::list;
    std::string sink;                 ///< Empty: every sink.
    std::vector<std::uint64_t> seqs;  ///< Empty: all.
    bool all = false;
    bool json = false;
    bool yes = false;  ///< Do not ask.
};
int dead(const DeadArguments& arguments);

struct ReplayArguments {
    CommonArguments common;
    std::string sink;
    std::string from;  ///< A seq, a time, or a span back from now; empty: from the oldest event.
    std::string to;    ///< The same; empty: up to the sink's position.
    std::vector<std::string> types;
    std::string user;      ///< Id or e-mail address.
    std::string campaign;  ///< Id or name.
    bool dry_run = false;
    bool cancel = false;  ///< Ends the one that is under way.
};
int replay(const ReplayArguments& arguments);

struct ForgetArguments {
    CommonArguments common;
    std::vector<std::string> who;  ///< Ids and addresses of one person.
    std::string note;
    bool list = false;  ///< The reports of those that were done.
    bool dry_run = false;
    bool yes = false;  ///< Do not ask.
    bool json = false;
};
int forget(const ForgetArguments& arguments);

struct DoctorArguments {
    CommonArguments common;
    std::string url;                ///< Vero's; empty: nothing is posted.
    std::filesystem::path ca_file;  ///< Who is trusted, instead of the system's authorities.
    int timeout_seconds = 10;       ///< For the answer, and for the sinks.
    bool json = false;
};
int doctor(const DoctorArguments& arguments);

struct BackupArguments {
    CommonArguments common;
    std::filesystem::path file;
    bool json = false;
};
int backup(const BackupArguments& arguments);
int restore(const BackupArguments& arguments);

/// `as_json`: one object, for programs.
int list_sinks(bool as_json);

}  // namespace verohook::app
