#include "fixtures.hpp"
#include "nats_target.hpp"
#include "test_events.hpp"

namespace verohook::sinks {

namespace {

/// The real nats-server, which is killed to take it away, and started again on the same store.
class NatsFixture final : public SinkFixture {
public:
    NatsFixture() { target_.create({}); }

    void set_options(Options& options) override {
        options.set("servers", std::vector<std::string>{target_.url()});
    }
    std::string contents() override {
        if (is_gone_) {
            return {};
        }
        std::string lines;
        for (const StreamMessage& message : target_.messages()) {
            lines += message.data + "\n";
        }
        return lines;
    }
    void take_away() override {
        target_.kill();
        is_gone_ = true;
    }
    void bring_back() override {
        target_.start();
        is_gone_ = false;
    }
    /// The server takes 1 MiB, with headers and the line around the body.
    [[nodiscard]] std::size_t body_bytes_max() const override { return 1000UL * 1024; }
    [[nodiscard]] std::optional<std::string> poison() const override {
        return huge_body(1024UL * 1024);
    }

private:
    NatsTarget target_;
    bool is_gone_ = false;
};

}  // namespace

std::unique_ptr<SinkFixture> make_nats_fixture() {
    return std::make_unique<NatsFixture>();
}

}  // namespace verohook::sinks
