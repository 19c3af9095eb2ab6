#!/usr/bin/env python3
"""The checklist of access, audit and privacy: one line for each item, `item N · title · pass`, and 1 if one fails.

usage: security.py --gateway BINARY

Each item is the Swift tests whose name begins with its number, in words for people or as the function's; item 32 is the specification's own cases, sent by schemathesis.
"""
import argparse, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ITEMS = [*range(1, 18), *range(19, 25), *range(26, 37), 39, 40, 41, 43, 44]
BY_SCHEMATHESIS = 32
DECLARATION = re.compile(r'@Test\(\s*"item (\d+) · ([^"]+)"|func\s+`item (\d+) · ([^`]+)`')
FUNCTION = re.compile(r"func (`[^`]+`|\w+)\s*\(")
SUITE = re.compile(r"^(?:@Suite(?:\([^\n]*?\))? )?(?:struct|enum|final class|actor) (\w+)", re.M)


def tests():
    """Item and title with the name by which `swift test` finds each test."""
    for path in sorted((ROOT / "Tests").glob("*Tests/*.swift")):
        text = path.read_text(encoding="utf-8")
        for match in DECLARATION.finditer(text):
            function = match[4] and f"item {match[3]} · {match[4]}" or FUNCTION.search(text, match.end())[1].strip("`")
            suite = [found for found in SUITE.finditer(text) if found.start() < match.start()][-1]
            yield int(match[1] or match[3]), match[2] or match[4], f"{path.parent.name}.{suite[1]}/`?{re.escape(function)}"


def outcomes(names):
    """What became of the tests with an item in their name, by that name."""
    pattern = "|".join(sorted(set(names)))
    run = subprocess.run(
        [sys.executable, ROOT / "Tests/Postgres/cluster.py", "run", "--icu", "--", "swift", "test", "--skip-build", "--filter", pattern],
        cwd=ROOT, capture_output=True, text=True)
    found = {}
    for mark, name in re.findall(r'^(✔|✘) Test "(item [^"]+)"(?: with \d+ test cases?)? (?:passed|failed)', run.stdout, re.M):
        found[name] = found.get(name, True) and mark == "✔"
    if not found:
        sys.exit(f"no test ran\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gateway", required=True, type=pathlib.Path)
    options = parser.parse_args()
    known = list(tests())
    found = outcomes([name for _, _, name in known])
    failed = 0
    for item in ITEMS:
        lines = [(title, found.get(f"item {item} · {title}")) for number, title, _ in known if number == item]
        if item == BY_SCHEMATHESIS:
            run = subprocess.run([ROOT / "Tests/GatewayTests/schemathesis/run", options.gateway.resolve()],
                                 capture_output=True, text=True)
            cases = (run.stdout.strip().splitlines() or ["no answer"])[-1]
            lines.append((f"every operation against its specification: {cases}", run.returncode == 0))
        if not lines:
            lines = [("no test bears this number", False)]
        for title, passed in lines:
            failed += not passed
            print(f"item {item} · {title} · {'pass' if passed else 'did not run' if passed is None else 'FAIL'}", flush=True)
    print(f"security: {failed} failed" if failed else "security: all passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
