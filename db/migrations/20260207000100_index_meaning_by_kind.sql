-- migrate:up
-- A search within a kind that few sources are of walked through the index of all: 41 ms at 100,000 chunks, and 7 of 100 answers missed. Each kind
-- has an index of its own; the planner takes it where the kind stands in the statement.
alter table sources add constraint sources_id_kind_key unique (id, kind);
alter table chunks add column kind text;
update chunks set kind = s.kind from sources s where s.id = source_id;
alter table chunks
  alter column kind set not null,
  add constraint chunks_are_of_the_kind_of_their_source foreign key (source_id, kind) references sources (id, kind) on update cascade on delete cascade;
comment on column chunks.kind is 'That of its source, kept here for the indexes by meaning.';
-- By itself, so that a process of the version before, which knows no kind, goes on adding chunks while this one is brought in.
create function take_kind_of_source() returns trigger language plpgsql as $$
begin
  new.kind := (select kind from sources where id = new.source_id);
  return new;
end $$;
create trigger take_kind_of_source before insert on chunks for each row execute function take_kind_of_source();
create index chunks_by_meaning_of_videos on chunks using hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops) where kind = 'video';
create index chunks_by_meaning_of_documents on chunks using hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops) where kind = 'document';
create index chunks_by_meaning_of_resources on chunks using hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops) where kind = 'resource';

-- migrate:down
drop trigger take_kind_of_source on chunks;
drop function take_kind_of_source;
alter table chunks drop column kind;
alter table sources drop constraint sources_id_kind_key;
