# Sourced by the campaigns of this folder: builds the tests once and runs some of them.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

build() { dotnet build Solver.Tests -c Release >/dev/null || { echo "the tests do not build"; exit 1; }; }

# run_tests FILTER [OPTION…]: runs the tests of a filter, shows what fails; the exit code is the runner's.
run_tests() {
    local runner
    runner=$(ls Solver.Tests/bin/Release/net10.0/*/Solver.Tests Solver.Tests/bin/Release/net10.0/Solver.Tests 2>/dev/null | head -n 1)
    "$runner" --filter "$@"
}
