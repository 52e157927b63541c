// What a C++ compiler of 2017 owes: lambdas, structured bindings, variants, threads and atomics, file names.

#include <atomic>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

template <typename... Cases> struct overloaded : Cases... { using Cases::operator()...; };
template <typename... Cases> overloaded (Cases...) -> overloaded<Cases...>;

int main ()
{
    std::atomic<int> sum = 0;
    std::vector<std::thread> threads;
    for (int i = 1; i <= 4; ++i)
        threads.emplace_back ([&sum, i] { for (int j = 0; j < 1000; ++j) sum += i; });
    for (auto &thread : threads)
        thread.join ();

    std::map<std::string, std::variant<int, std::string>> values = { { "a", 1 }, { "b", "two" } };
    std::string said;
    for (const auto &[name, value] : values)
        said += name + std::visit (overloaded { [] (int n) { return std::to_string (n); },
                                                [] (const std::string &text) { return text; } }, value);

    auto owner = std::make_unique<int> (7);
    try {
        std::get<int> (values["b"]);
    } catch (const std::bad_variant_access &) {
        *owner = 8;
    }
    auto name = std::filesystem::path ("/one/two/three.cc").stem ();
    if (sum != 10000 || said != "a1btwo" || *owner != 8 || name != "three")
        return 1;
    std::cout << "ok\n";
}
