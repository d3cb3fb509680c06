-- migrate:up
-- Groups that the bot was taken into by one of our people.
create table telegram_chats (
  chat_id  bigint primary key,
  title    text not null,
  added_by bigint references users on delete set null,
  added_at timestamptz not null default now()
);

-- The store that a topic of a forum is about; thread 0 is the group as a whole.
create table telegram_topics (
  chat_id   bigint not null references telegram_chats on update cascade on delete cascade,
  thread_id bigint not null,
  store_id  bigint not null references stores on delete cascade,
  primary key (chat_id, thread_id)
);
create index telegram_topics_by_store on telegram_topics (store_id);

-- Strangers who may not ask again to be let in.
create table telegram_bans (
  telegram_id bigint primary key,
  first_name  text not null,
  banned_by   bigint references users on delete set null,
  banned_at   timestamptz not null default now()
);

alter table telegram_accounts add column language text;
alter table telegram_accounts add column theme text not null default 'light';
alter table telegram_accounts add column blocked_at timestamptz;
alter table telegram_accounts add constraint language_is_spoken check (language in ('en', 'nl', 'de'));
alter table telegram_accounts add constraint theme_is_known check (theme in ('light', 'dark'));
comment on column telegram_accounts.language is 'What the person chose; null: the language of their Telegram.';
comment on column telegram_accounts.blocked_at is 'Since when the person blocked the bot, so that nothing is pushed to them.';
create index telegram_accounts_by_user on telegram_accounts (user_id);

-- migrate:down
drop index telegram_accounts_by_user;
alter table telegram_accounts drop constraint theme_is_known;
alter table telegram_accounts drop constraint language_is_spoken;
alter table telegram_accounts drop column blocked_at;
alter table telegram_accounts drop column theme;
alter table telegram_accounts drop column language;
drop table telegram_bans;
drop table telegram_topics;
drop table telegram_chats;
