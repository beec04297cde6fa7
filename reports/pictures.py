"""Figures as pictures for a phone: bars of the units, or the morning as a curve.

    python -m reports.pictures bars < bars.json > bars.png

Drawing takes 100 MB and a second, so it is done in this process of its own and never in the bot's:
nothing that the bot imports imports matplotlib.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from domain.text import clock, number, rate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

WIDTH, HEIGHT, DPI = 1080, 1350, 150  # a phone held upright; 30 of these pixels are 10 of its own
MOST_BARS = 15  # more would be too small to read
SLOW = 0.5  # below this share a bar is hatched
MEDIA_TYPE = "image/png"

INK, SOFT, TRACK, FILL, SLOW_FILL = "#1a1a1a", "#4a4a4a", "#dbe3e8", "#0b5c8f", "#a63d00"
LEFT, RIGHT = 0.06, 0.94  # of the width
TOP_OF_BARS, END_OF_BARS = 0.785, 0.04  # of the height
DASHES = (0, (4, 2))
ROOMIEST = 0.085  # of the height, for one bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above every picture."""

    title: str
    unit: str
    sum: str  # "Đã học tập 28.029/42.989 phải học (65,2%)"
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    name: str
    part: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Units beside one another, drawn in this order."""

    heading: Heading
    bars: Sequence[Bar]
    below: str  # what the hatching means, and how many units have no bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    at: datetime
    present: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How many had come by each minute, against how many should have."""

    heading: Heading
    points: Sequence[Moment]
    starts_at: datetime
    present: str  # what the lines are called
    expected: str
    start: str


Chart = Bars | Curve
KINDS: dict[str, type[Any]] = {"bars": Bars, "curve": Curve}


def kind_of(chart: Chart) -> str:
    return next(kind for kind, one in KINDS.items() if isinstance(chart, one))


