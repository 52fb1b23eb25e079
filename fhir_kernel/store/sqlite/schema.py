"""The tables of the file, as the migrations that make them (https://www.sqlite.org/withoutrowid.html).

One narrow table for each shape of value, found by `(sp, value, res)`. `sp` is a row of `parameter`, which stands for a
resource type, a search parameter and the kind of its values. `res` is a row of `resource`; resources that are only
referred to have one too. A composite value has an item of its own, `res << 16 | n`, and its components are kept like
the values of resources, under that item. Rows are there for current versions alone.
"""

from __future__ import annotations

APPLICATION = 0x504C4D42
"""`PRAGMA application_id`: "PLMB", which tells this file from others that SQLite can open."""

PART_BITS = 16
"""How many bits of an item number the composite values of one resource."""

_FIRST = """
CREATE TABLE type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE parameter (
  id INTEGER PRIMARY KEY, type INTEGER NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL,
  mark TEXT NOT NULL,                   -- the character in resource.present that says that there are values
  UNIQUE (type, code, kind)
);
CREATE TABLE resource (
  res INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT NOT NULL,
  number INTEGER NOT NULL,              -- of the current version; 0: it is only referred to
  live INTEGER NOT NULL,                -- 1: it exists and is not deleted
  updated INTEGER NOT NULL,             -- microseconds since 1970
  seq INTEGER NOT NULL,                 -- the current version
  present TEXT NOT NULL                 -- the marks of parameters that have values
);
CREATE UNIQUE INDEX resource_key ON resource (type, id);
CREATE INDEX resource_updated ON resource (type, updated, id) WHERE live;
CREATE TABLE version (
  seq INTEGER PRIMARY KEY, res INTEGER NOT NULL, type INTEGER NOT NULL, number INTEGER NOT NULL,
  updated INTEGER NOT NULL, method TEXT NOT NULL, body BLOB
);
CREATE UNIQUE INDEX version_number ON version (res, number);
CREATE INDEX version_type ON version (type, seq);
CREATE INDEX version_updated ON version (updated, seq);
CREATE TABLE entry (res INTEGER PRIMARY KEY, entries BLOB NOT NULL);

CREATE TABLE system (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE);
CREATE TABLE token (
  sp INTEGER NOT NULL, hash INTEGER NOT NULL, system INTEGER NOT NULL, res INTEGER NOT NULL,
  PRIMARY KEY (sp, hash, system, res)
) WITHOUT ROWID;
CREATE TABLE shown (                    -- tokens by texts that have been seen with them, to be verified
  sp INTEGER NOT NULL, text TEXT NOT NULL, hash INTEGER NOT NULL, system INTEGER NOT NULL,
  PRIMARY KEY (sp, text, hash, system)
) WITHOUT ROWID;
CREATE TABLE exact (                    -- what is only asked for as it is: URLs and versions of references, strings
  sp INTEGER NOT NULL, hash INTEGER NOT NULL, res INTEGER NOT NULL, PRIMARY KEY (sp, hash, res)
) WITHOUT ROWID;
CREATE TABLE reference (
  sp INTEGER NOT NULL, target INTEGER NOT NULL, res INTEGER NOT NULL, PRIMARY KEY (sp, target, res)
) WITHOUT ROWID;
CREATE TABLE string (
  sp INTEGER NOT NULL, text TEXT NOT NULL, res INTEGER NOT NULL, PRIMARY KEY (sp, text, res)
) WITHOUT ROWID;
CREATE TABLE span (                     -- dates and numbers by where they begin; unit 0: any
  sp INTEGER NOT NULL, unit INTEGER NOT NULL, low NOT NULL, res INTEGER NOT NULL, PRIMARY KEY (sp, unit, low, res)
) WITHOUT ROWID;
CREATE TABLE called (                   -- codes of units by what people read in their place
  sp INTEGER NOT NULL, unit INTEGER NOT NULL, code INTEGER NOT NULL, PRIMARY KEY (sp, unit, code)
) WITHOUT ROWID;
CREATE TABLE wide (                     -- the few long ones also by where they end
  sp INTEGER NOT NULL, unit INTEGER NOT NULL, high NOT NULL, res INTEGER NOT NULL, PRIMARY KEY (sp, unit, high, res)
) WITHOUT ROWID;
CREATE TABLE place (
  sp INTEGER NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL, res INTEGER NOT NULL,
  PRIMARY KEY (sp, latitude, longitude, res)
) WITHOUT ROWID;
CREATE TABLE own (                      -- what a resource has, to test and to sort those that were found otherwise
  item INTEGER NOT NULL, sp INTEGER NOT NULL, low NOT NULL, high NOT NULL, PRIMARY KEY (item, sp, low, high)
) WITHOUT ROWID;
CREATE TABLE amount (                   -- the same for numbers and quantities
  item INTEGER NOT NULL, sp INTEGER NOT NULL, low TEXT NOT NULL, high TEXT NOT NULL,
  system INTEGER NOT NULL, code INTEGER NOT NULL, unit INTEGER NOT NULL,
  canonical INTEGER NOT NULL, canonical_low TEXT NOT NULL, canonical_high TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (item, sp, low, high, system, code, unit, canonical, canonical_low, canonical_high, value)
) WITHOUT ROWID;

CREATE TABLE phrase (id INTEGER PRIMARY KEY AUTOINCREMENT, hash INTEGER NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE passage (
  res INTEGER NOT NULL, sp INTEGER NOT NULL, phrase INTEGER NOT NULL, PRIMARY KEY (res, sp, phrase)
) WITHOUT ROWID;
CREATE INDEX passage_phrase ON passage (phrase, sp, res);
CREATE VIRTUAL TABLE gram USING fts5 (grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii');
CREATE TABLE progress (what TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO progress VALUES ('gram', 0);

CREATE TABLE document (
  collection TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (collection, name)
) WITHOUT ROWID;
CREATE TABLE log (log TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (log, number))
WITHOUT ROWID;
"""

_FEWER_MERGES = """
INSERT INTO gram (gram, rank) VALUES ('automerge', 16);
"""
"""Segments of the full-text index are merged by sixteens: half the work of fours, for a little more to be looked up."""

_CONTENTS = """
CREATE TABLE content (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, pieces INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE piece (                    -- rows of a megabyte, which a table WITHOUT ROWID would keep in its inner pages
  digest TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (digest, number)
);
"""
"""Content in pieces, which count once there is a row in `content`."""

MIGRATIONS = (_FIRST, _FEWER_MERGES, _CONTENTS)
"""The statements that lead from each schema version to the next; `PRAGMA user_version` counts those that were run."""
