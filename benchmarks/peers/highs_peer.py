"""Solves a mixed integer programme with HiGHS; runs in an environment of its own and knows nothing of rosters.

    python highs_peer.py MODEL.mps SECONDS THREADS ANSWER.json

The answer: status, seconds to the first solution, objective, bound, and the values of the columns x0, x1, ...
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import highspy


def main() -> None:
    """Read, solve, write."""
    started = time.monotonic()
    model, seconds, threads, answer = sys.argv[1:]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", int(threads))
    highs.setOptionValue("parallel", "on")
    if highs.readModel(model) != highspy.HighsStatus.kOk:
        raise SystemExit(f"HiGHS cannot read {model}")
    first: list[float] = []
    highs.cbMipImprovingSolution += lambda _: first.append(time.monotonic() - started)
    highs.setOptionValue("time_limit", max(1.0, float(seconds) - (time.monotonic() - started)))
    highs.run()
    info = highs.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = {}
    if found:
        names = highs.getLp().col_names_
        values = {int(name[1:]): round(v) for name, v in zip(names, highs.getSolution().col_value, strict=True)}
    Path(answer).write_text(
        json.dumps(
            {
                "status": highs.modelStatusToString(highs.getModelStatus()),
                "first_s": first[0] if first else None,
                "objective": info.objective_function_value if found else None,
                "bound": info.mip_dual_bound,
                "values": [values[n] for n in range(len(values))],
            }
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
