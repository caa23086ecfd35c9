#include "admin/metrics.hpp"

#include "admin/metric_collector.hpp"
#include "admin/open_metrics.hpp"
#include "base/text.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace verohook::admin {

namespace {

/// The part of a list up to `separator`, trimmed; `rest` is what follows it.
std::string_view take_part(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

/// One media range and how much it is wanted, from 0 to 1.
struct Range {
    std::string_view type;
    double quality = 1;
    bool is_known_version = true;  ///< Of OpenMetrics.
};

Range parse_range(std::string_view text) {
    Range range;
    range.type = take_part(text, ';');
    while (!text.empty()) {
        const std::string_view parameter = take_part(text, ';');
        if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
            const char* const end = parameter.data() + parameter.size();
            if (std::from_chars(parameter.data() + 2, end, range.quality).ec != std::errc{}) {
                range.quality = 0;
            }
        } else if (parameter.starts_with("version=")) {
            range.is_known_version = parameter == "version=1.0.0";
        }
    }
    return range;
}

}  // namespace

bool prefers_open_metrics(std::string_view accept) {
    double open = 0;
    double text = 0;
    while (!accept.empty()) {
        const Range range = parse_range(take_part(accept, ','));
        if (equals_ignoring_case(range.type, "application/openmetrics-text")) {
            open = std::max(open, range.is_known_version ? range.quality : 0);
        } else if (equals_ignoring_case(range.type, "text/plain") || range.type == "text/*" ||
                   range.type == "*/*") {
            text = std::max(text, range.quality);
        }
    }
    return open > 0 && open >= text;
}

Metrics::Metrics(const MetricSources& sources, std::string version,
                 std::uint64_t retention_bytes_max)
    : collector_(std::make_unique<Collector>(sources, std::move(version), retention_bytes_max)) {}

Metrics::~Metrics() = default;

void Metrics::watch(const delivery::Delivery& delivery) {
    collector_->watch(delivery);
}

void Metrics::set_retention_bytes_max(std::uint64_t bytes) {
    collector_->set_retention_bytes_max(bytes);
}

http::Response Metrics::answer(std::string_view accept) const {
    const auto families = collector_->Collect();
    http::Response response;
    if (prefers_open_metrics(accept)) {
        response.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        response.body = OpenMetricsSerializer().Serialize(families);
    } else {
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = prometheus::TextSerializer().Serialize(families);
    }
    response.headers.emplace_back("Vary", "Accept");
    return response;
}

}  // namespace verohook::admin
