#include "file.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace gatehouse::settings {

std::string changed(std::string_view piece, std::string_view other)
{
    std::string out{right};
    const auto at = out.find(piece);
    if (at == std::string::npos) throw std::logic_error{"no such piece: " + std::string{piece}};
    return out.replace(at, piece.size(), other);
}

std::vector<std::string> problems(std::string_view text)
{
    return texts(parse(text, "site.yaml").problems);
}

std::vector<std::string> texts(const Problems& problems)
{
    std::vector<std::string> out;
    for (const Problem& problem : problems) out.push_back(text(problem));
    return out;
}

std::filesystem::path source_file(std::string_view path)
{
    return std::filesystem::path{GATEHOUSE_SOURCE_DIR} / path;
}

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    if (!in) throw std::logic_error{"cannot read " + path.string()};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace gatehouse::settings
