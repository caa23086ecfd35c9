#include "backup/manifest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace verohook::backup {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view format = "verohook-backup";
constexpr int version = 1;

Error wrong(const std::string& what) {
    return {ErrorCode::invalid_input, "manifest.json " + what};
}

}  // namespace

std::string manifest_text(const Manifest& manifest) {
    const Contents& contents = manifest.contents;
    Json files = Json::array();
    for (const Manifest::File& file : manifest.files) {
        Json each{{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}};
        if (!file.sink.empty()) {
            each["sink"] = file.sink;
        }
        files.push_back(std::move(each));
    }
    const Json text{{"format", format},
                    {"version", version},
                    {"made_at", format_seconds(contents.made_at)},
                    {"events", contents.events},
                    {"damaged", contents.damaged},
                    {"oldest", contents.journal.oldest},
                    {"newest", contents.journal.newest},
                    {"files", std::move(files)}};
    return text.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    Manifest manifest;
    Contents& contents = manifest.contents;
    try {
        if (!json.is_object() || json.value("format", "") != format) {
            return wrong("is not that of a backup of verohook");
        }
        if (const int found = json.at("version").get<int>(); found != version) {
            return wrong("is of a newer verohook (version " + std::to_string(found) +
                         ", this program knows " + std::to_string(version) +
                         "): restore with that one");
        }
        contents.made_at =
            parse_rfc3339(json.at("made_at").get<std::string>()).value_or(Timestamp());
        contents.events = json.at("events").get<std::uint64_t>();
        contents.damaged = json.at("damaged").get<std::uint64_t>();
        contents.journal.oldest = json.at("oldest").get<journal::Seq>();
        contents.journal.newest = json.at("newest").get<journal::Seq>();
        for (const Json& each : json.at("files")) {
            manifest.files.push_back({each.at("name").get<std::string>(), each.value("sink", ""),
                                      each.at("bytes").get<std::uint64_t>(),
                                      each.at("sha256").get<std::string>()});
        }
    } catch (const Json::exception& thrown) {
        return wrong(std::string("is not as it should be: ") + thrown.what());
    }
    std::size_t journals = 0;
    for (const Manifest::File& file : manifest.files) {
        if (file.sink.empty()) {
            ++journals;
        } else {
            if (std::find(contents.sinks.begin(), contents.sinks.end(), file.sink) !=
                contents.sinks.end()) {
                return wrong("names a sink twice");
            }
            contents.sinks.push_back(file.sink);
        }
    }
    return journals == 1 ? Result<Manifest>(std::move(manifest)) : wrong("names no journal");
}

}  // namespace verohook::backup
