#include "app/command_line.hpp"

#include <algorithm>
#include <string_view>

namespace verohook::app {

namespace {

/// Text as roff wants it: nothing in it is a request or an escape.
std::string roff(std::string_view text) {
    std::string out;
    bool at_begin = true;
    for (const char character : text) {
        if (at_begin && (character == '.' || character == '\'')) {
            out += "\\&";
        }
        switch (character) {
            case '\\':
                out += "\\e";
                break;
            case '-':
                out += "\\-";
                break;
            case '\'':
                out += "\\(aq";
                break;
            case '`':
                out += "\\(ga";
                break;
            case '^':
                out += "\\(ha";
                break;
            case '~':
                out += "\\(ti";
                break;
            default:
                out += character;
        }
        at_begin = character == '\n';
    }
    return out;
}

std::string in_bold(std::string_view text) {
    return "\\fB" + roff(text) + "\\fR";
}

/// Lines as they stand, such as examples.
std::string verbatim(std::string_view text) {
    return ".nf\n" + roff(text) + "\n.fi\n";
}

/// A line of Markdown: what stands in backquotes is bold, and of a link its text is left.
std::string from_markdown(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (text.front() == '`') {
            const std::size_t end = text.find('`', 1);
            if (end != std::string_view::npos) {
                out += in_bold(text.substr(1, end - 1));
                text.remove_prefix(end + 1);
                continue;
            }
        }
        const std::size_t middle = text.find("](");
        if (text.front() == '[' && middle != std::string_view::npos) {
            out += roff(text.substr(1, middle - 1));
            text.remove_prefix(std::min(text.size(), text.find(')', middle) + 1));
            continue;
        }
        const std::size_t next = std::min(text.size(), text.find_first_of("`[", 1));
        out += roff(text.substr(0, next));
        text.remove_prefix(next);
    }
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string head(std::string_view name, std::string_view section, std::string_view about) {
    std::string out = ".TH " + std::string(name) + " " + std::string(section) +
                      " \"\" \"verohook " VEROHOOK_VERSION "\"\n.SH NAME\n";
    return out.append(about) + "\n";
}

bool is_help(const OptionShape& option) {
    return !option.names.empty() && option.names.back() == "--help";
}

std::string option_text(const OptionShape& option) {
    std::string out = ".TP\n";
    for (const std::string& name : option.names) {
        out += (&name == option.names.data() ? "" : ", ") + in_bold(name);
    }
    if (!option.value.empty()) {
        out += (option.names.empty() ? "" : " ") + ("\\fI" + roff(option.value) + "\\fR");
    }
    out += "\n" + roff(option.help);
    if (!option.fallback.empty()) {
        out += " (default: " + in_bold(option.fallback) + ")";
    }
    return out + "\n";
}

/// The cells of a row of a Markdown table; `\|` is no border.
std::vector<std::string> cells_of(std::string_view row) {
    std::vector<std::string> cells(1);
    for (std::size_t at = 1; at < row.size(); ++at) {
        if (row[at] == '\\' && at + 1 < row.size() && row[at + 1] == '|') {
            cells.back() += row[++at];
        } else if (row[at] == '|') {
            cells.emplace_back();
        } else {
            cells.back() += row[at];
        }
    }
    cells.pop_back();
    return cells;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.size(), text.find_first_not_of(' '));
    return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

std::string key_text(std::string_view row) {
    const std::vector<std::string> cells = cells_of(row);
    if (cells.size() != 4 || cells[0].starts_with("-") || trimmed(cells[0]) == "key") {
        return "";
    }
    const std::string_view fallback = trimmed(cells[2]);
    std::string out = ".TP\n" + from_markdown(trimmed(cells[0])) + " (" + roff(trimmed(cells[1]));
    if (fallback == "required") {
        out += ", required";
    } else if (fallback != "none") {
        out += ", default " + from_markdown(fallback);
    }
    return out + ")\n" + from_markdown(trimmed(cells[3])) + "\n";
}

}  // namespace

std::string manual_page(const std::vector<CommandShape>& commands) {
    const CommandShape& program = commands.front();
    std::string out = head("VEROHOOK", "1", "verohook \\- receive Vero\\(aqs webhooks");
    out += ".SH SYNOPSIS\n.B verohook\n.I COMMAND\n[\\fIOPTION\\fR ...]\n";
    out += ".SH DESCRIPTION\n" + roff(program.help) + ".\n";
    out += "What it stores and where it sends it is configured in one file; see " +
           in_bold("verohook.toml") + "(5).\n.SH OPTIONS\n";
    for (const OptionShape& option : program.options) {
        out += option_text(option);
    }
    out += ".SH COMMANDS\n";
    for (const CommandShape& command : commands) {
        if (command.path.empty()) {
            continue;
        }
        out += ".SS verohook " + roff(command.path) + "\n" + roff(command.help) + ".\n";
        for (const OptionShape& option : command.options) {
            // It is said once, of the program.
            out += is_help(option) ? "" : option_text(option);
        }
        if (!command.footer.empty()) {
            out += ".PP\n" + verbatim(command.footer);
        }
    }
    out += ".SH EXAMPLES\n" + verbatim(program.footer);
    out += ".SH FILES\n.TP\n.I /etc/verohook/verohook.toml\nThe configuration of the service.\n";
    out += ".TP\n.I /var/lib/verohook\nThe state folder of the service: the journal.\n";
    return out + ".SH SEE ALSO\n.BR verohook.toml (5)\n";
}

std::string configuration_page(const std::string& reference) {
    std::string out = head("VEROHOOK.TOML", "5", "verohook.toml \\- configuration of verohook");
    out += ".SH DESCRIPTION\nOne TOML file. Durations are texts such as " + in_bold("\"250ms\"") +
           ", " + in_bold("\"30s\"") + ", " + in_bold("\"7d\"") + "; sizes such as " +
           in_bold("\"10MiB\"") + "; " + in_bold("${NAME}") +
           " is replaced by that variable of the environment. A secret can stand in a file of its "
           "own, which " +
           roff("NAME_file") + " names.\n" + in_bold("verohook check -c FILE") +
           " says what is wrong with a file.\n";
    std::string_view rest = reference;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.size(), rest.find('\n'));
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(rest.size(), end + 1));
        if (line.starts_with("#### ")) {
            out += ".SS " + from_markdown(line.substr(5)) + "\n";
        } else if (line.starts_with("### ")) {
            out += ".SH " + from_markdown(line.substr(4)) + "\n";
        } else if (line.starts_with("|")) {
            out += key_text(line);
        } else if (!line.empty()) {
            out += from_markdown(line) + "\n";
        }
    }
    out += ".SH FILES\n.I /etc/verohook/verohook.toml\n";
    return out + ".SH SEE ALSO\n.BR verohook (1)\n";
}

}  // namespace verohook::app
