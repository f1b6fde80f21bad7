-- Databases of several owners, with everything in them that an upgrade may lose: @MIB@ MiB, most of it in one table
-- without a primary key, whose rows would double unnoticed.
create role site login password 'site-password';
create role metricity login password 'metricity-password';
create role metabase login password 'metabase-password';
create role bitwarden login password 'bitwarden-password';
create role pixels login password 'pixels-password';
create role patsy login password 'patsy-password';
create role readers nologin;
create role grafana login password 'grafana-password' in role readers;
create database site owner site;
create database metricity owner metricity;
create database metabase owner metabase;
create database bitwarden owner bitwarden;
create database pixels owner pixels;
create database patsy owner patsy;

\connect site
create extension citext;
create extension pg_stat_statements;
create schema api authorization site;
set role site;
create type api.state as enum ('new', 'open', 'closed');
create domain api.positive as integer check (value > 0);
create table api.people (
  id bigint generated always as identity primary key,
  name text not null unique,
  nick text collate "C",
  born date,
  seen timestamptz not null default '2020-01-01 00:00:00+00',
  tags text[] not null default '{}',
  about jsonb
);
create table api.tickets (
  id serial primary key,
  person bigint not null references api.people on delete cascade,
  state api.state not null default 'new',
  weight api.positive not null default 1,
  words text
);
create unique index one_open_ticket on api.tickets (person) where state = 'open';
insert into api.people (name, nick, born, seen, tags, about)
  select 'person ' || i, nullif('Ünïcode ' || i % 9, 'Ünïcode 0'), date '1970-01-01' + i % 20000,
         timestamptz '2020-01-01 00:00:00+00' + i * interval '1 minute', array['a' || i % 5, 'b'], jsonb_build_object('n', i, 'half', i / 2.0)
  from generate_series(1, 20000) i;
insert into api.tickets (person, state, weight, words)
  select i, (array['new', 'open', 'closed'])[1 + i % 3]::api.state, 1 + i % 7, E'two\nlines,\ta tab and a \\ backslash'
  from generate_series(1, 600) i;
create view api.open_tickets as select p.name, t.words from api.people p join api.tickets t on t.person = p.id where t.state = 'open';
create materialized view api.people_per_day as select seen::date as day, count(*) from api.people group by 1;
create function api.shout(text) returns text language sql immutable as $$ select upper($1) $$;
create function api.touched() returns trigger language plpgsql as $$ begin new.seen := old.seen; return new; end $$;
create trigger keep_seen before update on api.people for each row execute function api.touched();
create sequence api.numbers start 1000 increment 7;
select nextval('api.numbers'), nextval('api.numbers');
grant usage on schema api to readers;
grant select on all tables in schema api to readers;
reset role;
select lo_from_bytea(0, decode(repeat('00ff', 4096), 'hex'));
comment on database site is 'the website''s';

\connect metricity
set role metricity;
create table messages (id bigserial, channel int not null, body text not null, sent timestamptz not null default '2024-01-01 00:00:00+00');
create index on messages (channel);
insert into messages (channel, body)
  select i % 40, string_agg(md5(i::text || j), '') from generate_series(1, @MIB@ * 900) i, generate_series(1, 29) j group by i order by i;
reset role;
analyze;
