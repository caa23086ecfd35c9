#pragma once

#include "support/child_process.hpp"

#include <string>
#include <vector>

namespace verohook::sinks {

/// One message of a topic, as a consumer sees it; what is missing is `-`.
struct TopicMessage {
    int partition = 0;
    std::string key;
    std::string id;
    std::string type;
    std::string seq;
    std::string value;
};

/// librdkafka's own mock cluster in a process of its own, reached over TCP (tests/support).
class KafkaTarget {
public:
    explicit KafkaTarget(int partitions = 1);

    [[nodiscard]] const std::string& brokers() const { return brokers_; }
    /// One of the program's commands.
    void tell(const std::string& command);
    void signal(int number) const { process_.signal(number); }
    /// All that the topic `vero` holds, partition by partition in order.
    [[nodiscard]] std::vector<TopicMessage> messages();

private:
    test::ChildProcess process_;
    std::string brokers_;
};

}  // namespace verohook::sinks
