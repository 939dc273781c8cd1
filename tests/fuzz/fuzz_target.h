// A fuzz target: what is done with bytes from outside, and what must hold of the result. Built as a
// program of libFuzzer (preset fuzz), and into corpora_test, which runs the corpora once.
//
//     FUZZ_TARGET(addresses) { ... input, a std::string_view ... }
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace gatepost::fuzz {

using Target = void (*)(std::string_view input);

/// The targets of this program by their names.
inline std::map<std::string, Target>& targets() {
    static std::map<std::string, Target> all;
    return all;
}

struct Registration {
    Registration(const char* name, Target target) { targets()[name] = target; }
};

/// Ends the program where the condition does not hold: a finding.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
    std::abort();
}

}  // namespace gatepost::fuzz

#ifdef GATEPOST_LIBFUZZER
#define FUZZ_ENTRY                                                                      \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        run_target({reinterpret_cast<const char*>(data), size});                        \
        return 0;                                                                       \
    }
#else
#define FUZZ_ENTRY
#endif

#define FUZZ_TARGET(name)                                                      \
    static void run_target(std::string_view input);                            \
    static const gatepost::fuzz::Registration registration(#name, run_target); \
    FUZZ_ENTRY                                                                 \
    static void run_target(std::string_view input)
