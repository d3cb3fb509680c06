-- migrate:up
-- Several people of Telegram may be paired with one user; each of their chats goes on by itself.
alter table conversations add column chat_id bigint;
create index conversations_by_chat on conversations (user_id, chat_id, id desc) where chat_id is not null;

-- migrate:down
drop index conversations_by_chat;
alter table conversations drop column chat_id;
