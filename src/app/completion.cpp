#include "app/command_line.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace verohook::app {

namespace {

/// Between single quotes, for each of the shells.
std::string shell_word(std::string_view text) {
    std::string out = "'";
    for (const char character : text) {
        out += character == '\'' ? "'\\''" : std::string(1, character);
    }
    return out + "'";
}

/// Every next word that a command has: those of further commands, and its options.
std::vector<std::string> words_of(const CommandShape& command) {
    std::vector<std::string> words = command.children;
    for (const OptionShape& option : command.options) {
        words.insert(words.end(), option.names.begin(), option.names.end());
        if (option.names.empty()) {
            words.insert(words.end(), option.choices.begin(), option.choices.end());
        }
    }
    return words;
}

/// The commands below one, with what they are for.
std::vector<std::pair<std::string, std::string>> children_of(
    const CommandShape& command, const std::vector<CommandShape>& commands) {
    std::vector<std::pair<std::string, std::string>> found;
    const std::string prefix = command.path.empty() ? "" : command.path + " ";
    for (const std::string& name : command.children) {
        for (const CommandShape& child : commands) {
            if (child.path == prefix + name) {
                found.emplace_back(name, child.help);
            }
        }
    }
    return found;
}

/// The beginning that bash and zsh share: `$command` is what was given so far ("dead list").
std::string find_command(const std::vector<CommandShape>& commands, std::string_view words) {
    std::string out = "    local command='' word\n    for word in " + std::string(words) +
                      "; do\n        case \"$command $word\" in\n";
    for (const CommandShape& command : commands) {
        for (const std::string& child : command.children) {
            const std::string path = command.path.empty() ? child : command.path + " " + child;
            out += "            " + shell_word(command.path + " " + child) +
                   ") command=" + shell_word(path) + " ;;\n";
        }
    }
    return out + "        esac\n    done\n";
}

/// `case` lines for options that take a value; `write` says how its values are offered.
template <class Write>
std::string value_cases(const std::vector<CommandShape>& commands, const Write& write) {
    std::string out;
    for (const CommandShape& command : commands) {
        for (const OptionShape& option : command.options) {
            if (option.names.empty() || !option.takes_value) {
                continue;
            }
            std::string pattern;
            for (const std::string& name : option.names) {
                pattern += (pattern.empty() ? "" : "|") + shell_word(command.path + " " + name);
            }
            out += "        " + pattern + ") " + write(option) + "; return ;;\n";
        }
    }
    return out;
}

std::string fish_condition(const CommandShape& command) {
    if (command.path.empty()) {
        return "__fish_use_subcommand";
    }
    const std::size_t blank = command.path.find(' ');
    std::string condition = "__fish_seen_subcommand_from " + command.path.substr(0, blank);
    if (blank != std::string::npos) {
        condition += "; and __fish_seen_subcommand_from " + command.path.substr(blank + 1);
    } else if (!command.children.empty()) {
        condition += "; and not __fish_seen_subcommand_from " + join(command.children, " ");
    }
    return condition;
}

std::string fish_option(const OptionShape& option) {
    std::string out;
    for (const std::string& name : option.names) {
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (option.takes_value) {
        out += option.takes_file && !option.names.empty() ? " -r -F"
               : option.takes_file                        ? " -F"
               : option.names.empty()                     ? ""
                                                          : " -x";
    }
    if (!option.choices.empty()) {
        out += " -a " + shell_word(join(option.choices, " "));
    }
    return out;
}

}  // namespace

std::string bash_completion(const std::vector<CommandShape>& commands) {
    std::string out = "# bash completion for verohook\n_verohook() {\n";
    out +=
        "    local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n";
    out += find_command(commands, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"");
    out += "    COMPREPLY=()\n    case \"$command $before\" in\n";
    out += value_cases(commands, [](const OptionShape& option) {
        return option.takes_file
                   ? std::string("mapfile -t COMPREPLY < <(compgen -f -- \"$current\")")
               : option.choices.empty()
                   ? std::string(":")
                   : "mapfile -t COMPREPLY < <(compgen -W " +
                         shell_word(join(option.choices, " ")) + " -- \"$current\")";
    });
    out += "    esac\n    local words=''\n    case \"$command\" in\n";
    for (const CommandShape& command : commands) {
        out += "        " + shell_word(command.path) +
               ") words=" + shell_word(join(words_of(command), " ")) + " ;;\n";
    }
    out += "    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n";
    return out + "complete -o filenames -F _verohook verohook\n";
}

std::string zsh_completion(const std::vector<CommandShape>& commands) {
    std::string out = "#compdef verohook\n\n_verohook() {\n    local before=${words[CURRENT-1]}\n";
    out += find_command(commands, "\"${(@)words[2,CURRENT-1]}\"");
    out += "    case \"$command $before\" in\n";
    out += value_cases(commands, [](const OptionShape& option) {
        return option.takes_file        ? std::string("_files")
               : option.choices.empty() ? "_message " + shell_word(option.help)
                                        : "compadd -- " + join(option.choices, " ");
    });
    out += "    esac\n    local -a found\n    case \"$command\" in\n";
    for (const CommandShape& command : commands) {
        out.append("        ").append(shell_word(command.path)).append(") found=(");
        for (const auto& [name, help] : children_of(command, commands)) {
            std::string entry = name;
            entry.append(":").append(help);
            out.append("\n            ").append(shell_word(entry));
        }
        for (const OptionShape& option : command.options) {
            for (const std::string& name : option.names) {
                out.append("\n            ").append(shell_word(name + ":" + option.help));
            }
            if (option.names.empty()) {
                for (const std::string& choice : option.choices) {
                    out.append("\n            ").append(shell_word(choice + ":" + option.help));
                }
            }
        }
        out += ") ;;\n";
    }
    return out + "    esac\n    _describe verohook found\n}\n\n_verohook \"$@\"\n";
}

std::string fish_completion(const std::vector<CommandShape>& commands) {
    std::string out = "# fish completion for verohook\ncomplete -c verohook -f\n";
    for (const CommandShape& command : commands) {
        const std::string begin = "complete -c verohook -n " + shell_word(fish_condition(command));
        for (const auto& [name, help] : children_of(command, commands)) {
            out.append(begin).append(" -a ").append(name).append(" -d ").append(shell_word(help));
            out += '\n';
        }
        for (const OptionShape& option : command.options) {
            const std::string text = fish_option(option);
            if (!text.empty()) {
                out += begin + text + " -d " + shell_word(option.help) + "\n";
            }
        }
    }
    return out;
}

}  // namespace verohook::app
