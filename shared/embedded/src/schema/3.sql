-- Objects: bytes under a name, such as the files of pictures. They are read and written whole.
CREATE TABLE objects (
    name TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;
