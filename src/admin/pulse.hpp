#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace verohook::admin {

/// Whether everything that has to go on does go on. Each part is given something that it lets go of
/// once it has come round; what is still held at the next look shows that it has not. One thread.
class Pulse {
public:
    struct Part {
        std::string name;  ///< For people.
        std::function<void(std::shared_ptr<const void>)> let_go;
    };
    /// What `let_go` refers to outlives this.
    explicit Pulse(std::vector<Part> parts);

    /// Those that have not come round since the last look; where there is none, all are asked anew.
    [[nodiscard]] std::vector<std::string> look();

private:
    std::vector<Part> parts_;
    std::vector<std::weak_ptr<const void>> asked_;  ///< One for each part.
};

}  // namespace verohook::admin
