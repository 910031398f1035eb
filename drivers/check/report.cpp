#include "report.hpp"

#include <cstdio>

namespace gatehouse::check {

namespace {

void line(const char* word, std::string_view check, const std::string& text)
{
    std::printf("%-5s %-18.*s %s\n", word, static_cast<int>(check.size()), check.data(), text.c_str());
    std::fflush(stdout);
}

} // namespace

void Report::passed(std::string_view check, std::string_view demands)
{
    ++passed_;
    line("ok", check, std::string{demands});
}

void Report::failed(std::string_view check, const std::string& what, const std::vector<std::string>& last_words)
{
    ++failed_;
    line("FAIL", check, what);
    if (last_words.empty() || !shown_.insert(last_words.back()).second) return;
    std::printf("      the last it wrote to standard error:\n");
    for (const auto& word : last_words) std::printf("      | %s\n", word.c_str());
    std::fflush(stdout);
}

void Report::not_checked(std::string_view check, const std::string& why)
{
    ++unchecked_;
    line("open", check, "not checked: " + why);
}

void Report::not_applicable(std::string_view check, const std::string& why)
{
    ++beside_;
    line("-", check, "not applicable: " + why);
}

Status Report::end() const
{
    std::printf("%zu passed, %zu failed, %zu not checked, %zu not applicable\n", passed_, failed_, unchecked_, beside_);
    return failed_ > 0 ? something_failed : unchecked_ > 0 ? not_all_checked : all_good;
}

} // namespace gatehouse::check
