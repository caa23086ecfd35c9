#include "admin/open_metrics.hpp"

#include <prometheus/metric_family.h>

#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <ostream>
#include <string>
#include <string_view>

namespace verohook::admin {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view total_suffix = "_total";
constexpr std::string_view info_suffix = "_info";

std::string number(double value) {
    if (std::isinf(value)) {
        return value > 0 ? "+Inf" : "-Inf";
    }
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    std::string text(digits.data(), end);
    // A canonical number shows that it is a floating one.
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char character : text) {
        switch (character) {
            case '\n':
                out += "\\n";
                break;
            case '\\':
            case '"':
                out += '\\';
                out += character;
                break;
            default:
                out += character;
        }
    }
    return out;
}

/// One sample; `more` is a further label, such as the bound of a bucket.
void write_sample(std::ostream& out, std::string_view name, const ClientMetric& metric,
                  std::string_view value, std::string_view more = {}) {
    out << name;
    char separator = '{';
    for (const ClientMetric::Label& label : metric.label) {
        out << separator << label.name << "=\"" << escaped(label.value) << '"';
        separator = ',';
    }
    if (!more.empty()) {
        out << separator << more;
        separator = ',';
    }
    out << (separator == ',' ? "} " : " ") << value << '\n';
}

void write_histogram(std::ostream& out, const std::string& name, const ClientMetric& metric) {
    for (const ClientMetric::Bucket& bucket : metric.histogram.bucket) {
        write_sample(out, name + "_bucket", metric, std::to_string(bucket.cumulative_count),
                     "le=\"" + number(bucket.upper_bound) + "\"");
    }
    write_sample(out, name + "_sum", metric, number(metric.histogram.sample_sum));
    write_sample(out, name + "_count", metric, std::to_string(metric.histogram.sample_count));
}

struct Kind {
    std::string_view type;
    std::string_view suffix;  ///< Of the samples' names, beyond the family's.
};

Kind kind_of(const MetricFamily& family) {
    switch (family.type) {
        case MetricType::Counter:
            return {"counter", total_suffix};
        case MetricType::Histogram:
            return {"histogram", ""};
        default:
            return family.name.ends_with(info_suffix) ? Kind{"info", info_suffix}
                                                      : Kind{"gauge", ""};
    }
}

void write_family(std::ostream& out, const MetricFamily& family) {
    const Kind kind = kind_of(family);
    const std::string name = family.name.substr(0, family.name.size() - kind.suffix.size());
    out << "# TYPE " << name << ' ' << kind.type << '\n';
    for (const std::string_view unit : {"seconds", "bytes"}) {
        if (name.ends_with("_" + std::string(unit))) {
            out << "# UNIT " << name << ' ' << unit << '\n';
        }
    }
    out << "# HELP " << name << ' ' << escaped(family.help) << '\n';
    for (const ClientMetric& metric : family.metric) {
        if (family.type == MetricType::Histogram) {
            write_histogram(out, name, metric);
        } else {
            const bool is_counter = family.type == MetricType::Counter;
            write_sample(out, family.name, metric,
                         number(is_counter ? metric.counter.value : metric.gauge.value));
        }
    }
}

}  // namespace

void OpenMetricsSerializer::Serialize(std::ostream& out,
                                      const std::vector<MetricFamily>& families) const {
    out.imbue(std::locale::classic());
    for (const MetricFamily& family : families) {
        write_family(out, family);
    }
    out << "# EOF\n";
}

}  // namespace verohook::admin
