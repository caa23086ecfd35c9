#include "kafka_target.hpp"

#include <verohook/base/result.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace verohook::sinks {

namespace {

TopicMessage to_message(const std::string& line) {
    std::istringstream fields(line);
    std::string partition;
    TopicMessage message;
    for (std::string* const field :
         {&partition, &partition, &message.key, &message.id, &message.type, &message.seq}) {
        std::getline(fields, *field, '\t');
    }
    std::getline(fields, message.value);
    message.partition = std::stoi(partition);
    return message;
}

/// Built beside the tests.
std::string program() {
    return std::filesystem::read_symlink("/proc/self/exe").replace_filename("kafka_cluster");
}

}  // namespace

KafkaTarget::KafkaTarget(int partitions)
    : process_({program(), "vero", std::to_string(partitions)}) {
    const std::string mark = "brokers ";
    const std::string line = process_.read_until(mark);
    VEROHOOK_CHECK(line.starts_with(mark));
    brokers_ = line.substr(mark.size());
}

void KafkaTarget::tell(const std::string& command) {
    process_.write(command + "\n");
    VEROHOOK_CHECK(process_.read_until("done") == "done");
}

std::vector<TopicMessage> KafkaTarget::messages() {
    process_.write("read\n");
    std::vector<TopicMessage> messages;
    while (true) {
        const std::string line = process_.read_until("");
        if (line == "done") {
            break;
        }
        if (!line.starts_with("message\t")) {
            fail_check("the cluster says: " + process_.said(), __FILE__, __LINE__);
        }
        messages.push_back(to_message(line));
    }
    std::stable_sort(messages.begin(), messages.end(), [](const auto& left, const auto& right) {
        return left.partition < right.partition;
    });
    return messages;
}

}  // namespace verohook::sinks
