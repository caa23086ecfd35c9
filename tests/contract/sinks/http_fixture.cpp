#include "fixtures.hpp"
#include "http_target.hpp"

namespace verohook::sinks {

namespace {

/// A real HTTP server that refuses every request with the word "poison" in it.
class HttpFixture final : public SinkFixture {
public:
    explicit HttpFixture(std::string mode)
        : mode_(std::move(mode)), target_([](const TargetRequest& request) {
              return request.body.find("poison") == std::string::npos
                         ? http_answer(200)
                         : http_answer(422, "no poison, please");
          }) {}

    void set_options(Options& options) override {
        options.set("url", target_.url());
        options.set("mode", mode_);
    }
    std::string contents() override {
        std::string lines;
        for (const TargetRequest& request : target_.taken()) {
            lines += mode_ == "array" ? lines_of_array(request.body) : request.body;
            lines += lines.ends_with('\n') ? "" : "\n";
        }
        return lines;
    }
    void take_away() override { target_.stop(); }
    void bring_back() override { target_.start(); }
    [[nodiscard]] std::optional<std::string> poison() const override {
        return R"({"type":"bounced","bounced_at":1435016238,"bounce_message":"poison"})";
    }

private:
    /// `[{…},{…}]`
    static std::string lines_of_array(std::string_view array) {
        const std::string_view between = ",{\"schema\":";
        std::string lines(array.substr(1, array.size() - 2));
        for (std::size_t at = lines.find(between); at != std::string::npos;
             at = lines.find(between, at)) {
            lines[at] = '\n';
        }
        return lines;
    }

    std::string mode_;
    HttpTarget target_;
};

}  // namespace

std::unique_ptr<SinkFixture> make_http_fixture(std::string mode) {
    return std::make_unique<HttpFixture>(std::move(mode));
}

}  // namespace verohook::sinks
