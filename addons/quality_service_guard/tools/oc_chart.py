"""The operating characteristic of a sampling plan as a picture: inline SVG, drawn on the server. Nothing here knows Odoo.

Everything is drawn in the colour of the text around it, so that it is read on a light page and on a dark one.
"""

import math
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT = 360, 236
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 16, 46
SHARES = (0, 0.25, 0.5, 0.75, 1)  # marks of the chance of acceptance
TICKS = 5  # at most so many marks of the quality, besides nought


def draw(curve, title, across, upward, marks=()):
    """An SVG picture of a curve.

    :param curve: ``operating_characteristic.Curve``
    :param str title: read out instead of the picture, and shown when it is pointed at
    :param str across, upward: what the axes show
    :param marks: ``[(quality, text)]``: points of the curve to point out, from left to right
    :return: text of an ``svg`` element; every text in it is escaped
    """
    points = curve.points()
    end = max([points[-1][0], *(quality * 1.05 for quality, _text in marks)])
    plot = _Plot(end)
    path = " ".join(f"{plot.x(quality):.1f},{plot.y(chance):.1f}" for quality, chance in points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label={quoteattr(title)} '
        'fill="none" stroke="currentColor" font-size="11" style="width: 100%; max-width: 480px; height: auto;">',
        f"<title>{escape(title)}</title>",
        *_draw_shares(plot),
        *_draw_qualities(plot),
        f'<polyline points="{path}" stroke-width="2" stroke-linejoin="round"/>',
        *(part for row, mark in enumerate(marks) for part in _draw_mark(plot, curve, row, *mark)),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across),
        _text(LEFT, TOP - 5, upward, "start"),
        "</svg>",
    ]
    return "".join(parts)


class _Plot:
    """Where on the picture a quality and a chance lie."""

    def __init__(self, end):
        self.end = end

    def x(self, quality):
        return LEFT + (WIDTH - LEFT - RIGHT) * quality / self.end

    def y(self, chance):
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - chance)


def _draw_shares(plot):
    for share in SHARES:
        y = plot.y(share)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke-opacity="{0.2 if share else 0.6}"/>'
        yield _text(LEFT - 5, y + 4, f"{share:.0%}", "end")


def _draw_qualities(plot):
    step = _step(plot.end)
    for number in range(int(plot.end / step + 1e-9) + 1):
        yield _text(plot.x(number * step), plot.y(0) + 15, f"{number * step:.4g}")


def _draw_mark(plot, curve, row, quality, text):
    """A dot on the curve, and what it is beside it; the texts stand one below the other, so that none covers another."""
    x, y = plot.x(quality), plot.y(curve.accept(quality))
    yield f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{plot.y(0):.1f}" stroke-dasharray="3 3" stroke-opacity="0.6"/>'
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>'
    yield _text(WIDTH - RIGHT, TOP + 16 + 16 * row, text, "end")


def _text(x, y, text, anchor="middle"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor" stroke="none">{escape(str(text))}</text>'


def _step(end):
    """A round distance between marks: 1, 2 or 5 times a power of ten."""
    rough = end / TICKS
    power = 10 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough - 1e-12)
