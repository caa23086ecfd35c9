#include "admin/open_metrics.hpp"

#include "admin/metric_families.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace verohook::admin {
namespace {

constexpr std::array<std::uint64_t, 2> bounds{1'000, 2'500'000};

TEST(OpenMetrics, WritesEachKindAsTheSpecificationHasIt) {
    Histogram histogram(bounds);
    histogram.add(std::uint64_t{500});
    histogram.add(std::uint64_t{1'500'000});
    Families families;
    families.counter("shop_sales_total", "What was sold.")
        .add(std::uint64_t{3}, {{"kind", "a \"big\"\n\\ one"}})
        .gauge("shop_size_bytes", "How \"large\" it is.")
        .add(1.5e300)
        .gauge("nothing", "Has no sample.")
        .histogram("shop_wait_seconds", "How long.")
        .add(histogram.distribution(), 1e6)
        .gauge("shop_build_info", "What it is.")
        .add(1.0, {{"version", "1.2"}});
    EXPECT_EQ(OpenMetricsSerializer().Serialize(families.take()),
              "# TYPE shop_sales counter\n"
              "# HELP shop_sales What was sold.\n"
              "shop_sales_total{kind=\"a \\\"big\\\"\\n\\\\ one\"} 3.0\n"
              "# TYPE shop_size_bytes gauge\n"
              "# UNIT shop_size_bytes bytes\n"
              "# HELP shop_size_bytes How \\\"large\\\" it is.\n"
              "shop_size_bytes 1.5e+300\n"
              "# TYPE shop_wait_seconds histogram\n"
              "# UNIT shop_wait_seconds seconds\n"
              "# HELP shop_wait_seconds How long.\n"
              "shop_wait_seconds_bucket{le=\"0.001\"} 1\n"
              "shop_wait_seconds_bucket{le=\"2.5\"} 2\n"
              "shop_wait_seconds_bucket{le=\"+Inf\"} 2\n"
              "shop_wait_seconds_sum 1.5005\n"
              "shop_wait_seconds_count 2\n"
              "# TYPE shop_build info\n"
              "# HELP shop_build What it is.\n"
              "shop_build_info{version=\"1.2\"} 1.0\n"
              "# EOF\n");
}

}  // namespace
}  // namespace verohook::admin
