#include "doctor/report.hpp"

#include "base/text.hpp"

#include <verohook/base/json_text.hpp>

#include <algorithm>
#include <cstddef>

namespace verohook::doctor {

namespace {

constexpr std::size_t sentence_bytes_max = 2048;

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::warning:
            return "warning";
        case Verdict::failed:
            return "failed";
    }
    return "";
}

std::string_view colour_of(Verdict verdict) {
    return verdict == Verdict::ok        ? "\x1b[32m"
           : verdict == Verdict::warning ? "\x1b[33m"
                                         : "\x1b[31m";
}

void append_padded(std::string& out, std::string_view text, std::size_t width) {
    out.append(text).append(width > text.size() ? width - text.size() : 0, ' ');
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    append_json_string(out, name);
    out += ':';
    append_json_string(out, text);
}

}  // namespace

void Report::ok(std::string check, std::string_view sentence) {
    findings_.push_back({std::move(check), Verdict::ok, printable(sentence, sentence_bytes_max)});
}

void Report::warn(std::string check, std::string_view sentence, std::string_view advice) {
    findings_.push_back({std::move(check), Verdict::warning,
                         printable(sentence, sentence_bytes_max),
                         printable(advice, sentence_bytes_max)});
}

void Report::fail(std::string check, std::string_view sentence, std::string_view advice) {
    findings_.push_back({std::move(check), Verdict::failed, printable(sentence, sentence_bytes_max),
                         printable(advice, sentence_bytes_max)});
}

bool Report::has_failed() const {
    return std::any_of(findings_.begin(), findings_.end(),
                       [](const Finding& each) { return each.verdict == Verdict::failed; });
}

bool Report::has_failed(std::string_view check) const {
    return std::any_of(findings_.begin(), findings_.end(), [check](const Finding& each) {
        return each.verdict == Verdict::failed && each.check == check;
    });
}

std::string to_text(const Report& report, bool colour) {
    constexpr std::size_t verdict_width = 9;
    std::size_t width = 0;
    for (const Finding& finding : report.findings()) {
        width = std::max(width, finding.check.size() + 2);
    }
    std::string text;
    for (const Finding& finding : report.findings()) {
        const std::string_view word = word_of(finding.verdict);
        text.append(colour ? colour_of(finding.verdict) : "");
        append_padded(text, word, verdict_width);
        text.append(colour ? "\x1b[0m" : "");
        append_padded(text, finding.check, width);
        text.append(finding.sentence) += '\n';
        if (!finding.advice.empty()) {
            text.append(verdict_width + width, ' ').append("→ ").append(finding.advice) += '\n';
        }
    }
    return text;
}

std::string to_json(const Report& report) {
    std::string text = R"({"schema":"verohook.doctor.v1","ok":)";
    text.append(report.has_failed() ? "false" : "true").append(R"(,"checks":[)");
    bool is_first = true;
    for (const Finding& finding : report.findings()) {
        text += is_first ? "{" : ",{";
        is_first = false;
        append_member(text, "check", finding.check);
        text += ',';
        append_member(text, "verdict", word_of(finding.verdict));
        text += ',';
        append_member(text, "sentence", finding.sentence);
        text += ',';
        append_member(text, "advice", finding.advice);
        text += '}';
    }
    return text + "]}";
}

}  // namespace verohook::doctor
