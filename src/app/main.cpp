#include "app/admin_commands.hpp"
#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/customer_commands.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "app/standard_streams.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::app {

int fail(ExitStatus status, const Error& error) {
    std::fprintf(stderr, "verohook: %s\n", error.message.c_str());
    return status;
}

namespace {

constexpr const char* examples = R"(Examples:
  verohook serve                                  take events on 127.0.0.1:8080, print them
  verohook serve -c /etc/verohook/verohook.toml   the same with a configuration of your own
  verohook check -c verohook.toml                 say what is wrong before it matters
  verohook send all --to http://127.0.0.1:8080/webhooks/vero
                                                  play Vero: one event of each type
  verohook tail -f                                watch events arrive
  verohook status                                 how far each sink has got
  verohook replay --sink crm --from 2h            deliver once more
  verohook reload                                 have the daemon read its configuration anew
  verohook dead list                              events that a sink has rejected
  verohook doctor --url https://example.com/webhooks/vero
                                                  which link is broken, with a test event
  verohook sinks                                  where events can go, with every option
  verohook customer steve@getvero.com             what is known of a customer, and who may be mailed
  verohook campaigns                              each campaign, and what came of it
  verohook export --format csv -o events.csv      the events as a table
  verohook backup /backups/verohook.tar.zst       all that verohook keeps, in one file

Exit statuses: 0 it worked; 1 something did not; 2 wrong command line; 3 wrong configuration;
4 the state folder is locked, corrupt or not writable; 5 an address cannot be listened on.)";

/// A whole number; the library itself would read -1 as the largest one.
CLI::Range whole_number(std::int64_t min, std::int64_t max) {
    return {min, max};
}

/// Nothing, or what is wrong with a rate.
std::string complaint_of_rate(const std::string& text) {
    double rate = 0;
    const bool is_rate = CLI::detail::lexical_cast(text, rate) && std::isfinite(rate) &&
                         (rate == 0 || (rate >= 0.001 && rate <= 1e6));
    return is_rate ? ""
                   : "'" + printable(text, 64) +
                         "' is no rate: give events a second, from 0.001 to 1000000, or 0 for as "
                         "fast as possible";
}

