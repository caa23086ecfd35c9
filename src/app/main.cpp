#include "app/commands.hpp"
#include "app/exit_status.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

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
  verohook sinks                                  where events can go, with every option

Exit statuses: 0 it worked; 1 something did not; 2 wrong command line; 3 wrong configuration;
4 the state folder is locked, corrupt or not writable; 5 an address cannot be listened on.)";

void add_config(CLI::App& command, CommonArguments& arguments) {
    command.add_option("-c,--config", arguments.config,
                       "Configuration file (default: built in, see config/verohook.toml)");
}

void add_send(CLI::App& app, SendArguments& arguments) {
    CLI::App* command = app.add_subcommand("send", "Play Vero: send realistic, varied events");
    command->add_option("types", arguments.types, "Types to send, or all (default)");
    command->add_option("--to", arguments.to, "URL to post to")
        ->default_val("http://127.0.0.1:8080/webhooks/vero");
    command->add_option("--count", arguments.count, "Events of each type")->default_val(1);
    command->add_option("--rate", arguments.rate, "Events a second; 0: as fast as possible")
        ->default_val(0)
        ->check(CLI::NonNegativeNumber);
    command->add_option("--concurrency", arguments.concurrency, "Connections")
        ->default_val(1)
        ->check(CLI::Range(1, 1024));
    command
        ->add_option("--first-number", arguments.first_number,
                     "Where the made-up customers begin; 0: anywhere")
        ->default_val(0);
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
    command->add_option("-n,--lines", arguments.lines,
                        "The newest N that match (default 10; with --since: all)");
    command->add_option("--type", arguments.types,
                        "Only these types (also: unrecognized, malformed)");
    command->add_option("--user", arguments.user, "Only this customer: id or e-mail address");
    command->add_option("--campaign", arguments.campaign, "Only this campaign: id or name");
    command->add_option("--since", arguments.since,
                        "From a time (2026-11-23T12:00:00Z) or a span back (90s, 5m, 2h, 7d)");
    command->add_option("--format", arguments.format, "How to print an event")
        ->default_val("pretty")
        ->check(CLI::IsMember({"pretty", "json", "raw"}));
    command->footer(
        "Examples:\n"
        "  verohook tail -f --type bounced --type complained\n"
        "  verohook tail --user steve@getvero.com --since 7d --format json");
}

int run(int argc, char** argv) {
    CLI::App app{"verohook receives Vero's webhooks and never loses one"};
    app.set_version_flag("--version", "verohook " VEROHOOK_VERSION);
    app.footer(examples);
    app.require_subcommand(1);
    CommonArguments serve_arguments;
    add_config(*app.add_subcommand("serve", "Take events, until SIGTERM or SIGINT")->footer(""),
               serve_arguments);
    CommonArguments check_arguments;
    add_config(*app.add_subcommand("check",
                                   "Check configuration, state folder and addresses, and "
                                   "print the effective settings")
                    ->footer(""),
               check_arguments);
    SendArguments send_arguments;
    add_send(app, send_arguments);
    TailArguments tail_arguments;
    add_tail(app, tail_arguments);
    app.add_subcommand("sinks", "List the kinds of sinks and their options")->footer("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_success : exit_usage;
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
    return list_sinks();
}

}  // namespace
}  // namespace verohook::app

int main(int argc, char** argv) {
    return verohook::app::run(argc, argv);
}
