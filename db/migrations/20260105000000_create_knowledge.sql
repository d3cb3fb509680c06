-- migrate:up
-- What the team knows: a transcript, a document or another resource, of which the text is kept in chunks and nothing else.
create table sources (
  id           bigint generated always as identity primary key,
  kind         text not null,
  title        text not null,
  url          text,
  format       text not null,
  language     text,
  duration     numeric(9, 3),
  content_hash bytea not null,
  notes        text[] not null default '{}',
  error        text,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint kind_is_known check (kind in ('video', 'document', 'resource')),
  constraint title_not_empty check (title <> ''),
  constraint url_is_of_the_web check (url ~ '^https?://'),
  constraint duration_not_negative check (duration >= 0),
  constraint content_hash_is_sha256 check (length(content_hash) = 32)
);
comment on column sources.language is 'en, nl or de; null: another, or several.';
comment on column sources.notes is 'What of the file could not be read, in sentences.';
comment on column sources.error is 'Why the last try to embed its chunks failed, until one succeeds.';
-- The same page, or without one the same title, is the same source: sending it again replaces it.
create unique index sources_by_name on sources (kind, coalesce(url, title));

-- The words of a chunk, its headings included, in the dictionary of its language.
create function searchable_words(language text, heading text[], content text) returns tsvector
  language sql immutable parallel safe as $$
  select to_tsvector(case language when 'en' then 'english' when 'nl' then 'dutch' when 'de' then 'german' else 'simple' end::regconfig,
                     array_to_string(heading, ' ') || ' ' || content)
$$;

create table chunks (
  id              bigint generated always as identity primary key,
  source_id       bigint not null references sources on delete cascade,
  position        int not null,
  content         text not null,
  heading         text[] not null,
  page            int,
  start_time      numeric(9, 3),
  end_time        numeric(9, 3),
  language        text,
  content_hash    bytea not null,
  embedding       vector(1536),
  embedding_model text,
  words           tsvector not null generated always as (searchable_words(language, heading, content)) stored,
  created_at      timestamptz not null default now(),
  unique (source_id, position),
  unique (source_id, content_hash),
  constraint position_not_negative check (position >= 0),
  constraint content_not_empty check (content <> ''),
  constraint times_in_order check ((start_time is null) = (end_time is null) and start_time <= end_time),
  constraint embedding_names_its_model check ((embedding is null) = (embedding_model is null))
);
comment on column chunks.heading is 'The title of the source, then the headings above the chunk.';
comment on column chunks.content_hash is 'Of heading and content: what the embedding was made of.';
create index chunks_by_words on chunks using gin (words);
create index chunks_by_meaning on chunks using hnsw (embedding vector_cosine_ops);
create index chunks_by_content on chunks (content_hash) where embedding is not null;
create index chunks_by_model on chunks (embedding_model, id);

-- migrate:down
drop table chunks;
drop function searchable_words;
drop table sources;
