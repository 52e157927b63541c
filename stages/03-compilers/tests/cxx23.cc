// What a C++ compiler of 2023 owes: threads that join, exceptions through them, files, regular expressions, ranges, print.

#include <expected>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <print>
#include <ranges>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

static std::expected<int, std::string> number (const std::string &text)
{
    static const std::regex decimal ("[0-9]{1,9}");
    if (!std::regex_match (text, decimal))
        return std::unexpected (text + " is no number");
    return std::stoi (text);
}

int main ()
{
    const fs::path directory = fs::temp_directory_path () / "cxx23";
    fs::create_directories (directory);
    for (int i : std::views::iota (1, 5))
        std::ofstream (directory / std::format ("{}.txt", i)) << i * i << '\n';

    std::mutex guard;
    std::map<std::string, int> found;
    {
        std::vector<std::jthread> readers;
        for (const auto &entry : fs::directory_iterator (directory))
            readers.emplace_back ([&guard, &found, path = entry.path ()] {
                std::string line;
                std::getline (std::ifstream (path) >> std::ws, line);
                const std::lock_guard lock (guard);
                found[path.stem ()] = number (line).value_or (-1);
            });
    }
    fs::remove_all (directory);

    int sum = 0;
    for (int square : found | std::views::values | std::views::filter ([] (int n) { return n % 2 == 0; }))
        sum += square;

    auto broken = std::async (std::launch::async, [] () -> int { throw std::domain_error ("thrown in a thread"); });
    std::string said;
    try {
        broken.get ();
    } catch (const std::exception &error) {
        said = error.what ();
    }
    if (sum != 20 || said != "thrown in a thread" || number ("x").error () != "x is no number" || fs::exists (directory))
        return 1;
    std::println ("{}", "ok");
}
