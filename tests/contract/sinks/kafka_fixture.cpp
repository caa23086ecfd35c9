#include "fixtures.hpp"
#include "kafka_target.hpp"
#include "test_events.hpp"

namespace verohook::sinks {

namespace {

/// A cluster of one broker, which is taken down and up again.
class KafkaFixture final : public SinkFixture {
public:
    void set_options(Options& options) override {
        options.set("brokers", std::vector<std::string>{target_.brokers()});
        options.set("timeout", std::chrono::milliseconds(2000));
    }
    std::string contents() override {
        if (is_gone_) {
            return {};
        }
        std::string lines;
        for (const TopicMessage& message : target_.messages()) {
            lines += message.value + "\n";
        }
        return lines;
    }
    void take_away() override {
        target_.tell("down");
        is_gone_ = true;
    }
    void bring_back() override {
        target_.tell("up");
        is_gone_ = false;
    }
    /// librdkafka sends 1,000,000 bytes at most unless told otherwise.
    [[nodiscard]] std::size_t body_bytes_max() const override { return 900'000; }
    [[nodiscard]] std::optional<std::string> poison() const override {
        return huge_body(1'000'000);
    }

private:
    KafkaTarget target_;
    bool is_gone_ = false;
};

}  // namespace

std::unique_ptr<SinkFixture> make_kafka_fixture() {
    return std::make_unique<KafkaFixture>();
}

}  // namespace verohook::sinks
