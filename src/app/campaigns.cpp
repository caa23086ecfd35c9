#include "app/columns.hpp"
#include "app/customer_commands.hpp"
#include "app/exit_status.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include <unistd.h>

namespace verohook::app {

namespace {

using customers::Campaign;
using customers::Measure;

constexpr std::size_t name_width_max = 36;
constexpr std::size_t variation_width_max = 16;
constexpr std::size_t bar_width = 10;
constexpr std::size_t number_width = 11;
constexpr std::size_t percent_width = 9;

std::string name_of(const Campaign& campaign) {
    if (campaign.name.empty()) {
        return campaign.id;
    }
    return campaign.id.empty() ? campaign.name : campaign.name + " (" + campaign.id + ")";
}

/// How wide a column has to be for what is in it.
template <class Text>
std::size_t column_width(const std::vector<Campaign>& campaigns, std::string_view title,
                         std::size_t width_max, Text text) {
    std::size_t width = title.size();
    for (const Campaign& campaign : campaigns) {
        width = std::max(width, width_of(printable(text(campaign), width_max * 4)));
    }
    return std::min(width, width_max);
}

class Table {
public:
    Table(const std::vector<Campaign>& campaigns, bool colour)
        : colour_(colour),
          name_width_(column_width(campaigns, "Campaign", name_width_max, name_of)),
          variation_width_(column_width(campaigns, "Variation", variation_width_max,
                                        [](const Campaign& each) { return each.key.variation; })) {}

    [[nodiscard]] std::string head() const {
        std::string line = left("Campaign", name_width_) + "  " +
                           left("Variation", variation_width_) + right("Sent", number_width) +
                           right("Delivered", number_width) + "  " +
                           left("Opened", bar_width + percent_width) + "  " +
                           left("Clicked", bar_width + percent_width);
        for (const char* title : {"Converted", "Unsubscr.", "Hard b.", "Soft b.", "Complained"}) {
            line += right(title, number_width);
        }
        return painted(line, bold, colour_) + "  " + painted("Last event", bold, colour_);
    }

    [[nodiscard]] std::string row(const Campaign& campaign) const {
        const auto reached = [&](Measure measure) { return campaign.of(measure).customers; };
        const auto sent = reached(Measure::sent);
        const auto base = reached(Measure::delivered) > 0 ? reached(Measure::delivered) : sent;
        const auto rate = [&](unsigned long long part, unsigned long long whole, bool is_bad) {
            const std::string text = right(percent(part, whole), number_width);
            return is_bad && part > 0 ? painted(text, red, colour_) : text;
        };
        std::string line = fitted(name_of(campaign), name_width_) + "  " +
                           fitted(campaign.key.variation, variation_width_);
        line += right(with_thousands(sent), number_width);
        line += rate(reached(Measure::delivered), sent, false) + "  ";
        line += gauge(reached(Measure::opened), base) + "  ";
        line += gauge(reached(Measure::clicked), base);
        line += rate(reached(Measure::converted), base, false);
        line += rate(reached(Measure::unsubscribed), base, false);
        line += rate(reached(Measure::bounced_hard), sent, true);
        line += rate(reached(Measure::bounced_soft), sent, true);
        line += rate(reached(Measure::complained), base, true);
        return line + "  " + painted(format_seconds(campaign.last_at), dim, colour_);
    }

private:
    [[nodiscard]] std::string gauge(unsigned long long part, unsigned long long whole) const {
        const double share =
            whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
        return painted(bar(share, bar_width), green, colour_) +
               right(percent(part, whole), percent_width);
    }

    bool colour_;
    std::size_t name_width_;
    std::size_t variation_width_;
};

}  // namespace

int show_campaigns(const TablesArguments& arguments) {
    const auto reader = open_tables(arguments);
    if (!reader) {
        return fail_reading(reader.error());
    }
    const auto campaigns = (*reader)->campaigns();
    if (!campaigns) {
        return fail_reading(campaigns.error());
    }
    if (campaigns->empty()) {
        std::fputs("No event of a campaign has come yet.\n", stdout);
        return exit_success;
    }
    const Table table(*campaigns, ::isatty(STDOUT_FILENO) == 1);
    std::string out = table.head() + "\n";
    for (const Campaign& campaign : *campaigns) {
        out += table.row(campaign) + "\n";
    }
    out +=
        "Per cent of distinct customers: delivered and bounced (hard, soft) of the sent, the rest "
        "of "
        "the delivered.\n";
    std::fputs(out.c_str(), stdout);
    return exit_success;
}

}  // namespace verohook::app
