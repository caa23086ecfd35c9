#include "fixtures.hpp"
#include "postgres_target.hpp"
#include "test_events.hpp"

namespace verohook::sinks {

namespace {

/// The real PostgreSQL, which is killed to take it away, and started again on the same folder.
class PostgresFixture final : public SinkFixture {
public:
    void set_options(Options& options) override { options.set("url", target_.url()); }

    std::string contents() override {
        if (is_gone_) {
            return {};
        }
        std::string lines;
        for (const std::string& row :
             target_.query("SELECT '\"seq\":' || seq FROM verohook.events ORDER BY seq")) {
            lines += row + "\n";
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
    [[nodiscard]] std::optional<std::string> poison() const override {
        return body_with_id(incompressible_text(8000));
    }

private:
    PostgresTarget target_;
    bool is_gone_ = false;
};

}  // namespace

std::unique_ptr<SinkFixture> make_postgres_fixture() {
    return std::make_unique<PostgresFixture>();
}

}  // namespace verohook::sinks
