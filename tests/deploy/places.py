"""Where the files of the deployment are."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CHART = PROJECT / "deploy" / "helm" / "meigara"
