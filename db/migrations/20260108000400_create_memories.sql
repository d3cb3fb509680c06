-- migrate:up
-- Whose own rows a transaction sees: the setting dealdome.person is the id of a user, or 'all' for an admin who looks after everybody's.
-- Without it: nobody's.
create function sees_person(owner bigint) returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('dealdome.person', true), '') in ('all', owner::text);

-- What the agents were told to remember: of a person, of a chat, or of the whole team. Never a figure, only the question behind it.
create table memories (
  id              bigint generated always as identity primary key,
  scope           text not null,
  owner_id        bigint not null references users on delete cascade,
  chat_id         bigint,
  store_id        bigint references stores on delete cascade,
  kind            text not null,
  category        text not null default '',
  content         text not null,
  status          text not null,
  agent           text,
  conversation_id bigint references conversations on delete set null,
  message_id      bigint references messages on delete set null,
  approved_by     bigint references users on delete set null,
  contradicts     bigint[] not null default '{}',
  superseded_by   bigint references memories on delete set null,
  valid_until     date,
  use_count       int not null default 0,
  last_used_at    timestamptz,
  embedding       vector(1536),
  embedding_model text,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  constraint scope_is_known check (scope in ('person', 'chat', 'team')),
  constraint kind_is_known check (kind in ('rule', 'preference', 'episode')),
  constraint status_is_known check (status in ('proposed', 'active', 'forgotten', 'superseded')),
  constraint agent_is_known check (agent in ('alfred', 'roos', 'elisa')),
  constraint content_is_short check (length(content) between 1 and 500 or status = 'forgotten'),
  constraint chat_has_an_id check (scope <> 'chat' or chat_id is not null),
  constraint team_rules_are_approved check (scope <> 'team' or status <> 'active' or approved_by is not null),
  constraint embedding_names_its_model check ((embedding is null) = (embedding_model is null))
);
comment on column memories.owner_id is 'Whose it is; of what the chat or the team remembers: who said it.';
comment on column memories.store_id is 'What it is about, when that is one store: then only those who see the store see it.';
comment on column memories.contradicts is 'Memories that say otherwise: shown with it, never merged.';
comment on column memories.agent is 'Who wrote it down; null: a person.';
create index memories_by_owner on memories (owner_id, id desc);
create index memories_by_words on memories using gin (content gin_trgm_ops);

alter table memories enable row level security;
-- What a chat remembers is seen by those who talked to us there.
create policy seen on memories using (
  (scope = 'team' or sees_person(owner_id)
   or (scope = 'chat' and exists (select 1 from conversations c where c.chat_id = memories.chat_id and sees_person(c.user_id))))
  and (store_id is null or (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[])));

-- migrate:down
drop table memories;
drop function sees_person;
