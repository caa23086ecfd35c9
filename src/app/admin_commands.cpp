#include "app/admin_commands.hpp"

#include <CLI/CLI.hpp>

namespace verohook::app {

void add_config(CLI::App& command, CommonArguments& arguments) {
    command
        .add_option("-c,--config", arguments.config,
                    "Configuration file (default: built in, see config/verohook.toml)")
        ->take_last();
}

AdminCommands::AdminCommands(CLI::App& app) : app_(app) {
    CLI::App* command =
        app_.add_subcommand("status", "Show how far each sink has got, while it runs or not");
    add_config(*command, status_.common);
    command->add_flag("--json", status_.json, "For programs: one JSON object");
    command->footer(
        "Examples:\n"
        "  verohook status\n"
        "  verohook status --json | jq '.sinks[] | select(.dead_letters > 0)'");
    add_reload();
    add_dead();
    add_replay();
    add_forget();
    add_doctor();
    CLI::App* sinks = app_.add_subcommand("sinks", "List the kinds of sinks and their options");
    sinks->add_flag("--json", sinks_as_json_, "For programs: one JSON object");
    sinks->footer(
        "Examples:\n"
        "  verohook sinks | grep -A 1 rotate\n"
        "  verohook sinks --json | jq '.kinds[].name'");
}

void AdminCommands::add_reload() {
    CLI::App* command = app_.add_subcommand(
        "reload", "Have the daemon that runs read its configuration anew, all or nothing");
    add_config(*command, reload_.common);
    command->add_option("--state-dir", reload_.state_dir,
                        "The daemon's folder, instead of the configuration's");
    command->footer(
        "Examples:\n"
        "  verohook check -c /etc/verohook/verohook.toml > /dev/null &&\n"
        "      verohook reload -c /etc/verohook/verohook.toml\n"
        "The daemon reads the file that it was started with. Status 3: it is wrong, and nothing\n"
        "has changed. What is in effect now, and what needs a restart, goes to standard output.");
}

void AdminCommands::add_dead() {
    CLI::App* dead = app_.add_subcommand("dead", "Dead letters: events that a sink has rejected");
    dead->require_subcommand(1);
    add_config(*dead, dead_.common);
    const CLI::Range seq_range(std::int64_t{1}, INT64_MAX);
    const auto add = [&](const char* name, const char* help, DeadAction action) {
        CLI::App* command = dead->add_subcommand(name, help);
        add_config(*command, dead_.common);
        command->callback([this, action] { dead_.action = action; });
        return command;
    };
    CLI::App* list = add("list", "List them, with the reasons", DeadAction::list);
    list->add_option("--sink", dead_.sink, "Only those of this sink");
    list->add_flag("--json", dead_.json, "For programs: one JSON object a line");
    list->footer(
        "Examples:\n"
        "  verohook dead list --sink crm\n"
        "  verohook dead list --json | jq -r .reason | sort | uniq -c");

    CLI::App* show = add("show", "Show one, with its event and body", DeadAction::show);
    show->add_option("SINK", dead_.sink, "Whose it is")->required();
    show->add_option("SEQ", dead_.seqs, "Which")->required()->expected(1)->check(seq_range);
    show->add_flag("--json", dead_.json, "For programs: one JSON object");
    show->footer("Example:\n  verohook dead show crm 1234");

    CLI::App* retry =
        add("retry", "Offer them to the sink once more; what is taken is removed from them",
            DeadAction::retry);
    retry->add_option("--sink", dead_.sink, "Only those of this sink");
    CLI::Option* retried =
        retry->add_option("SEQ", dead_.seqs, "Only these (default: all)")->check(seq_range);
    retry->add_flag("--all", dead_.all, "All, as without any SEQ")->excludes(retried);
    retry->footer(
        "Examples:\n"
        "  verohook dead retry --sink crm\n"
        "  verohook dead retry --sink crm 1234 1240");

    CLI::App* drop = add("drop", "Forget them for good", DeadAction::drop);
    drop->add_option("--sink", dead_.sink, "Only those of this sink");
    CLI::Option* dropped = drop->add_option("SEQ", dead_.seqs, "Only these")->check(seq_range);
    drop->add_flag("--all", dead_.all, "All")->excludes(dropped);
    drop->add_flag("-y,--yes", dead_.yes, "Do not ask");
    drop->footer(
        "Examples:\n"
        "  verohook dead drop --sink crm 1234\n"
        "  verohook dead drop --sink crm --all --yes");
    drop->callback([this] {
        dead_.action = DeadAction::drop;
        if (dead_.seqs.empty() && !dead_.all) {
            throw CLI::ValidationError("drop", "say which: SEQ …, or --all");
        }
    });
    dead->footer(
        "Examples:\n"
        "  verohook dead list\n"
        "  verohook dead show crm 1234\n"
        "  verohook dead retry --sink crm");
}

void AdminCommands::add_replay() {
    CLI::App* command = app_.add_subcommand(
        "replay", "Deliver stored events to a sink once more, while it runs or not");
    add_config(*command, replay_.common);
    command->add_option("--sink", replay_.sink, "Which sink")->required();
    command->add_option("--from", replay_.from,
                        "From this event on: a seq, a time (2026-11-23T12:00:00Z), a date, or a "
                        "span back (2h)");
    command->add_option("--to", replay_.to,
                        "Up to and with this one (default: as far as the sink has got)");
    command->add_option("--type", replay_.types, "Only these types")->delimiter(',');
    command->add_option("--user", replay_.user, "Only this customer: id or e-mail address");
    command->add_option("--campaign", replay_.campaign, "Only this campaign: id or name");
    CLI::Option* dry = command->add_flag("--dry-run", replay_.dry_run, "Only count them");
    command->add_flag("--cancel", replay_.cancel, "End the replay that is under way")
        ->excludes(dry);
    command->footer(
        "Examples:\n"
        "  verohook replay --sink crm --from 7d --type bounced,complained\n"
        "  verohook replay --sink archive --from 1000 --to 2000 --dry-run\n"
        "The sink's own filter holds too. Ctrl-C cancels; what was delivered stays delivered.");
}

void AdminCommands::add_forget() {
    CLI::App* command = app_.add_subcommand(
        "forget", "Erase one person from the journal and the sinks, while it runs or not");
    add_config(*command, forget_.common);
    CLI::Option* who =
        command->add_option("WHO", forget_.who, "Ids and e-mail addresses, all of one person");
    command->add_option("--note", forget_.note,
                        "Kept in the report, such as the number of the request");
    CLI::Option* dry = command->add_flag("--dry-run", forget_.dry_run, "Only say what there is");
    command->add_flag("-y,--yes", forget_.yes, "Do not ask")->excludes(dry);
    command->add_flag("--json", forget_.json, "For programs: one JSON object");
    command->add_flag("--list", forget_.list, "Show the reports of what was erased")
        ->excludes(who)
        ->excludes(dry);
    command->callback([this] {
        if (forget_.who.empty() && !forget_.list) {
            throw CLI::ValidationError("forget", "say who: WHO …, or --list");
        }
    });
    command->footer(
        "Examples:\n"
        "  verohook forget --dry-run 123 steve@getvero.com\n"
        "  verohook forget --note request-17 steve@getvero.com\n"
        "  verohook forget --list");
}

void AdminCommands::add_doctor() {
    CLI::App* command = app_.add_subcommand(
        "doctor", "Say which link is broken where events do not arrive, while it runs or not");
    add_config(*command, doctor_.common);
    CLI::Option* url = command->add_option(
        "--url", doctor_.url,
        "The URL that Vero posts to: sends a marked test event there, which no sink gets and "
        "nothing counts. A URL without a secret gets the first of auth.secrets");
    command
        ->add_option("--ca", doctor_.ca_file,
                     "PEM file of who may vouch for its certificate (default: the system's)")
        ->needs(url);
    command
        ->add_option("--timeout", doctor_.timeout_seconds,
                     "Seconds to wait for the answer, and for the sinks")
        ->default_val(10)
        ->check(CLI::Range(1, 600));
    command->add_flag("--json", doctor_.json, "For programs: one JSON object");
    command->footer(
        "Examples:\n"
        "  verohook doctor -c /etc/verohook/verohook.toml\n"
        "  verohook doctor --url https://hooks.example.com/webhooks/vero\n"
        "  verohook doctor --json | jq '.checks[] | select(.verdict != \"ok\")'\n"
        "Exit status 0: no check has failed; 1: one has; 3: the configuration is wrong.");
}

std::optional<int> AdminCommands::run() {
    if (app_.got_subcommand("doctor")) {
        return doctor(doctor_);
    }
    if (app_.got_subcommand("status")) {
        return status(status_);
    }
    if (app_.got_subcommand("reload")) {
        return reload(reload_);
    }
    if (app_.got_subcommand("dead")) {
        return dead(dead_);
    }
    if (app_.got_subcommand("replay")) {
        return replay(replay_);
    }
    if (app_.got_subcommand("forget")) {
        return forget(forget_);
    }
    if (app_.got_subcommand("sinks")) {
        return list_sinks(sinks_as_json_);
    }
    return std::nullopt;
}

}  // namespace verohook::app
