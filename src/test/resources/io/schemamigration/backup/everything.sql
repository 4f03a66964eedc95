-- What a dump has to get over: odd names, every kind of object, texts that look like a dump.
CREATE TABLE drizzle_migrations (
  id serial PRIMARY KEY, hash text NOT NULL UNIQUE, created_at timestamp NOT NULL DEFAULT now());
INSERT INTO drizzle_migrations (id, hash) VALUES (10, 'ten'), (2, 'two'), (1, 'one'), (3, 'odd \ hash');
CREATE TABLE drizzle_migrations_ledger (id bigserial PRIMARY KEY, detail jsonb);
INSERT INTO drizzle_migrations_ledger (detail) VALUES ('{"a": 1}');

CREATE SCHEMA "My.Schema ""x""";
CREATE TABLE "My.Schema ""x"""."a b.c ""d"" 'e' (f)" ("Col, ""1"")" int, "FROM stdin;" text);
INSERT INTO "My.Schema ""x"""."a b.c ""d"" 'e' (f)" VALUES (1, E'a\tb\nc\\d\re'), (2, '\.'), (3, NULL);
CREATE TABLE "tab	and
line \ end" (a int);
INSERT INTO "tab	and
line \ end" VALUES (1), (2);
CREATE TABLE "select" ("order" int);
INSERT INTO "select" SELECT generate_series(1, 5);
CREATE TABLE "Grüße" (a text);
INSERT INTO "Grüße" VALUES ('ä'), ('密');
CREATE TABLE lookalike (a text);
INSERT INTO lookalike VALUES ('COPY public.t (a) FROM stdin;'), (E'\\.'), (E'\\\\.'), (''), (E'\n\n');
CREATE FUNCTION copies() RETURNS text LANGUAGE sql AS $f$
SELECT 'x
COPY public.ghost (a) FROM stdin;
1
'
$f$;
CREATE TABLE empty (a int);
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
INSERT INTO nothing DEFAULT VALUES;
CREATE UNLOGGED TABLE fleeting (a int);
INSERT INTO fleeting VALUES (1);

CREATE TABLE parted (a int, b text) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2) PARTITION BY RANGE (b);
CREATE TABLE "Parted 2a" PARTITION OF parted_2 FOR VALUES FROM ('a') TO ('m');
INSERT INTO parted VALUES (1, 'x'), (2, 'a'), (2, 'b');
CREATE TABLE ancestor (a int);
CREATE TABLE descendant (b int) INHERITS (ancestor);
INSERT INTO ancestor VALUES (1);
INSERT INTO descendant VALUES (2, 2), (3, 3);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE by_mood (m mood, n int) PARTITION BY HASH (m);
CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_mood VALUES ('sad', 1), ('glad', 2), ('sad', 3);

CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE big (id int PRIMARY KEY, half int GENERATED ALWAYS AS (id / 2) STORED, p positive, t text);
INSERT INTO big (id, p, t) SELECT n, n, md5(n::text) FROM generate_series(1, 100000) n;
CREATE INDEX big_t ON big (t);
CREATE TABLE child (id int REFERENCES big (id));
INSERT INTO child VALUES (1);
CREATE VIEW seen AS SELECT id FROM big;
CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM big;
CREATE SEQUENCE "Counter" START 7;
SELECT nextval('"Counter"');
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE 'a trigger ran'; END $f$;
CREATE TRIGGER noted BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TABLE secured (a int);
INSERT INTO secured VALUES (1), (2);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON secured USING (a = 1);
COMMENT ON TABLE big IS 'it''s big';
SELECT lo_from_bytea(0, '\xdeadbeef'), lo_from_bytea(0, ''::bytea);
