"""Long columns of numbers, each stored once, however many runs have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.data.library.database import Database
from app.data.library.failures import LibraryDamaged, NotInLibrary
from app.data.library.packing import Column, digest, dtype_of, dtype_text, pack, unpack
from app.data.library.tables import columns

# Packing runs beside the interpreter, so two cores halve the time.
_WORKERS = 2


class Curves:
    """The file of columns, each under the hash of its content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, wanted: Mapping[str, Column]) -> dict[str, str]:
        """Return the hash of each column by its name, after all of them are on the disk. Raises LibraryNotWritten."""
        with ThreadPoolExecutor(_WORKERS) as pool:
            hashes = dict(zip(wanted, pool.map(digest, wanted.values()), strict=True))
            known = self._known(hashes.values())
            new = {hash_: wanted[name] for name, hash_ in hashes.items() if hash_ not in known}
            rows = [
                {"hash": hash_, "dtype": dtype_text(column.dtype), "count": len(column), "data": data}
                for (hash_, column), data in zip(new.items(), pool.map(pack, new.values()), strict=True)
            ]
        if rows:
            insert = columns.insert().prefix_with("OR IGNORE")
            self._database.write(lambda connection: connection.execute(insert, rows) and None)
        return hashes

    def read(self, hashes: Mapping[str, str]) -> dict[str, Column]:
        """Return columns by name, each as it was stored. Raises NotInLibrary, LibraryDamaged."""
        with ThreadPoolExecutor(_WORKERS) as pool:
            return dict(zip(hashes, pool.map(self._one, hashes.values()), strict=True))

    def has(self, hashes: Collection[str]) -> bool:
        """Say whether all these columns are there."""
        return self._known(hashes) == set(hashes)

    def drop_damaged(self, hashes: Iterable[str]) -> None:
        """Remove those of these columns that are damaged, so that the next run that has them stores them again."""
        damaged = columns.c.hash.in_([hash_ for hash_ in hashes if self._is_damaged(hash_)])
        self._database.write(lambda connection: connection.execute(columns.delete().where(damaged)) and None)

    def drop_all_but(self, needed: set[str]) -> int:
        """Remove the columns that no run needs; return how many bytes they took."""

        def work(connection: Connection) -> int:
            sizes = {
                row.hash: row.size
                for row in connection.exec_driver_sql("SELECT hash, length(data) AS size FROM columns")
            }
            gone = sizes.keys() - needed
            for hash_ in gone:
                connection.execute(columns.delete().where(columns.c.hash == hash_))
            return sum(sizes[hash_] for hash_ in gone)

        freed = self._database.write(work)
        self._database.give_back()
        return freed

    def _known(self, hashes: Collection[str]) -> set[str]:
        with self._database.read() as connection:
            found = connection.execute(select(columns.c.hash).where(columns.c.hash.in_(set(hashes))))
            return set(found.scalars())

    def _is_damaged(self, hash_: str) -> bool:
        try:
            self._one(hash_)
        except LibraryDamaged:
            return True
        except NotInLibrary:
            pass
        return False

    def _one(self, hash_: str) -> Column:
        with self._database.read() as connection:
            row = connection.execute(select(columns).where(columns.c.hash == hash_)).first()
        if row is None:
            raise NotInLibrary("The curves of this run are not there any more. Run it again to have them back.")
        try:
            column = unpack(row.data, dtype_of(row.dtype), row._mapping["count"])
        except ValueError:
            column = None
        if column is None or digest(column) != hash_:
            raise LibraryDamaged("The curves of this run are damaged on the disk. Run it again to have them back.")
        return column
