"""Outlines of the police districts of 2023 for the map of the report, from the City's layer.

    .venv/bin/python tools/districts_build.py [../shared/data/geography/police_districts_2023.geojson]

Writes analysis/data/police_districts_2023.json: by district a list of rings of points (x, y), 0 to 1
across the width of the city, y downwards, with a place for its words. Borders that two districts share
are simplified once, so that no gap opens between them. docs/data.md says whose data it is.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "analysis" / "data" / "police_districts_2023.json"
SOURCE = ROOT.parent / "shared" / "data" / "geography" / "police_districts_2023.geojson"
#: of the city's width: a point is dropped when its border moves less than this
TOLERANCE = 0.009
#: a ring smaller than this share of the largest is not drawn (piers, islets)
SMALLEST_RING = 0.01
Point = tuple[float, float]


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    rings = read(source)
    held: defaultdict[Point, set[str]] = defaultdict(set)
    for district, found in rings.items():
        for ring in found:
            for point in ring:
                held[point].add(district)
    corners = corners_of(rings, held)
    project = projection(held)
    done = {}
    for district, found in sorted(rings.items()):
        shapes = [simplify_ring(ring, corners, project) for ring in found]
        largest = max(abs(area(shape)) for shape in shapes)
        kept = [shape for shape in shapes if abs(area(shape)) >= SMALLEST_RING * largest]
        main_ring = max(kept, key=lambda shape: abs(area(shape)))
        done[district] = {"rings": kept, "label": label_of(main_ring)}
    OUT.write_text(json.dumps(done, separators=(",", ":")) + "\n", encoding="utf-8")
    points = sum(len(ring) for one in done.values() for ring in one["rings"])
    print(f"{OUT.relative_to(ROOT)}: {len(done)} districts, {points} points")


def read(source: Path) -> dict[str, list[list[Point]]]:
    """Outer rings by district, without the repeated last point."""
    rings: dict[str, list[list[Point]]] = {}
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        shape = feature["geometry"]
        several = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings[feature["properties"]["district"]] = [
            [(x, y) for x, y in polygon[0][:-1]] for polygon in several
        ]
    return rings


def corners_of(rings: dict[str, list[list[Point]]], held: dict[Point, set[str]]) -> set[Point]:
    """Points where a shared border begins or ends: they stay."""
    found = set()
    for ring_list in rings.values():
        for ring in ring_list:
            for before, point, after in zip(
                [ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False
            ):
                if held[point] != held[before] or held[point] != held[after]:
                    found.add(point)
    return found


def projection(held: dict[Point, set[str]]):
    west, east = min(x for x, _ in held), max(x for x, _ in held)
    north = max(y for _, y in held)
    middle = math.cos(math.radians(sum(y for _, y in held) / len(held)))

    def project(point: Point) -> Point:
        width = (east - west) * middle
        return (point[0] - west) * middle / width, (north - point[1]) / width

    return project


def simplify_ring(ring: list[Point], corners: set[Point], project) -> list[list[float]]:
    """Each stretch between two corners by Douglas and Peucker (1973), read in one direction always."""
    start = next((at for at, point in enumerate(ring) if point in corners), 0)
    ring = ring[start:] + ring[: start + 1]
    stops = [at for at, point in enumerate(ring) if point in corners or at in (0, len(ring) - 1)]
    kept: list[Point] = []
    for first, last in pairwise(stops):
        stretch = [project(point) for point in ring[first : last + 1]]
        backwards = stretch[0] > stretch[-1]
        thin = peucker(stretch[::-1] if backwards else stretch)
        kept += (thin[::-1] if backwards else thin)[:-1]
    return [[round(x, 4), round(y, 4)] for x, y in kept]


def peucker(points: list[Point]) -> list[Point]:
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay)

    def away(point: Point) -> float:
        x, y = point
        if length == 0:
            return math.hypot(x - ax, y - ay)
        return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length

    at = max(range(1, len(points) - 1), key=lambda one: away(points[one]))
    if away(points[at]) <= TOLERANCE:
        return [points[0], points[-1]]
    return peucker(points[: at + 1])[:-1] + peucker(points[at:])


def area(ring: list[list[float]]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2


def label_of(ring: list[list[float]]) -> list[float]:
    """The point inside that is farthest from the border, on a grid: where words have most room."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    best, place = -1.0, [0.0, 0.0]
    for i in range(1, 60):
        for j in range(1, 60):
            x = min(xs) + (max(xs) - min(xs)) * i / 60
            y = min(ys) + (max(ys) - min(ys)) * j / 60
            if not inside(x, y, ring):
                continue
            # Words are wider than high: room to the sides counts half.
            room = min(math.hypot((x - px) * 0.5, y - py) for px, py in dense(ring))
            if room > best:
                best, place = room, [round(x, 4), round(y, 4)]
    return place


def dense(ring: list[list[float]]):
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        for step in range(8):
            yield ax + (bx - ax) * step / 8, ay + (by - ay) * step / 8


def inside(x: float, y: float, ring: list[list[float]]) -> bool:
    found = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            found = not found
    return found


if __name__ == "__main__":
    main()
