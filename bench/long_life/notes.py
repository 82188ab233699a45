"""What was measured so far, in a file: a life that was interrupted goes on from there."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.long_life.costs import Cost


class Notes:
    """Costs of imports, and of planning what is told of them, by the number of the list, from 1 on, and of operations by the number of lists after which they were measured."""

    def __init__(self, path: Path) -> None:
        self._path = path
        kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        self.imports, self.plans = (
            {int(number): Cost(**cost) for number, cost in kept.get(name, {}).items()} for name in ("imports", "plans")
        )
        self.measured = {
            int(number): {what: Cost(**cost) for what, cost in costs.items()}
            for number, costs in kept.get("measured", {}).items()
        }
        self.loads: dict[int, float] = {int(number): load for number, load in kept.get("loads", {}).items()}

    def forget(self) -> None:
        """Begin anew."""
        self.imports, self.plans, self.measured, self.loads = {}, {}, {}, {}
        self.save()

    def save(self) -> None:
        """Whole, or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.write_text(
            json.dumps(
                {
                    "imports": {number: asdict(cost) for number, cost in self.imports.items()},
                    "plans": {number: asdict(cost) for number, cost in self.plans.items()},
                    "measured": {
                        number: {what: asdict(cost) for what, cost in costs.items()}
                        for number, costs in self.measured.items()
                    },
                    "loads": self.loads,
                },
                indent=1,
                ensure_ascii=False,
            )
        )
        unfinished.replace(self._path)