def draw(chart: Chart) -> bytes:
    """The picture as a PNG. Imports matplotlib: for the child only."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    _head(figure, chart.heading)
    ends = _bars(figure, chart) if isinstance(chart, Bars) else _curve(figure, chart)
    drawn, file = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    # In few colours it has a third of the bytes, and nobody sees a difference.
    picture = Image.open(drawn).convert("RGB").quantize(64)
    picture.crop((0, 0, WIDTH, round(HEIGHT * (1 - ends)))).save(file, "PNG", optimize=True)
    return file.getvalue()


def _head(figure: Figure, heading: Heading) -> None:
    _say(figure, LEFT, 0.955, heading.title, 15, colour=SOFT)
    _say(figure, LEFT, 0.912, heading.unit, 22, weight="bold")
    _say(figure, LEFT, 0.868, heading.sum, 18, weight="bold", colour=FILL)
    _say(figure, LEFT, 0.828, heading.as_of, 15, colour=SOFT)


# --- bars ------------------------------------------------------------------------------------


def _bars(figure: Figure, chart: Bars) -> float:
    """Returns how much of the height, from below, is left empty."""
    step = min(ROOMIEST, (TOP_OF_BARS - END_OF_BARS) / max(1, len(chart.bars)))
    for place, bar in enumerate(chart.bars):
        _bar(figure, bar, TOP_OF_BARS - place * step, step)
    last = TOP_OF_BARS - len(chart.bars) * step
    _say(figure, LEFT, last - 0.012, chart.below, 13, colour=SOFT)
    return max(0.0, last - 0.035)


def _bar(figure: Figure, bar: Bar, top: float, step: float) -> None:
    """The name and the numbers, and below them the bar."""
    from matplotlib.patches import Rectangle

    words = f"{number(bar.part)}/{number(bar.whole)}  {rate(bar.part, bar.whole)}"
    middle, bottom, height = top - step * 0.28, top - step * 0.8, step * 0.26
    size = 14 + 2 * min(1.0, step / ROOMIEST)
    numbers = _say(figure, RIGHT, middle, words, size, right=True, weight="bold")
    room = _left_end(figure, numbers) - 0.03
    _say(figure, LEFT, middle, bar.name, size, until=room)
    share = min(1.0, bar.part / bar.whole) if bar.whole else 0.0
    is_slow = bar.whole > 0 and share < SLOW
    whole = RIGHT - LEFT
    figure.add_artist(Rectangle((LEFT, bottom), whole, height, color=TRACK, linewidth=0))
    figure.add_artist(
        Rectangle(
            (LEFT, bottom), whole * share, height, linewidth=0,
            facecolor=SLOW_FILL if is_slow else FILL, edgecolor="white",
            hatch="///" if is_slow else None,
        )
    )  # fmt: skip


# --- the curve -------------------------------------------------------------------------------


def _curve(figure: Figure, chart: Curve) -> float:
    """Fills the whole height."""
    axes = figure.add_axes((0.14, 0.1, 0.81, 0.68))
    begun = chart.points[0].at
    minutes = [_minutes(begun, point.at) for point in chart.points]
    expected = [point.expected for point in chart.points]
    present = [point.present for point in chart.points]
    axes.plot(minutes, expected, color=SLOW_FILL, linewidth=3, linestyle=DASHES)
    axes.plot(minutes, present, color=FILL, linewidth=5)
    axes.fill_between(minutes, present, color=FILL, alpha=0.12, linewidth=0)
    top, last = max(1, *expected, *present), max(1.0, minutes[-1])
    axes.set_ylim(0, top * 1.18)
    axes.set_xlim(0, last)
    if 0 < (started := _minutes(begun, chart.starts_at)) < last:
        side = "left" if started < last * 0.6 else "right"
        axes.axvline(started, color=SOFT, linewidth=1.5, linestyle=":")
        axes.text(
            started, top * 1.11, f" {chart.start} ", size=14, color=SOFT, parse_math=False,
            horizontalalignment=side,
        )  # fmt: skip
    _scales(axes, begun)
    _legend(figure, chart)
    return 0.0


def _minutes(begun: datetime, at: datetime) -> float:
    return (at - begun) / timedelta(minutes=1)


def _scales(axes: Axes, begun: datetime) -> None:
    """Whole minutes as a clock, whole people; lines only to read the height by."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 3, 6, 10]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda minutes, _: clock(begun + timedelta(minutes=minutes)))
    )
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda people, _: number(int(people))))
    axes.tick_params(labelsize=14, colors=INK)
    axes.grid(axis="y", color=TRACK)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _legend(figure: Figure, chart: Curve) -> None:
    """Which line is which: said in words beside a piece of it, so that colour is not needed."""
    from matplotlib.lines import Line2D

    solid: dict[str, Any] = {"color": FILL, "linewidth": 5}
    dashed: dict[str, Any] = {"color": SLOW_FILL, "linewidth": 3, "linestyle": DASHES}
    for x, words, look in ((LEFT, chart.present, solid), (0.5, chart.expected, dashed)):
        figure.add_artist(Line2D([x, x + 0.07], [0.038, 0.038], **look))
        _say(figure, x + 0.09, 0.038, words, 15, until=x + 0.43)


# --- words -----------------------------------------------------------------------------------


def _say(
    figure: Figure,
    x: float,
    y: float,
    words: str,
    size: float,
    *,
    right: bool = False,
    weight: str = "normal",
    colour: str = INK,
    until: float = RIGHT,
) -> Text:
    """One line, shortened where it would run over `until`. A dollar sign is no mathematics."""
    text = figure.text(
        x, y, words, size=size, weight=weight, color=colour, parse_math=False,
        family="DejaVu Sans", horizontalalignment="right" if right else "left",
        verticalalignment="center",
    )  # fmt: skip
    if right or (end := _right_end(figure, text)) <= until:
        return text
    words = words[: int(len(words) * (until - x) / (end - x)) + 1]
    while len(words) > 1 and _right_end(figure, text) > until:
        words = words[:-1].rstrip()
        text.set_text(f"{words}…")
    return text


def _right_end(figure: Figure, text: Text) -> float:
    return float(text.get_window_extent().x1 / figure.bbox.width)


def _left_end(figure: Figure, text: Text) -> float:
    return float(text.get_window_extent().x0 / figure.bbox.width)


def main(kind: str) -> None:
    chart = msgspec.json.decode(sys.stdin.buffer.read(), type=KINDS[kind])
    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main(sys.argv[1])
