#include "app/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace verohook::app {

namespace {

/// Options and arguments that name a file or a folder.
constexpr std::array<std::string_view, 4> file_options{"--config", "--state-dir", "--output",
                                                       "file"};

/// The library shows choices as `TEXT:{pretty,json}`.
std::vector<std::string> choices_in(const std::string& type) {
    std::vector<std::string> choices;
    const std::size_t begin = type.find('{');
    const std::size_t end = type.find('}', begin);
    if (begin == std::string::npos || end == std::string::npos) {
        return choices;
    }
    std::string rest = type.substr(begin + 1, end - begin - 1);
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        choices.push_back(rest.substr(0, comma));
        rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    }
    return choices;
}

OptionShape shape_of(const CLI::Option& option) {
    OptionShape shape;
    for (const std::string& name : option.get_snames()) {
        shape.names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        shape.names.push_back("--" + name);
    }
    shape.help = option.get_description();
    shape.fallback = option.get_default_str();
    shape.takes_value = option.get_items_expected_max() > 0;
    shape.choices = choices_in(option.get_type_name());
    const std::string name = shape.names.empty() ? option.get_name(true) : shape.names.back();
    shape.takes_file =
        std::find(file_options.begin(), file_options.end(), name) != file_options.end();
    if (shape.names.empty()) {
        shape.value = name;
    } else if (shape.takes_value) {
        shape.value = shape.takes_file ? "FILE" : "VALUE";
        for (const std::string& choice : shape.choices) {
            shape.value = (&choice == shape.choices.data() ? "" : shape.value + "|") + choice;
        }
    }
    return shape;
}

void describe(const CLI::App& app, const std::string& path, std::vector<CommandShape>& out) {
    CommandShape shape{.path = path, .help = app.get_description(), .footer = app.get_footer()};
    for (const CLI::Option* option : app.get_options()) {
        shape.options.push_back(shape_of(*option));
    }
    const auto children = app.get_subcommands([](const CLI::App*) { return true; });
    for (const CLI::App* child : children) {
        shape.children.push_back(child->get_name());
    }
    out.push_back(std::move(shape));
    for (const CLI::App* child : children) {
        describe(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), out);
    }
}

}  // namespace

std::vector<CommandShape> describe_commands(const CLI::App& app) {
    std::vector<CommandShape> commands;
    describe(app, "", commands);
    return commands;
}

}  // namespace verohook::app
