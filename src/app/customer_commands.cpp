#include "app/customer_commands.hpp"

#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "sinks/readers.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace verohook::app {

namespace {

void add_tables(CLI::App& command, TablesArguments& arguments) {
    command
        .add_option("-c,--config", arguments.common.config,
                    "Configuration file whose first sink with tables is read")
        ->take_last();
    command.add_option("--from", arguments.from, "File or URL to read, instead of a sink's");
    command.add_option("--schema", arguments.schema, "Schema to read, where --from is a URL")
        ->default_val("verohook");
}

}  // namespace

Result<std::unique_ptr<customers::Reader>> open_tables(const TablesArguments& arguments) {
    if (!arguments.from.empty()) {
        return sinks::open_reader(arguments.from, arguments.schema);
    }
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return Error{ErrorCode::invalid_input, settings.error().message};
    }
    auto reader = open_tables(*settings);
    if (!reader && reader.error().code == ErrorCode::not_found) {
        return Error{ErrorCode::invalid_input,
                     reader.error().message + ", or name a file or URL with --from"};
    }
    return reader;
}

Result<std::unique_ptr<customers::Reader>> open_tables(const config::Settings& settings) {
    const auto sink = std::find_if(
        settings.sinks.begin(), settings.sinks.end(),
        [](const auto& each) { return each.enabled && sinks::is_readable(each.kind); });
    if (sink == settings.sinks.end()) {
        return Error{ErrorCode::not_found,
                     "no sink of the configuration keeps tables: add one of kind = \"sqlite\" or "
                     "\"postgres\""};
    }
    return sinks::open_reader(sink->kind, sink->options, settings.state_dir);
}

int fail_reading(const Error& error) {
    return fail(error.code == ErrorCode::invalid_input ? exit_configuration : exit_state, error);
}

void CustomerCommands::add_to(CLI::App& app) {
    CLI::App* command = app.add_subcommand("customer", "Show what is known of a customer");
    command->add_option("who", customer_.who, "Id or e-mail address")->required();
    command->add_option("-n,--lines", customer_.lines, "The newest N events")
        ->default_val(20)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
    add_tables(*command, customer_.tables);
    command->footer(
        "Examples:\n"
        "  verohook customer steve@getvero.com\n"
        "  verohook customer 123 -n 100 --from /var/lib/verohook/customers.db");

    command = app.add_subcommand("campaigns", "Show the campaigns, and what came of them");
    add_tables(*command, campaigns_);
    command->footer("Example:\n  verohook campaigns -c /etc/verohook/verohook.toml");

    command = app.add_subcommand("export", "Write stored events as CSV or NDJSON");
    command->add_option("--format", export_.format, "csv or ndjson")
        ->required()
        ->check(CLI::IsMember({"csv", "ndjson"}));
    command->add_option("--type", export_.types, "Only these types")->delimiter(',');
    command->add_option("--user", export_.user, "Only this customer: id or e-mail address");
    command->add_option("--campaign", export_.campaign, "Only this campaign: id or name");
    command->add_option("--since", export_.since,
                        "Arrived at or after a time (2026-11-23T12:00:00Z) or a span back (7d)");
    command->add_option("--until", export_.until, "Arrived before a time or a span back");
    command->add_option("-o,--output", export_.output, "File, instead of standard output");
    add_tables(*command, export_.tables);
    command->footer(
        "Examples:\n"
        "  verohook export --format csv --type bounced,complained -o bounces.csv\n"
        "  verohook export --format ndjson --since 1d | jq .email");
}

std::optional<int> CustomerCommands::run(const CLI::App& app) const {
    if (app.got_subcommand("customer")) {
        return show_customer(customer_);
    }
    if (app.got_subcommand("campaigns")) {
        return show_campaigns(campaigns_);
    }
    if (app.got_subcommand("export")) {
        return export_events(export_);
    }
    return std::nullopt;
}

}  // namespace verohook::app
