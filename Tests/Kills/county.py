"""A county small enough to be imported in seconds, and workers who are logged in to it."""
import concurrent.futures
import csv
import dataclasses
import http.client
import io
import json

GRIDS = 10
PLACES_IN_GRID = 20
KEY_PERSONS_IN_GRID = 3


@dataclasses.dataclass(frozen=True)
class Worker:
    """A grid worker with a session and the subjects of the own grid."""
    login: str
    token: str
    grid: str
    subjects: list


def grid_code(number):
    return f"G{number:03}"


def place_ids(grid):
    return [f"P{grid:03}-{number:03}" for number in range(PLACES_IN_GRID)]


def key_person_ids(grid):
    return [f"K{grid:03}-{number:03}" for number in range(KEY_PERSONS_IN_GRID)]


def areas_csv():
    grids = [[grid_code(grid), "grid", f"Grid {grid}", "T1"] for grid in range(GRIDS)]
    return table(
        ["code", "level", "name", "parent"], [["C1", "county", "County", ""], ["T1", "town", "Town", "C1"], *grids])


def places_csv(ids_by_grid):
    header = ["id", "name", "category", "address", "latitude", "longitude", "system", "grid"]
    return table(header, [
        [place, f"Shop {place}", "shop", "Main Street", 30.87, 120.42, "WGS-84", grid_code(grid)]
        for grid, ids in ids_by_grid.items() for place in ids])


def key_persons_csv(ids_by_grid):
    header = ["id", "name", "address", "contact_rule", "list_owner", "legal_basis", "grid"]
    return table(header, [
        [person, f"Person {person}", "Main Street", "monthly", "Bureau", "Article 1", grid_code(grid)]
        for grid, ids in ids_by_grid.items() for person in ids])


def workers_csv(logins_by_grid):
    return table(["login", "name", "grids"], [
        [login, f"Worker {login}", grid_code(grid)] for grid, logins in logins_by_grid.items() for login in logins])


def table(header, rows):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def found(installation, folder, workers):
    """Makes the database with areas, subjects and accounts. Returns each worker's login with grid and password."""
    logins = {grid: [f"worker{n:02}" for n in range(workers) if n % GRIDS == grid] for grid in range(GRIDS)}
    installation.run("migrate")
    for kind, text in [
        ("areas", areas_csv()),
        ("places", places_csv({grid: place_ids(grid) for grid in range(GRIDS)})),
        ("key-persons", key_persons_csv({grid: key_person_ids(grid) for grid in range(GRIDS)})),
    ]:
        if kind == "key-persons":
            installation.run(
                "list", "add", "--owner", "Bureau", "--area", "C1", "--basis", "Article 1", "--purpose", "visits",
                "--from", "2020-01-01", "--to", "2099-01-01")
        installation.run("import", kind, written(folder, f"{kind}.csv", text))
    passwords = folder / "passwords.csv"
    staff = written(folder, "workers.csv", workers_csv(logins))
    installation.run("import", "workers", staff, "--passwords", passwords)
    with open(passwords, newline="", encoding="utf-8") as lines:
        return {row["login"]: row["password"] for row in csv.DictReader(lines)}


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def log_in(port, passwords):
    """A session for everybody; four at a time, as many as the gateway hashes at once."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda entry: log_in_one(port, *entry), sorted(passwords.items())))


def asked(port, method, path, body, token=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {text!r}")
    return json.loads(text) if text else None


def log_in_one(port, login, password):
    session = asked(port, "POST", "/v1/login", {"name": login, "password": password})
    # What was handed out is changed at the first login.
    if "passwordDue" in session:
        asked(port, "PUT", "/v1/password", {"old": password, "new": f"{password}-A"}, session["token"])
    grid = int(login.removeprefix("worker")) % GRIDS
    subjects = [("place", "checked", id) for id in place_ids(grid)]
    subjects += [("keyPerson", "met", id) for id in key_person_ids(grid)]
    return Worker(login, session["token"], session["person"]["grids"][0]["id"], subjects)
