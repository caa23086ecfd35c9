#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name.
class App;
}  // namespace CLI

namespace verohook::app {

/// An option as people write it, or an argument without a name of its own.
struct OptionShape {
    std::vector<std::string> names;  ///< `-c`, `--config`; empty: an argument.
    std::string value;               ///< What it takes, in words; empty: nothing.
    std::string help;
    std::string fallback;              ///< The default; empty: none.
    std::vector<std::string> choices;  ///< All values that there are; empty: any.
    bool takes_value = false;
    bool takes_file = false;
};

/// A command, with those below it flattened: `dead list` is one of its own.
struct CommandShape {
    std::string path;  ///< `send`, `dead list`; empty: the program itself.
    std::string help;
    std::string footer;
    std::vector<OptionShape> options = {};
    std::vector<std::string> children = {};  ///< The next words that make another command.
};

/// What the parser knows, for those that describe it; the program itself comes first.
[[nodiscard]] std::vector<CommandShape> describe_commands(const CLI::App& app);

/// verohook(1), in roff.
[[nodiscard]] std::string manual_page(const std::vector<CommandShape>& commands);
/// verohook.toml(5), in roff, from the reference that docs/configuration.md has.
[[nodiscard]] std::string configuration_page(const std::string& reference);

[[nodiscard]] std::string bash_completion(const std::vector<CommandShape>& commands);
[[nodiscard]] std::string zsh_completion(const std::vector<CommandShape>& commands);
[[nodiscard]] std::string fish_completion(const std::vector<CommandShape>& commands);

}  // namespace verohook::app
