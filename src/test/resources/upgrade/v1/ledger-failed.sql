SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.a (
    id integer
);
CREATE TABLE public.b (
    id integer
);
CREATE TABLE public.drizzle_migrations (
    id integer NOT NULL,
    hash text NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL
);
CREATE SEQUENCE public.drizzle_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.drizzle_migrations_id_seq OWNED BY public.drizzle_migrations.id;
CREATE TABLE public.drizzle_migrations_ledger (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    format smallint DEFAULT 1 NOT NULL,
    event text NOT NULL,
    hash text,
    tracking_id bigint,
    sequence bigint,
    file text,
    up_sha256 text,
    undo_sha256 text,
    up_text text,
    undo_text text,
    statement integer,
    milliseconds bigint,
    run_id uuid,
    resource text,
    version text,
    detail jsonb,
    CONSTRAINT drizzle_migrations_ledger_recorded CHECK (((tracking_id IS NOT NULL) OR (event <> ALL (ARRAY['content'::text, 'applied'::text, 'adopted'::text, 'rolled_back'::text]))))
);
ALTER TABLE public.drizzle_migrations_ledger ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.drizzle_migrations_ledger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.legacy (
    id integer
);
ALTER TABLE ONLY public.drizzle_migrations ALTER COLUMN id SET DEFAULT nextval('public.drizzle_migrations_id_seq'::regclass);
INSERT INTO public.b VALUES (1);
INSERT INTO public.drizzle_migrations VALUES (1, 'legacy', '2020-01-01 00:00:00');
INSERT INTO public.drizzle_migrations VALUES (2, 'a', '2026-11-27 06:20:42.384389');
INSERT INTO public.drizzle_migrations VALUES (3, 'b', '2026-11-27 06:20:42.392042');
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-27 06:20:42.378172+00', 1, 'owner', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '4992d6c9-c72e-40fb-9dff-d7b908061997', 'scenario-1nprymhr2pjto/m', 'test', '{"name": "m", "ledger": "37821a90-2631-4784-a251-524005d86007", "cluster": "d001c682-01f8-45c0-b5b3-bdd87280a6df", "namespace": "scenario-1nprymhr2pjto"}');
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (2, '2026-11-27 06:20:42.381093+00', 1, 'adopted', 'legacy', 1, 0, 'pg_0_legacy.sql', '81591869e0c975f3bb27c1a761a3e52a1d053f0da65a1a41070999a4f6f0800a', NULL, 'CREATE TABLE legacy(id int);
', NULL, NULL, NULL, '4992d6c9-c72e-40fb-9dff-d7b908061997', 'scenario-1nprymhr2pjto/m', 'test', '{"sql": "ea3a146df0694871b1120af6d8ba002d94d2acc8891a4b8ab57b21e43b280a11"}');
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (3, '2026-11-27 06:20:42.382432+00', 1, 'backed_up', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '4992d6c9-c72e-40fb-9dff-d7b908061997', 'scenario-1nprymhr2pjto/m', 'test', '{"name": "m-70acba0d32e11c45", "plan": "p-e23cb74bbdf96b51ad0ad208eec91f62", "bytes": 13312, "sha256": "5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f", "location": "pvc:dumps/m-70acba0d32e11c45", "verified": "2026-11-27T06:20:40Z"}');
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (4, '2026-11-27 06:20:42.385247+00', 1, 'content', 'a', 2, 1, 'pg_1_a.sql', '25fda42233d736c99ca2556f45fedc9c1c4941f864fd42ba5c3d0035f734c88c', '96675bc4f7630fe731c031f7a15922443ab8ce8a7967dcc0794fd5416be9854f', 'CREATE TABLE a(id int);
', 'DROP TABLE a;
', NULL, NULL, '4992d6c9-c72e-40fb-9dff-d7b908061997', 'scenario-1nprymhr2pjto/m', 'test', '{"sql": "33343f3a98e6e16e832785024c8d44359cbf4ad6023a46e0da2989390a56a429"}');
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (5, '2026-11-27 06:20:42.386167+00', 1, 'applied', 'a', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2, '4992d6c9-c72e-40fb-9dff-d7b908061997', NULL, NULL, NULL);
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (6, '2026-11-27 06:20:42.405925+00', 1, 'content', 'b', 3, 2, 'pg_2_b.sql', 'dadf580480b2ad53b1c6933b419fba6d350a8e1456ddde9d7b7140cef5376d34', 'e904c7b9cee85e4dcc3777f213c94767399fa6ecdfdd9218a4a22c1033324538', '-- two statements
CREATE TABLE b(id int);
INSERT INTO b VALUES (1);
', 'DROP TABLE b;
', NULL, NULL, '4992d6c9-c72e-40fb-9dff-d7b908061997', 'scenario-1nprymhr2pjto/m', 'test', '{"sql": "b6f9eaaeb9d4f9aeba51e48938898cc783c41e79013b53a84e8cf91cb0d252dc"}');
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (7, '2026-11-27 06:20:42.411765+00', 1, 'applied', 'b', 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 20, '4992d6c9-c72e-40fb-9dff-d7b908061997', NULL, NULL, NULL);
INSERT INTO public.drizzle_migrations_ledger OVERRIDING SYSTEM VALUE VALUES (8, '2026-11-27 06:20:42.420927+00', 1, 'failed', 'c', NULL, 3, 'pg_3_c.sql', 'bfe4a720bce4791835d7bb82b0d95fe83abaf3a2a8e9be90f1e64eb11485426a', NULL, NULL, NULL, 1, NULL, '4992d6c9-c72e-40fb-9dff-d7b908061997', 'scenario-1nprymhr2pjto/m', 'test', '{"sqlState": "42601"}');
SELECT pg_catalog.setval('public.drizzle_migrations_id_seq', 3, true);
SELECT pg_catalog.setval('public.drizzle_migrations_ledger_id_seq', 8, true);
ALTER TABLE ONLY public.drizzle_migrations
    ADD CONSTRAINT drizzle_migrations_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.drizzle_migrations_ledger
    ADD CONSTRAINT drizzle_migrations_ledger_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drizzle_migrations
    ADD CONSTRAINT drizzle_migrations_pkey PRIMARY KEY (id);
CREATE INDEX drizzle_migrations_events ON public.drizzle_migrations_ledger USING btree (hash, id);
