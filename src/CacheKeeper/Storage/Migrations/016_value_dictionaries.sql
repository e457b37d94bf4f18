-- Dictionaries of compressed values, for ever: a value whose dictionary is lost cannot be read. Content is base64.
CREATE TABLE value_dictionaries (
    project TEXT NOT NULL,
    dictionary TEXT NOT NULL,
    content TEXT NOT NULL,
    placed BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, dictionary)
);
