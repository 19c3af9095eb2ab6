"""Imports that are killed at a random moment, and must then be there as a whole or not at all."""
import itertools
import time

from audit import opened
from county import GRIDS, grid_code, key_persons_csv, places_csv, table, workers_csv, written

ROWS = 1_000
# Each account's password is hashed on purpose slowly.
WORKER_ROWS = 30


def new_areas(number):
    """Grids below a station of their own."""
    station = [f"S{number:03}", "station", f"Station {number}", "T1"]
    grids = [[f"N{number:03}-{row:04}", "grid", f"New grid {row}", station[0]] for row in range(ROWS - 1)]
    return table(["code", "level", "name", "parent"], [station, *grids])


def by_grid(names):
    return {grid: [name for index, name in enumerate(names) if index % GRIDS == grid] for grid in range(GRIDS)}


def ids(number, rows=ROWS):
    return [f"n{number:03}-{row:04}" for row in range(rows)]


KINDS = {
    "areas": new_areas,
    "places": lambda number: places_csv(by_grid(ids(number))),
    "key-persons": lambda number: key_persons_csv(by_grid(ids(number))),
    "workers": lambda number: workers_csv(by_grid(ids(number, WORKER_ROWS))),
}

# Every table that a row of the file reaches. With this round's pattern each counts nothing or every row.
REACHED = {
    "areas": [
        "SELECT COUNT(*) FROM area_code WHERE value LIKE 'N{0:03}-%' OR value = 'S{0:03}'",
        "SELECT COUNT(*) FROM area_name JOIN area_code USING (area_id) "
        "WHERE value LIKE 'N{0:03}-%' OR value = 'S{0:03}'",
        "SELECT COUNT(*) FROM area JOIN area_code ON id = area_id WHERE value LIKE 'N{0:03}-%' OR value = 'S{0:03}'",
    ],
    "places": [
        "SELECT COUNT(*) FROM place WHERE id LIKE 'n{0:03}-%'",
        "SELECT COUNT(*) FROM place_roster WHERE place_id LIKE 'n{0:03}-%'",
    ],
    "key-persons": [
        "SELECT COUNT(*) FROM key_person WHERE id LIKE 'n{0:03}-%'",
        "SELECT COUNT(*) FROM key_person_roster WHERE key_person_id LIKE 'n{0:03}-%'",
    ],
    "workers": [
        "SELECT COUNT(*) FROM person WHERE login LIKE 'n{0:03}-%'",
        "SELECT COUNT(*) FROM duty JOIN person ON id = person_id WHERE login LIKE 'n{0:03}-%'",
        "SELECT COUNT(*) FROM role_assignment JOIN person ON id = person_id WHERE login LIKE 'n{0:03}-%'",
    ],
}


class Imports:
    """Makes one import after the other, of each kind in turn."""

    def __init__(self, installation, folder):
        self.installation = installation
        self.folder = folder
        self.turn = itertools.cycle(KINDS)
        self.numbers = itertools.count(1)
        self.seconds = {}  # by kind: how long it takes undisturbed

    def next(self):
        kind = next(self.turn)
        if kind not in self.seconds:
            self.seconds[kind] = self.made(kind).completed()
        return self.made(kind)

    def made(self, kind):
        return Import(self, kind, next(self.numbers))


class Import:
    """One file, all of whose rows are new to the database."""

    def __init__(self, imports, kind, number):
        self.installation = imports.installation
        self.seconds = imports.seconds
        self.kind = kind
        self.file = written(imports.folder, f"import-{number}.csv", KINDS[kind](number))
        self.counts = [query.format(number) for query in REACHED[kind]]
        self.rows = WORKER_ROWS if kind == "workers" else ROWS

    def completed(self):
        """Runs it to its end; returns the seconds that took."""
        begun = time.monotonic()
        self.installation.run("import", self.kind, self.file)
        return time.monotonic() - begun

    def killed_after(self, share):
        """Runs it and kills it after a share of the time that its kind usually takes."""
        process = self.installation.spawn("import", self.kind, self.file)
        time.sleep(share * self.seconds[self.kind])
        process.kill()
        process.wait()

    def found(self):
        """How many of its rows each table has."""
        with opened(self.installation.database) as database:
            return [database.execute(query).fetchone()[0] for query in self.counts]

    def state(self):
        """`whole`, `absent`, or what should never be."""
        found = self.found()
        if not any(found):
            return "absent"
        return "whole" if found == [self.rows] * len(found) else f"torn: {found} of {self.rows} rows"

    def settled(self):
        """The state that the kill left; where that is nothing, the import is made good."""
        left = self.state()
        if left == "absent":
            self.completed()
        return left
