"""The parts of `make bench`: each measures, prints its tables, and gives what has bounds."""

from collections.abc import Sequence

from django.core.management import call_command

from bench.admin import measure_admin
from bench.api import measure_api, measure_as_run, relate
from bench.backfill import measure_backfill
from bench.comparisons import print_comparisons
from bench.exports import measure_exports
from bench.ledger import measure_growth, measure_knowledge, measure_ledger
from bench.long_life.life import NOTES, Life, live
from bench.long_life.table import print_growth, relate_growth
from bench.memory import measure_memory
from bench.options import Options, name_of_life
from bench.proof import measure_proof
from bench.report import Result, print_figures, print_relations, print_report
from bench.size import measure_size
from bench.telling import measure_telling


def _measure_ledger(options: Options) -> Sequence[Result]:
    measurements = measure_ledger()
    print_report(measurements)
    relations = [measure_growth(), measure_knowledge()]
    print_relations(relations)
    return [*measurements, *relations]


def _measure_backfill(options: Options) -> Sequence[Result]:
    call_command("flush", verbosity=0, interactive=False)
    measurements = measure_backfill()
    call_command("flush", verbosity=0, interactive=False)
    measurements += measure_backfill(by_files=True)
    print_report(measurements)
    return measurements


def _measure_proof(options: Options) -> Sequence[Result]:
    measurements = measure_proof()
    print_report(measurements)
    return measurements


def _measure_admin(options: Options) -> Sequence[Result]:
    found: list[Result] = []
    for size in options.sizes:
        pages, weights, queries = measure_admin(size)
        print_report(pages)
        print_report(weights)
        print_relations(queries)
        found += [*pages, *weights, *queries]
    return found


def _measure_api(options: Options) -> Sequence[Result]:
    by_size, found = {}, list[Result]()
    rounds = f"{options.rounds} 回（各 {options.seconds:g} 秒）の中央値。素: 同じ応答を返すだけの Django ビュー、同じサーバーで交互に測定"
    for size in options.sizes:
        by_size[size], memory = measure_api(size, options)
        print_comparisons(f"API、{size:,} 銘柄（{rounds}）", by_size[size])
        print_report(memory)
        found += [*by_size[size], *memory]
    as_run = measure_as_run(options.sizes[0], options)
    print_comparisons(f"make run のまま（読みやすいログ）、{options.sizes[0]:,} 銘柄", as_run)
    relations = relate(by_size)
    print_relations(relations)
    return [*found, *as_run, *relations]


def _measure_memory(options: Options) -> Sequence[Result]:
    measurements, relations = measure_memory(options.sizes[-1], options)
    print_report(measurements)
    print_relations(relations)
    return [*measurements, *relations]


def _measure_size(options: Options) -> Sequence[Result]:
    """Figures without bounds."""
    for size in options.sizes:
        print_figures(f"大きさ、{size:,} 銘柄", measure_size(size))
    return []


def _measure_exports(options: Options) -> Sequence[Result]:
    """Figures without bounds."""
    for size in options.sizes:
        print_figures(f"全履歴のファイル出力、{size:,} 銘柄", measure_exports(size))
    return []


def _measure_telling(options: Options) -> Sequence[Result]:
    figures, relations = measure_telling()
    print_figures("通知", figures)
    print_relations(relations)
    return relations


def _measure_long_life(options: Options) -> Sequence[Result]:
    notes_path = NOTES / f"{name_of_life(options)}.json"
    notes = live(Life(options.years, options.sizes[0], options.folder, notes_path), is_new=options.fresh)
    print_growth(notes.measured, notes.loads)
    relations = relate_growth(notes.measured)
    print_relations(relations)
    return relations


#: By the word that asks for it (`bench.options`).
PARTS = {
    "ledger": _measure_ledger,
    "backfill": _measure_backfill,
    "admin": _measure_admin,
    "api": _measure_api,
    "proof": _measure_proof,
    "memory": _measure_memory,
    "size": _measure_size,
    "telling": _measure_telling,
    "exports": _measure_exports,
    "long-life": _measure_long_life,
}
