"""Reports of a finished run: `python -m reports {render,gate} RUN_DIR`, and the schema of its results."""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from reports.exit_codes import PRECEDENCE, ExitCode
from reports.gate import describe_answer, examine_run, record_exit_code
from reports.results import RESULTS_NAME, ResultsError, TamperingError, find_tampering, render_schema
from reports.run_outputs import render_run
from reports.terminal import Page, wants_colour


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; wrong use ends with exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m reports", description="Report and gate of a finished run.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    codes = "\n".join(f"  {code.value:>3}  {code.meaning}" for code in PRECEDENCE)
    for name, summary, epilog in (
        ("render", "write index.html, junit.xml and summary.md beside the results", None),
        (
            "gate",
            "print the verdict, write exit_code and exit with it",
            f"exit codes, the first:\n{codes}",
        ),
    ):
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_argument("run_folder", type=Path, metavar="RUN_DIR", help="folder of the run, or reports/latest")
        command.add_argument(
            "--at",
            type=date.fromisoformat,
            metavar="DATE",
            default=datetime.now(UTC).date(),
            help="day of the judgement, as YYYY-MM-DD (default: today, UTC)",
        )
    schema = "print the JSON Schema of results.json, which stands in docs/schemas/results.schema.json"
    commands.add_parser("schema", help=schema, description=f"{schema[0].upper()}{schema[1:]}.")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an icon that the terminal's encoding lacks is no reason to fail
    options = build_parser().parse_args(arguments)
    if options.command == "schema":
        sys.stdout.write(render_schema())
        return ExitCode.MET
    run_folder: Path = options.run_folder
    if not run_folder.is_dir():
        return complain(f"{run_folder} is not a folder of a run.", ExitCode.WRONG_USE)
    return render(run_folder, options.at) if options.command == "render" else gate(run_folder, options.at)


def render(run_folder: Path, judged_at: date) -> int:
    """Write the outputs. Results that were changed are not rendered: a report would lend them its face."""
    if not (run_folder / RESULTS_NAME).is_file():
        return complain(f"{run_folder} holds no {RESULTS_NAME}.", ExitCode.HARNESS_ERROR)
    tampering = find_tampering(run_folder, [RESULTS_NAME])
    if tampering:
        return complain(tampering[0], ExitCode.TAMPERED)
    try:
        paths = render_run(run_folder, judged_at)
    except TamperingError as error:
        return complain(str(error), ExitCode.TAMPERED)
    except ResultsError as error:
        return complain(str(error), ExitCode.HARNESS_ERROR)
    except OSError as error:
        return complain(f"The report cannot be written: {error}.", ExitCode.NO_REPORT)
    sys.stdout.write("".join(f"{path}\n" for path in paths))
    return ExitCode.MET


def gate(run_folder: Path, judged_at: date) -> int:
    """Print the verdict on the run and return its exit code."""
    answer = examine_run(run_folder, judged_at)
    try:
        record_exit_code(run_folder, answer.code)
    except OSError as error:
        complain(f"The exit code cannot be written: {error}.", answer.code)
    sys.stdout.write(describe_answer(answer, run_folder, Page(colour=wants_colour(sys.stdout))))
    return answer.code


def complain(sentence: str, code: ExitCode) -> int:
    """Say in one sentence what is wrong, and return the exit code for it."""
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