void add_send(CLI::App& app, SendArguments& arguments) {
    CLI::App* command = app.add_subcommand("send", "Play Vero: send realistic, varied events");
    command->add_option("types", arguments.types, "Types to send, or all (default)");
    command->add_option("--to", arguments.to, "URL to post to")
        ->default_val("http://127.0.0.1:8080/webhooks/vero");
    command->add_option("--count", arguments.count, "Events of each type")
        ->default_val(1)
        ->check(whole_number(1, 1'000'000'000));
    command->add_option("--rate", arguments.rate, "Events a second; 0: as fast as possible")
        ->default_val(0)
        ->check(complaint_of_rate);
    command->add_option("--concurrency", arguments.concurrency, "Connections")
        ->default_val(1)
        ->check(CLI::Range(1, 1024));
    command
        ->add_option("--first-number", arguments.first_number,
                     "Where the made-up customers begin; 0: anywhere")
        ->default_val(0)
        ->check(whole_number(0, 1'000'000'000'000'000));
    command->add_flag("--dry-run", arguments.dry_run, "Print the bodies instead of sending");
    command->add_flag("-q,--quiet", arguments.quiet, "Print nothing; the exit status tells");
    command->footer(
        "Examples:\n"
        "  verohook send clicked --to https://example.com/webhooks/vero/SECRET\n"
        "  verohook send all --count 1000 --concurrency 16 --rate 500");
}

void add_tail(CLI::App& app, TailArguments& arguments) {
    CLI::App* command = app.add_subcommand("tail", "Show stored events, while it runs or not");
    add_config(*command, arguments.common);
    command->add_option("--state-dir", arguments.state_dir,
                        "Folder of the journal, instead of the configuration's");
    command->add_flag("-f,--follow", arguments.follow, "Go on with what arrives");
    command
        ->add_option("-n,--lines", arguments.lines,
                     "The newest N that match (default 10; with --since: all)")
        ->check(whole_number(0, 1'000'000'000'000));
    command
        ->add_option("--type", arguments.types,
                     "Only these types (also: unrecognized, malformed, verohook_test)")
        ->delimiter(',');
    command->add_option("--user", arguments.user, "Only this customer: id or e-mail address");
    command->add_option("--campaign", arguments.campaign, "Only this campaign: id or name");
    command->add_option("--since", arguments.since,
                        "From a time (2026-11-23T12:00:00Z) or a span back (90s, 5m, 2h, 7d)");
    command->add_option("--format", arguments.format, "How to print an event")
        ->default_val("pretty")
        ->check(CLI::IsMember({"pretty", "json", "raw"}));
    command->footer(
        "Examples:\n"
        "  verohook tail -f --type bounced,complained\n"
        "  verohook tail --user steve@getvero.com --since 7d --format json");
}

void add_backup(CLI::App& app, BackupArguments& arguments) {
    CLI::App* command =
        app.add_subcommand("backup", "Copy journal and customers to one file, while it runs");
    add_config(*command, arguments.common);
    command->add_option("file", arguments.file, "File to make: .tar, .tar.gz or .tar.zst")
        ->required();
    command->add_flag("--json", arguments.json, "Print one object, for programs");
    command->footer(
        "Examples:\n"
        "  verohook backup -c /etc/verohook/verohook.toml /backups/verohook.tar.zst\n"
        "Everything in it is read again before it gets its name. It has no configuration and no "
        "secrets.");
}

void add_restore(CLI::App& app, BackupArguments& arguments) {
    CLI::App* command =
        app.add_subcommand("restore", "Put a backup in its place, while no daemon runs");
    add_config(*command, arguments.common);
    command->add_option("file", arguments.file, "What `verohook backup` has made")->required();
    command->add_flag("--json", arguments.json, "Print one object, for programs");
    command->footer(
        "Examples:\n"
        "  verohook restore -c /etc/verohook/verohook.toml /backups/verohook.tar.zst\n"
        "What is in its place already is left as it is: move it aside first.");
}

void add_serve(CLI::App& app, CommonArguments& arguments) {
    CLI::App* command = app.add_subcommand("serve", "Take events, until SIGTERM or SIGINT");
    add_config(*command, arguments);
    command->footer(
        "Examples:\n"
        "  verohook serve -c /etc/verohook/verohook.toml\n"
        "  verohook serve | jq .user.email\n"
        "SIGHUP reads the configuration anew and reopens files, SIGUSR1 reopens files alone, for\n"
        "logrotate; SIGUSR2 restarts in place. A second SIGTERM ends at once.");
}

void add_check(CLI::App& app, CommonArguments& arguments) {
    CLI::App* command = app.add_subcommand("check",
                                           "Check configuration, state folder and addresses, and "
                                           "print the effective settings");
    add_config(*command, arguments);
    command->footer(
        "Examples:\n"
        "  verohook check -c /etc/verohook/verohook.toml\n"
        "  verohook check -c new.toml > /dev/null && systemctl restart verohook\n"
        "Settings go to standard output, findings to standard error; the exit status tells.");
}

constexpr std::array<std::string_view, 5> generated{"man", "config-man", "bash", "zsh", "fish"};

void add_generate(CLI::App& app, std::string& what) {
    CLI::App* command = app.add_subcommand(
        "generate", "Print a manual page, or what completes commands in a shell");
    command->add_option("what", what, "What to print")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(generated.begin(), generated.end())));
    command->footer(
        "Examples:\n"
        "  verohook generate man | man -l -\n"
        "  verohook generate bash > ~/.local/share/bash-completion/completions/verohook");
}

int generate(const CLI::App& app, const std::string& what) {
    const auto commands = describe_commands(app);
    const std::string text = what == "man" ? manual_page(commands)
                             : what == "config-man"
                                 ? configuration_page(config::reference(kind_options()))
                             : what == "bash" ? bash_completion(commands)
                             : what == "zsh"  ? zsh_completion(commands)
                                              : fish_completion(commands);
    std::fputs(text.c_str(), stdout);
    return exit_success;
}

/// A word where a command should stand, and that is none.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
    const std::string_view word = argc > 1 ? argv[1] : "-";
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) {
        names.push_back(command->get_name());
    }
    if (word.starts_with('-') || std::find(names.begin(), names.end(), word) != names.end()) {
        return std::nullopt;
    }
    const auto meant = nearest(word, std::vector<std::string_view>(names.begin(), names.end()));
    return "there is no command '" + printable(word, 64) + "'; " +
           (meant ? "did you mean \"" + std::string(*meant) + "\"?"
                  : "`verohook --help` shows those that there are");
}

int run(int argc, char** argv) {
    CLI::App app{"verohook receives Vero's webhooks and never loses one"};
    app.set_version_flag("--version", "verohook " VEROHOOK_VERSION);
    app.footer(examples);
    app.require_subcommand(1);
    CommonArguments serve_arguments;
    add_serve(app, serve_arguments);
    CommonArguments check_arguments;
    add_check(app, check_arguments);
    SendArguments send_arguments;
    add_send(app, send_arguments);
    TailArguments tail_arguments;
    add_tail(app, tail_arguments);
    BackupArguments backup_arguments;
    add_backup(app, backup_arguments);
    BackupArguments restore_arguments;
    add_restore(app, restore_arguments);
    AdminCommands admin_commands(app);
    CustomerCommands customer_commands;
    customer_commands.add_to(app);
    std::string what_to_generate;
    add_generate(app, what_to_generate);
    if (const auto unknown = unknown_command(app, argc, argv)) {
        return fail(exit_usage, {ErrorCode::invalid_input, *unknown});
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_success : exit_usage;
    }
    if (const auto status = customer_commands.run(app)) {
        return *status;
    }
    if (app.got_subcommand("serve")) {
        return serve(serve_arguments);
    }
    if (app.got_subcommand("check")) {
        return check(check_arguments);
    }
    if (app.got_subcommand("send")) {
        return send(send_arguments);
    }
    if (app.got_subcommand("tail")) {
        return tail(tail_arguments);
    }
    if (app.got_subcommand("generate")) {
        return generate(app, what_to_generate);
    }
    if (app.got_subcommand("backup")) {
        return backup(backup_arguments);
    }
    if (app.got_subcommand("restore")) {
        return restore(restore_arguments);
    }
    if (const auto status = admin_commands.run()) {
        return *status;
    }
    return exit_usage;  // Not reached: one command is required.
}

}  // namespace
}  // namespace verohook::app

int main(int argc, char** argv) {
    if (!verohook::app::hold_standard_streams()) {
        return verohook::app::exit_failure;
    }
    return verohook::app::finish_output(verohook::app::run(argc, argv));
}
