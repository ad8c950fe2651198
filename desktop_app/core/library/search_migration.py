"""Version 2 of the catalogue: full-text search, what a person says of pictures, and pictures of other programs.

Rows of images get a number of their own that never changes, and hold what can be searched, so that one narrow index
answers every filter. Everything but jobs can still be made again: from the picture files and from the journal.
"""

from __future__ import annotations

import sqlite3

_TABLES = (
    """
    CREATE TABLE images (
        row INTEGER PRIMARY KEY,           -- an address of this file alone: another catalogue has others
        id TEXT NOT NULL UNIQUE,           -- of the recipe; the file's sha256 where it came from another program
        source TEXT NOT NULL,              -- armchair, a1111, invokeai, plain, …
        run_id TEXT REFERENCES runs (id),  -- NULL: not drawn here
        position INTEGER NOT NULL,         -- place in the request, from 0
        seed INTEGER,                      -- NULL = not known
        created TEXT NOT NULL,
        second INTEGER NOT NULL,           -- created, in whole seconds since 1970
        file TEXT NOT NULL,                -- below the pictures folder, with '/'; absolute where outside
        file_size INTEGER NOT NULL,
        file_mtime_ns INTEGER NOT NULL,
        image_length INTEGER NOT NULL,     -- 0: no tokens
        tokens_done INTEGER NOT NULL,
        likelihood_gain REAL,              -- NULL = not known
        clip_score REAL,
        parent_kind TEXT,
        parent_id TEXT,
        missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
        prompt TEXT NOT NULL,
        model_id TEXT NOT NULL,            -- '' = not known
        temperature REAL,                  -- NULL = not known
        top_k INTEGER,                     -- NULL = off
        top_p REAL,
        condition_scale REAL,
        details TEXT NOT NULL DEFAULT '',  -- what another program wrote of the picture, as it stands
        pixels_sha256 TEXT NOT NULL DEFAULT '',
        favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
        rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
        note TEXT NOT NULL DEFAULT '',
        tags TEXT NOT NULL DEFAULT ''      -- one a line
    )
    """,
    # What the journal says of pictures, also of those that are in the trash or not found yet.
    """
    CREATE TABLE marks (
        picture_id TEXT NOT NULL PRIMARY KEY,
        favourite INTEGER NOT NULL,
        rating INTEGER NOT NULL,
        note TEXT NOT NULL,
        tags TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE tags (
        folded TEXT NOT NULL,              -- lower case, without accents
        picture_id TEXT NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (folded, picture_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE collections (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        query TEXT,                        -- NULL: its pictures are chosen; else it is smart, a saved search
        place REAL NOT NULL                -- its place among the others
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE collection_pictures (
        collection_id TEXT NOT NULL REFERENCES collections (id),
        position INTEGER NOT NULL,
        picture_id TEXT NOT NULL,          -- may be in the trash
        PRIMARY KEY (collection_id, position)
    ) WITHOUT ROWID
    """,
    # Taken in from other programs: JSON as the journal has it.
    "CREATE TABLE imports (picture_id TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # How far each journal has been read.
    """
    CREATE TABLE journals (
        file TEXT NOT NULL PRIMARY KEY,
        generation TEXT NOT NULL,
        read_bytes INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    # Files that were found to be no picture of ours, so that they are not read again at every start.
    """
    CREATE TABLE foreign_files (
        file TEXT NOT NULL PRIMARY KEY,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
)

_ORDERS = (
    # How often the order of the rows by time, by rating and by score has changed: what is sorted once stays sorted.
    "CREATE TABLE orders (name TEXT NOT NULL PRIMARY KEY, changes INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO orders VALUES ('time', 0), ('rating', 0), ('score', 0)",
    *(
        f"CREATE TRIGGER orders_{what} AFTER {event} ON images {when} "  # noqa: S608
        f"BEGIN UPDATE orders SET changes = changes + 1 {which}; END"
        for what, event, when, which in (
            ("after_insert", "INSERT", "", ""),
            ("after_delete", "DELETE", "", ""),
            ("of_time", "UPDATE OF created", "WHEN old.created IS NOT new.created", ""),
            ("of_rating", "UPDATE OF rating", "WHEN old.rating IS NOT new.rating", "WHERE name = 'rating'"),
            (
                "of_score",
                "UPDATE OF likelihood_gain",
                "WHEN old.likelihood_gain IS NOT new.likelihood_gain",
                "WHERE name = 'score'",
            ),
        )
    ),
)

_COPY_IMAGES = """
    INSERT INTO images (
        id, source, run_id, position, seed, created, second, file, file_size, file_mtime_ns, image_length, tokens_done,
        likelihood_gain, clip_score, parent_kind, parent_id, missing,
        prompt, model_id, temperature, top_k, top_p, condition_scale
    )
    SELECT
        i.id, 'armchair', i.run_id, i.position, i.seed, i.created,
        coalesce(CAST(strftime('%s', i.created) AS INTEGER), 0),
        i.file, i.file_size, i.file_mtime_ns, i.image_length, i.tokens_done,
        i.likelihood_gain, i.clip_score, i.parent_kind, i.parent_id, i.missing,
        r.prompt, r.model_id, r.temperature, r.top_k, r.top_p, r.condition_scale
    FROM images_1 AS i JOIN runs AS r ON r.id = i.run_id ORDER BY i.created, i.id
"""

_INDICES = (
    "CREATE INDEX images_by_run ON images (run_id, position)",
    "CREATE INDEX images_by_file ON images (file)",
    "CREATE INDEX images_by_age ON images (created, second)",
    "CREATE INDEX images_by_score ON images (likelihood_gain, created)",
    "CREATE INDEX images_by_rating ON images (rating, created)",
    "CREATE INDEX images_by_seed ON images (seed)",
    "CREATE INDEX images_by_model ON images (model_id)",
    # Holds every column that a filter asks for, so that a filter reads this and not the wide rows.
    """
    CREATE INDEX images_filters ON images (
        source, missing, favourite, rating, second, seed, model_id, temperature, top_k, top_p, condition_scale,
        image_length, tokens_done, likelihood_gain, clip_score
    )
    """,
    "CREATE INDEX tags_by_picture ON tags (picture_id)",
    "CREATE INDEX collection_pictures_by_picture ON collection_pictures (picture_id)",
)

_WORDS = (
    """
    CREATE VIRTUAL TABLE words USING fts5 (
        prompt, tags, note, content = 'images', content_rowid = 'row',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    )
    """,
    """
    CREATE TRIGGER words_of_new_image AFTER INSERT ON images BEGIN
        INSERT INTO words (rowid, prompt, tags, note) VALUES (new.row, new.prompt, new.tags, new.note);
    END
    """,
    """
    CREATE TRIGGER words_of_old_image AFTER DELETE ON images BEGIN
        INSERT INTO words (words, rowid, prompt, tags, note)
        VALUES ('delete', old.row, old.prompt, old.tags, old.note);
    END
    """,
    """
    CREATE TRIGGER words_of_changed_image AFTER UPDATE OF prompt, tags, note ON images
    WHEN (old.prompt, old.tags, old.note) IS NOT (new.prompt, new.tags, new.note) BEGIN
        INSERT INTO words (words, rowid, prompt, tags, note)
        VALUES ('delete', old.row, old.prompt, old.tags, old.note);
        INSERT INTO words (rowid, prompt, tags, note) VALUES (new.row, new.prompt, new.tags, new.note);
    END
    """,
    "INSERT INTO words (words) VALUES ('rebuild')",
)


def add_search_marks_and_foreign_pictures(db: sqlite3.Connection) -> None:
    """Version 2."""
    db.execute("ALTER TABLE images RENAME TO images_1")
    for index in ("images_by_run", "images_by_file"):
        db.execute(f"DROP INDEX {index}")
    for table in _TABLES:
        db.execute(table)
    db.execute(_COPY_IMAGES)
    db.execute("DROP TABLE images_1")
    for statement in (*_INDICES, *_WORDS, *_ORDERS):
        db.execute(statement)
