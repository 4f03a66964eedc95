-- What the login of a SchemaMigration needs, and no more. Run it with psql as the database's owner or a superuser,
-- connected to the database, after putting your names for orders (the database), orders_migrator (the login),
-- orders_owner and orders_app. The project's own scenario tests run as the login that parts 1 and 2 make.

-- == 1. A login that can do nothing yet. It needs none of these rights, and pg_signal_backend neither.
CREATE ROLE orders_migrator LOGIN PASSWORD 'choose one'
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT;
GRANT CONNECT ON DATABASE orders TO orders_migrator;

-- == 2. A new database: the login makes its tables, so it owns them. (PostgreSQL 14 lets everybody create.)
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO orders_migrator;

-- == 3. Instead of 2, where the tables have an owner already: only an owner may alter them. With
--       spec.database.role: orders_owner each file runs as that role; NOINHERIT keeps its rights from the login
--       until then.
GRANT orders_owner TO orders_migrator;

-- == 4. Instead of 2, where the tracking table was made by somebody else and the files touch nothing but what they
--       make in a schema of their own: its rows, never its definition. DELETE is for undoing on request.
GRANT USAGE ON SCHEMA public TO orders_migrator;
GRANT SELECT, INSERT, DELETE ON drizzle_migrations TO orders_migrator;
GRANT USAGE ON SEQUENCE drizzle_migrations_id_seq TO orders_migrator;
CREATE SCHEMA orders AUTHORIZATION orders_migrator;
--       The first run makes the ledger beside the tracking table and owns it; after that take this one back:
--       REVOKE CREATE ON SCHEMA public FROM orders_migrator;
GRANT CREATE ON SCHEMA public TO orders_migrator;

-- == 5. With spec.backup, where the database holds what the login does not own: pg_dump reads everything. INHERIT,
--       since pg_dump becomes no other role by itself; from PostgreSQL 16 on a grant is what the role is when it is
--       made. A login that owns all needs none of this.
ALTER ROLE orders_migrator INHERIT;
GRANT pg_read_all_data TO orders_migrator;

-- == 6. Instead of 5, with part 3 and where the database holds what orders_owner does not own: pg_dump reads as
--       spec.database.role, and what the login may does not count. orders_owner must INHERIT, as roles do by default;
--       whoever takes on that role reads everything from then on.
GRANT pg_read_all_data TO orders_owner;

-- == 7. If you like: the status then also tells how old the transaction is whose lock a file waits for.
ALTER ROLE orders_migrator INHERIT;
GRANT pg_read_all_stats TO orders_migrator;

-- == 8. The application, which needs no right to change a table's definition. Of what is made later, too; with part 3
--       that is made by orders_owner, so FOR ROLE orders_owner. Of the tracking table and the ledger, which are
--       believed, the operator gives nobody more than the right to read when it makes them; where they are there
--       already, see that nobody else may write them.
GRANT USAGE ON SCHEMA public TO orders_app;
ALTER DEFAULT PRIVILEGES FOR ROLE orders_migrator IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO orders_app;
ALTER DEFAULT PRIVILEGES FOR ROLE orders_migrator IN SCHEMA public GRANT USAGE ON SEQUENCES TO orders_app;

-- A DatabaseRestore logs in as somebody else, who may make databases (CREATEDB) and is a member of target.owner,
-- with INHERIT.
